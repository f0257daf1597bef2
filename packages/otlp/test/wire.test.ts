import {
  arbitraryRequestBytes,
  canaryRequest,
  comparableRequest,
  decodeRequest,
  encodeRequest,
  findText,
  logsRequest,
  metricsRequest,
  mutateBytes,
  OTLP_SIGNALS,
  type OtlpSignal,
  SeededRandom,
  traceRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import { assert, property } from 'fast-check';
import {
  ByteArena,
  CANDIDATE,
  deleteCandidate,
  EditList,
  indexOtlp,
  KeyTable,
  OTLP_LIMITS,
  type OtlpLimits,
  OtlpIndex,
  replaceCandidate,
  rewriteOtlp,
} from '../src/index.ts';

const keys = new KeyTable({ classify: () => 0, columns: ['http.route', 'service.name'] });
const index = new OtlpIndex();
const edits = new EditList();
const out = new ByteArena(0);

/** The fast way: replaces every text by a longer one, in the bytes. */
function doubled(signal: OtlpSignal, bytes: Uint8Array): Uint8Array | undefined {
  const result = indexOtlp(index, { signal, bytes, marks: null, keys });
  if (!result.ok) return undefined;
  edits.clear();
  for (let candidate = 0; candidate < index.candidates.count; candidate++) {
    const kind = index.candidates.kindOf(candidate);
    if (kind !== CANDIDATE.string && kind !== CANDIDATE.key && kind !== CANDIDATE.text) continue;
    const frame = index.candidates.frame[candidate] ?? 0;
    const start = index.frames.start[frame] ?? 0;
    const end = index.frames.end[frame] ?? 0;
    for (let at = start; at < end; at++) {
      if (bytes[at] === 0x61) edits.replace(frame, at, at + 1, Buffer.from('b'.repeat(60)));
    }
  }
  return rewriteOtlp(index, edits, out);
}

/** The slow, obvious way. */
function doubledSlowly(signal: OtlpSignal, bytes: Uint8Array): Uint8Array {
  const change = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll('a', 'b'.repeat(60));
    if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(change);
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, change(member)]));
  };
  return encodeRequest(signal, change(decodeRequest(signal, bytes)) as never);
}

const LARGE = {
  traces: traceRequest({ seed: 1, spans: 100 }),
  logs: logsRequest({ seed: 1 }),
  metrics: metricsRequest({ seed: 1 }),
} as const;

describe('index and rewrite', () => {
  for (const signal of OTLP_SIGNALS) {
    it(`reach every text of ${signal}`, () => {
      const canary = 'canary-7391';
      const { bytes, fields } = canaryRequest(signal, canary);
      expect(fields.length).to.be.above(10);
      expect(indexOtlp(index, { signal, bytes, marks: null, keys }).ok).to.equal(true);
      edits.clear();
      for (let candidate = 0; candidate < index.candidates.count; candidate++) {
        const frame = index.candidates.frame[candidate] ?? 0;
        const value = bytes.subarray(index.frames.start[frame], index.frames.end[frame]);
        if (!Buffer.from(value).includes(canary)) continue;
        replaceCandidate(edits, index, candidate, Buffer.from('gone'));
      }
      const rewritten = rewriteOtlp(index, edits, out);
      expect(findText(signal, rewritten, canary)).to.deep.equal([]);
      expect(Buffer.from(rewritten).includes(canary)).to.equal(false);
    });

    it(`give the same as decode, change, encode: ${signal}`, () => {
      assert(
        property(arbitraryRequestBytes(signal), (bytes) => {
          const fast = doubled(signal, bytes);
          expect(fast).not.to.equal(undefined);
          expect(comparableRequest(signal, fast ?? bytes)).to.deep.equal(
            comparableRequest(signal, doubledSlowly(signal, bytes)),
          );
        }),
        { numRuns: 300 },
      );
      const large = doubled(signal, LARGE[signal]) ?? new Uint8Array();
      expect(comparableRequest(signal, large)).to.deep.equal(
        comparableRequest(signal, doubledSlowly(signal, LARGE[signal])),
      );
    });

    it(`answer damaged ${signal} with an index or a typed error, and never throw`, () => {
      const random = new SeededRandom(7);
      const small = {
        traces: traceRequest({ seed: 3, spans: 2 }),
        logs: canaryRequest('logs', 'a canary').bytes,
        metrics: canaryRequest('metrics', 'a canary').bytes,
      }[signal];
      let accepted = 0;
      for (let round = 0; round < 8000; round++) {
        const bytes = mutateBytes(small, random);
        const result = indexOtlp(index, { signal, bytes, marks: null, keys });
        if (!result.ok) {
          expect(result.error.offset).to.be.within(0, bytes.length);
          continue;
        }
        accepted += 1;
        edits.clear();
        for (let candidate = 0; candidate < index.candidates.count; candidate++) {
          if (candidate % 3 === 0) deleteCandidate(edits, index, candidate);
          else replaceCandidate(edits, index, candidate, Buffer.from('x'));
        }
        const rewritten = Uint8Array.from(rewriteOtlp(index, edits, out));
        expect(indexOtlp(index, { signal, bytes: rewritten, marks: null, keys }).ok).to.equal(true);
      }
      expect(accepted).to.be.above(500);
    });
  }

  it('hand on the very bytes where nothing is edited', () => {
    const bytes = LARGE.traces;
    indexOtlp(index, { signal: 'traces', bytes, marks: null, keys });
    edits.clear();
    expect(rewriteOtlp(index, edits, out).buffer).to.equal(bytes.buffer);
  });

  it('find route and service of every span', () => {
    const result = indexOtlp(index, { signal: 'traces', bytes: LARGE.traces, marks: null, keys });
    expect(result).to.include({ ok: true, recordCount: 100 });
    const route = index.recordCells.cellOf(0, 0);
    const service = index.resourceCells.cellOf(0, 1);
    const text = (cells: typeof index.recordCells, cell: number) =>
      Buffer.from(LARGE.traces.subarray(cells.start[cell], cells.end[cell])).toString();
    expect(text(index.recordCells, route)).to.match(/^\//);
    expect(text(index.resourceCells, service)).not.to.equal('');
  });

  it('take two requests laid one after the other for one', () => {
    const bytes = Buffer.concat([LARGE.traces, LARGE.traces]);
    expect(indexOtlp(index, { signal: 'traces', bytes, marks: null, keys })).to.include({
      recordCount: 200,
    });
    expect(decodeRequest('traces', bytes).resourceSpans).to.have.length(
      2 * (decodeRequest('traces', LARGE.traces).resourceSpans?.length ?? 0),
    );
  });

  const refused: readonly [string, readonly number[], string][] = [
    ['a length beyond the end', [0x0a, 0x05, 0x00], 'truncated'],
    ['a field that is cut off', [0x0a], 'truncated'],
    ['field number 0', [0x02, 0x00], 'invalid_field_number'],
    ['a group', [0x0b], 'group'],
    ['the end of a group', [0x0c], 'group'],
    ['wire type 6', [0x0e], 'invalid_wire_type'],
    ['a varint without end', [0x0a, ...Array.from({ length: 11 }, () => 0xff)], 'varint_too_long'],
    ['a length beyond 2^31', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], 'length_too_large'],
  ];
  for (const [what, bytes, code] of refused) {
    it(`refuse ${what}`, () => {
      const result = indexOtlp(index, {
        signal: 'traces',
        bytes: Uint8Array.from(bytes),
        marks: null,
        keys,
      });
      expect(result.ok ? 'accepted' : result.error.code).to.equal(code);
    });
  }

  it('take what is right at a limit, and refuse what is beyond', () => {
    const bytes = LARGE.traces;
    const code = (limits: Partial<OtlpLimits>): string => {
      const result = indexOtlp(index, {
        signal: 'traces',
        bytes,
        marks: null,
        keys,
        limits: { ...OTLP_LIMITS, ...limits },
      });
      return result.ok ? 'accepted' : result.error.code;
    };
    expect(code({ records: 100 })).to.equal('accepted');
    expect(code({ records: 99 })).to.equal('too_many_records');
    const candidates = index.candidates.count;
    expect(code({ records: 100 })).to.equal('accepted');
    expect(code({ candidates: index.candidates.count })).to.equal('accepted');
    expect(code({ candidates: index.candidates.count - 1 || candidates })).to.equal(
      'too_many_candidates',
    );
  });

  it('refuse hundreds of levels of nesting', () => {
    let body = Uint8Array.of(0x0a, 0x01, 0x61);
    for (let level = 0; level < 200; level++) {
      const inner = Buffer.concat([Uint8Array.of(0x0a), varint(body.length), body]);
      body = Uint8Array.from(Buffer.concat([Uint8Array.of(0x2a), varint(inner.length), inner]));
    }
    const bytes = field(1, field(2, field(2, field(5, body))));
    const result = indexOtlp(index, { signal: 'logs', bytes, marks: null, keys });
    expect(result.ok ? 'accepted' : result.error.code).to.equal('too_deep');
  });
});

function field(number: number, content: Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of((number << 3) | 2), varint(content.length), content]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return Uint8Array.from([...bytes, rest]);
}
