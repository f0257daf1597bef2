import {
  arbitraryRequest,
  arbitraryRequestBytes,
  comparableRequest,
  decodeRequest,
  encodeRequest,
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
  OtlpIndex,
  replaceCandidate,
  rewriteOtlp,
} from '../src/index.ts';

/*
 * A toy policy, implemented twice. Keys of a length divisible by 5 drop the attribute, by 3 mask the
 * value, by 2 have it scanned; scanning turns each "a" into sixty "b"s. The fast way sees marked
 * bytes only; the slow way decodes with an independent codec, changes objects, and encodes.
 */
const SCAN = 1;
const MASK = 2;
const DROP = 3;
const LETTER = 0x61;
const LONG = 'b'.repeat(60);
const MASKED = '[x]';

function decisionOf(keyBytes: number): number {
  if (keyBytes === 0) return 0;
  if (keyBytes % 5 === 0) return DROP;
  if (keyBytes % 3 === 0) return MASK;
  return keyBytes % 2 === 0 ? SCAN : 0;
}

const keys = new KeyTable({ classify: (_, start, end) => decisionOf(end - start), columns: ['k'] });
const index = new OtlpIndex();
const edits = new EditList();
const out = new ByteArena(0);

function marksOf(bytes: Uint8Array): Uint32Array {
  const marks = new Uint32Array(Math.ceil(bytes.length / 32));
  for (const [at, byte] of bytes.entries()) {
    if (byte === LETTER) marks[at >>> 5] = (marks[at >>> 5] ?? 0) | (1 << (at & 31));
  }
  return marks;
}

function notableOf(bytes: Uint8Array): Uint32Array {
  const notable = marksOf(bytes);
  for (const [at, byte] of bytes.entries()) {
    if (byte > 0x7f) notable[at >>> 5] = (notable[at >>> 5] ?? 0) | (1 << (at & 31));
  }
  return notable;
}

/** All that is known of a batch. */
function indexed(signal: OtlpSignal, bytes: Uint8Array, notable?: Uint32Array) {
  const notes = notable === undefined ? {} : { notable };
  const outcome = indexOtlp(index, { signal, bytes, marks: marksOf(bytes), ...notes, keys });
  const { frames, candidates, faults } = index;
  const rowsOf = (count: number, ...columns: readonly ArrayLike<number>[]): unknown[] =>
    Array.from({ length: count }, (_, row) => columns.map((column) => column[row]));
  return {
    outcome,
    frames: rowsOf(frames.count, frames.parent, frames.tagAt, frames.start, frames.end),
    candidates: rowsOf(candidates.count, candidates.frame, candidates.keyValue, candidates.valueAt),
    faults: rowsOf(faults.count, faults.kind, faults.frame),
  };
}

/** Undefined when the walk refuses the bytes. */
function fast(signal: OtlpSignal, bytes: Uint8Array): Uint8Array | undefined {
  if (!indexOtlp(index, { signal, bytes, marks: marksOf(bytes), keys }).ok) return undefined;
  edits.clear();
  const { candidates } = index;
  for (let row = 0; row < candidates.count; row++) {
    const kind = candidates.kindOf(row);
    const decision = kind === CANDIDATE.key ? SCAN : candidates.decisionOf(row);
    if (decision === DROP) deleteCandidate(edits, index, row);
    else if (decision === MASK) replaceCandidate(edits, index, row, Buffer.from(MASKED));
    else if (kind === CANDIDATE.string || kind === CANDIDATE.key || kind === CANDIDATE.text) {
      scan(bytes, row);
    }
  }
  return rewriteOtlp(index, edits, out);
}

function scan(bytes: Uint8Array, row: number): void {
  const frame = index.candidates.frame[row] ?? -1;
  const end = index.frames.end[frame] ?? 0;
  for (let at = index.frames.start[frame] ?? 0; at < end; at++) {
    if (bytes[at] === LETTER) edits.replace(frame, at, at + 1, Buffer.from(LONG));
  }
}

type Plain = Record<string, unknown>;

function slow(signal: OtlpSignal, bytes: Uint8Array): Uint8Array {
  return encodeRequest(signal, changeMessage({ ...decodeRequest(signal, bytes) }) as never);
}

function changeMessage(message: Plain): Plain {
  return Object.fromEntries(
    Object.entries(message).map(([name, value]) => [name, changeField(name, value)]),
  );
}

function changeField(name: string, value: unknown): unknown {
  if (/^(attributes|filteredAttributes|metadata)$/.test(name)) {
    return (value as Plain[]).flatMap((pair) => changePair(pair, 0));
  }
  if (name === 'body') return changeValue(value as Plain, 0).value;
  if (typeof value === 'string') return value.replaceAll('a', LONG);
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) return changeMessage(value as Plain);
  return value.map((item: unknown) => changeField('', item));
}

/** The pair, or nothing when something in it is to be dropped with it. */
function changePair(pair: Plain, outer: number): Plain[] {
  const key = typeof pair['key'] === 'string' ? pair['key'] : '';
  const decision = Math.max(outer, decisionOf(Buffer.byteLength(key)));
  const { value, isDropped } = changeValue((pair['value'] ?? {}) as Plain, decision);
  const changed: Plain = { key: key.replaceAll('a', LONG) };
  if (pair['value'] !== undefined && pair['value'] !== null) changed['value'] = value;
  return isDropped ? [] : [changed];
}

function changeValue(value: Plain, decision: number): { value: Plain; isDropped: boolean } {
  const [member] = Object.keys(value);
  const content = member === undefined ? undefined : value[member];
  const kept = { value, isDropped: false };
  if (member === 'arrayValue') {
    const items = ((content as { values?: Plain[] }).values ?? []).map((item) =>
      changeValue(item, decision),
    );
    const values = items.map((item) => item.value);
    return { value: { arrayValue: { values } }, isDropped: items.some((item) => item.isDropped) };
  }
  if (member === 'kvlistValue') {
    const pairs = (content as { values?: Plain[] }).values ?? [];
    const values = pairs.flatMap((pair) => changePair(pair, decision));
    return { value: { kvlistValue: { values } }, isDropped: false };
  }
  const isText = member === 'stringValue';
  const isSized = isText || member === 'bytesValue';
  if (content === undefined || (isSized && (content as string).length === 0)) return kept;
  if (decision === DROP) return { value, isDropped: true };
  if (decision === MASK && member === 'bytesValue') {
    return { value: { bytesValue: Buffer.from(MASKED) }, isDropped: false };
  }
  if (decision === MASK) return { value: { stringValue: MASKED }, isDropped: false };
  if (!isText) return kept;
  return { value: { stringValue: (content as string).replaceAll('a', LONG) }, isDropped: false };
}

function expectSame(signal: OtlpSignal, bytes: Uint8Array): void {
  const rewritten = fast(signal, bytes);
  expect(rewritten).not.to.equal(undefined);
  expect(comparableRequest(signal, rewritten ?? bytes)).to.deep.equal(
    comparableRequest(signal, slow(signal, bytes)),
  );
}

/** Whether all text is UTF-8; where it is not, decoders disagree on what it says. */
function isUtf8(signal: OtlpSignal, bytes: Uint8Array): boolean {
  indexOtlp(index, { signal, bytes, marks: null, keys });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const { candidates, frames } = index;
  for (let row = 0; row < candidates.count; row++) {
    const frame = candidates.frame[row] ?? -1;
    if (candidates.kindOf(row) === CANDIDATE.number) continue;
    try {
      decoder.decode(bytes.subarray(frames.start[frame], frames.end[frame]));
    } catch {
      return false;
    }
  }
  return true;
}

const SAMPLES = {
  traces: traceRequest({ seed: 2, spans: 40 }),
  logs: logsRequest({ seed: 2 }),
  metrics: metricsRequest({ seed: 2 }),
} as const;

const SMALL = {
  traces: traceRequest({ seed: 3, spans: 1 }),
  logs: logsRequest({ seed: 3, records: 1 }),
  metrics: metricsRequest({ seed: 3, metrics: 5 }),
} as const;

describe('index and rewrite beside decode, change, encode', () => {
  for (const signal of OTLP_SIGNALS) {
    it(`give the same for ${signal}`, () => {
      assert(
        property(arbitraryRequestBytes(signal), (bytes) => expectSame(signal, bytes)),
        { numRuns: 400 },
      );
      expectSame(signal, SAMPLES[signal]);
    });

    it(`take the concatenation of two ${signal} requests for both`, () => {
      assert(
        property(arbitraryRequest(signal), arbitraryRequest(signal), (one, other) => {
          const bytes = Buffer.concat([encodeRequest(signal, one), encodeRequest(signal, other)]);
          const groups = [...Object.values(one).flat(), ...Object.values(other).flat()];
          const [name] = Object.keys(decodeRequest(signal, Uint8Array.of(0x0a, 0)));
          const merged = encodeRequest(signal, { [name ?? '']: groups });
          expect(comparableRequest(signal, bytes)).to.deep.equal(comparableRequest(signal, merged));
          expectSame(signal, bytes);
        }),
        { numRuns: 50 },
      );
    });

    it(`see the same in ${signal} where it is noted which bytes are ASCII`, () => {
      const random = new SeededRandom(29);
      let faults = 0;
      for (let round = 0; round < 300; round++) {
        const bytes = mutateBytes(SMALL[signal], random);
        const seen = indexed(signal, bytes);
        expect(indexed(signal, bytes, notableOf(bytes))).to.deep.equal(seen);
        faults += seen.faults.length;
      }
      expect(faults).to.be.above(0);
    });

    it(`leave no letter in damaged ${signal} that an independent decoder still reads`, () => {
      const random = new SeededRandom(23);
      let compared = 0;
      for (let round = 0; round < 8000; round++) {
        const bytes = mutateBytes(SMALL[signal], random);
        const rewritten = fast(signal, bytes);
        if (rewritten === undefined) continue;
        const copy = Uint8Array.from(rewritten);
        expect(indexOtlp(index, { signal, bytes: copy, marks: null, keys }).ok).to.equal(true);
        if (!isUtf8(signal, bytes)) continue;
        const texts = textsOf(signal, copy);
        if (texts === undefined) continue;
        compared += 1;
        expect(texts.filter((text) => text.includes('a'))).to.deep.equal([]);
      }
      expect(compared).to.be.above(200);
    });
  }
});

/** All texts of a request, or undefined where the independent decoder refuses it. */
function textsOf(signal: OtlpSignal, bytes: Uint8Array): string[] | undefined {
  let pending: unknown[];
  try {
    pending = [decodeRequest(signal, bytes)];
  } catch {
    return undefined;
  }
  const texts: string[] = [];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === 'string') texts.push(next);
    else if (next instanceof Uint8Array || typeof next !== 'object' || next === null) continue;
    else pending.push(...Object.values(next).filter((value) => value !== undefined));
  }
  return texts;
}
