import { expect } from 'chai';
import { logsRequest, metricsRequest, traceRequest } from '@spanguard/testkit';
import {
  field,
  keyValue,
  logRecordOf,
  metricOf,
  resourceOf,
  spanOf,
  varint,
} from '../../test/wire-bytes.ts';
import { OTLP_LIMITS, type OtlpLimits } from '../limits.ts';
import { placeName } from '../wire/schema.ts';
import { indexOtlp, type IndexRequest } from './index-otlp.ts';
import { KeyTable } from './key-table.ts';
import { OtlpIndex } from './otlp-index.ts';
import {
  candidateNumberText,
  readHex,
  readNumber,
  readNumberText,
  readText,
  readTexts,
} from './read-value.ts';
import { CANDIDATE, VALUE } from './tables.ts';

const DECISIONS: Readonly<Record<string, number>> = { low: 1, middle: 5, high: 9 };
const KINDS = Object.keys(CANDIDATE) as readonly (keyof typeof CANDIDATE)[];
const NO_MARKS = new Uint32Array(100_000);

const keys = new KeyTable({
  classify: (bytes, start, end) => DECISIONS[readText(bytes, start, end)] ?? 0,
  columns: [
    ...['service.name', 'http.route', 'status', 'ratio', 'flag', 'headers', 'fields', 'snowflake'],
  ],
});
const index = new OtlpIndex();

function indexed(bytes: Uint8Array, request: Partial<IndexRequest> = {}) {
  return indexOtlp(index, { signal: 'traces', bytes, marks: NO_MARKS, keys, ...request });
}

/** `kind text decision` of every candidate. */
function candidatesOf(bytes: Uint8Array, request: Partial<IndexRequest> = {}): string[] {
  expect(indexed(bytes, request).ok).to.equal(true);
  const { candidates, frames } = index;
  return Array.from({ length: candidates.count }, (_, row) => {
    const kind = KINDS[candidates.kindOf(row) - 1] ?? '?';
    const frame = candidates.frame[row] ?? -1;
    const text = readText(bytes, frames.start[frame] ?? 0, frames.end[frame] ?? 0);
    const shown = kind === 'number' ? candidateNumberText(index, row) : text;
    return `${kind} ${shown} ${candidates.decisionOf(row)}`;
  });
}

function codeOf(bytes: Uint8Array, request: Partial<IndexRequest> = {}): string {
  const result = indexed(bytes, request);
  return result.ok ? 'accepted' : result.error.code;
}

function limited(limits: Partial<OtlpLimits>): Partial<IndexRequest> {
  return { marks: null, limits: { ...OTLP_LIMITS, ...limits } };
}

/** Marks the bytes of a text, wherever it stands. */
function marking(bytes: Uint8Array, text: string): Partial<IndexRequest> {
  const marks = new Uint32Array(Math.ceil(bytes.length / 32));
  const at = Buffer.from(bytes).indexOf(text);
  expect(at).to.be.at.least(0);
  marks[at >>> 5] = 1 << (at & 31);
  return { marks };
}

const text = (value: string): number[] => field(1, value);
const int = (value: number): number[] => [0x18, ...varint(value)];

/** The same attribute in the form that takes the general path: an empty unknown field at its end. */
function general(key: string, value: number[]): number[] {
  return field(1, field(1, key), field(2, value), field(15));
}

/** An attribute of a span. */
function spanAttribute(key: string, value: number[]): number[] {
  return field(9, field(1, key), field(2, value));
}

/** ResourceSpans whose resource comes after its span. */
function groupOf(name: string): number[] {
  return field(
    1,
    field(2, field(2, field(5, 'span'))),
    field(1, keyValue('service.name', text(name))),
  );
}

/** A value in so many lists, each in the other. */
function nested(lists: number): Uint8Array {
  let value = text('v');
  for (let list = 0; list < lists; list++) value = field(5, field(1, value));
  return resourceOf(keyValue('k', value));
}

describe('indexOtlp: decisions', () => {
  for (const [form, attribute] of [
    ['common', keyValue],
    ['general', general],
  ] as const) {
    it(`offers every value under a decided key, and nothing else (${form} form)`, () => {
      const bytes = resourceOf(
        attribute('none', text('a')),
        attribute('low', text('b')),
        attribute('high', int(7)),
        attribute('none', int(8)),
        attribute('middle', [0x10, 1]),
        attribute('low', []),
        attribute('low', text('')),
      );
      expect(candidatesOf(bytes)).to.deep.equal(['string b 1', 'number 7 9', 'number true 5']);
    });

    it(`offers numbers of eleven digits under any key (${form} form)`, () => {
      const long = [0x18, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
      const short = [0x18, 0xff, 0xff, 0xff, 0xff, 0x7f];
      const card = [0x21, ...new Uint8Array(new Float64Array([4_111_111_111_111_111]).buffer)];
      const ratio = [0x21, ...new Uint8Array(new Float64Array([0.75]).buffer)];
      const bytes = resourceOf(...[long, short, card, ratio].map((value) => attribute('k', value)));
      expect(candidatesOf(bytes)).to.deep.equal([
        'number 34359738368 0',
        'number 4111111111111111 0',
      ]);
    });

    it(`offers marked keys and values (${form} form)`, () => {
      const bytes = resourceOf(attribute('some key', text('some value')));
      expect(candidatesOf(bytes, marking(bytes, 'key'))).to.deep.equal(['key some key 0']);
      expect(candidatesOf(bytes, marking(bytes, 'value'))).to.deep.equal(['string some value 0']);
      expect(candidatesOf(bytes)).to.deep.equal([]);
      expect(candidatesOf(bytes, { marks: null })[0]).to.equal('key some key 0');
    });
  }

  it('takes the strictest of several keys, wherever they stand', () => {
    const value = field(2, text('v'));
    const low = field(1, 'low');
    const high = field(1, 'high');
    expect(candidatesOf(resourceOf(field(1, value, high)))).to.deep.equal(['string v 9']);
    expect(candidatesOf(resourceOf(field(1, high, low, value)))).to.deep.equal(['string v 9']);
    expect(candidatesOf(resourceOf(field(1, low, value, high)))).to.deep.equal(['string v 9']);
  });

  it('offers every one of several values and oneof members', () => {
    const bytes = resourceOf(
      field(1, field(1, 'low'), field(2, text('a'), int(3), field(7, 'b')), field(2, text('c'))),
    );
    expect(candidatesOf(bytes)).to.deep.equal([
      'string a 1',
      'number 3 1',
      'bytes b 1',
      'string c 1',
    ]);
  });

  it('hands decisions down into maps and lists, where only stricter ones replace them', () => {
    const map = field(6, keyValue('low', text('a')), keyValue('high', text('b')));
    const list = field(5, field(1, text('c')), field(1, field(5, field(1, text('d')))));
    const bytes = resourceOf(keyValue('middle', [...map]), keyValue('middle', [...list]));
    expect(candidatesOf(bytes)).to.deep.equal([
      'key low 5',
      'string a 5',
      'key high 5',
      'string b 9',
      'string c 5',
      'string d 5',
    ]);
  });

  it('reads a KeyValue without a key as one with the empty key', () => {
    const strict = new KeyTable({
      classify: (_, start, end) => (start === end ? 3 : 0),
      columns: [],
    });
    const bytes = resourceOf(field(1, field(2, text('v'))));
    expect(candidatesOf(bytes, { keys: strict })).to.deep.equal(['string v 3']);
  });

  it('tells numbers of 64 bits exactly, next to other members too', () => {
    const card = 4_539_578_763_621_486_123n;
    const bytes: number[] = [];
    for (let rest = card; bytes.length < 9; rest >>= 7n) {
      bytes.push(Number(rest & 127n) | (bytes.length < 8 ? 128 : 0));
    }
    const minusOne = [0x18, ...Array.from({ length: 9 }, () => 0xff), 0x01];
    const request = resourceOf(keyValue('k', [0x40, 5, 0x18, ...bytes]), keyValue('k', minusOne));
    expect(candidatesOf(request)).to.deep.equal([`number ${card} 0`, 'number -1 0']);
  });
});

describe('indexOtlp: fields', () => {
  it('offers ids of the wrong length and leaves right ones alone', () => {
    const right = spanOf(
      field(1, 'a'.repeat(16)),
      field(2, 'b'.repeat(8)),
      field(4, 'c'.repeat(8)),
    );
    expect(candidatesOf(right, { marks: null })).to.deep.equal([]);
    expect(readHex(right, index.records.traceIdAt[0] ?? -1, 16)).to.equal('61'.repeat(16));
    const wrong = spanOf(field(1, 'a'.repeat(15)), field(13, field(2, 'long enough')));
    expect(candidatesOf(wrong, { marks: null })).to.deep.equal([
      `bytes ${'a'.repeat(15)} 0`,
      'bytes long enough 0',
    ]);
    expect(readHex(wrong, index.records.traceIdAt[0] ?? -1, 16)).to.equal('');
  });

  it('counts and offers unknown fields with marked bytes', () => {
    const bytes = spanOf(field(99, 'hidden'), field(30, 'plain'));
    expect(candidatesOf(bytes, marking(bytes, 'hidden'))).to.deep.equal(['unknown hidden 0']);
    expect(index.unknownMarked).to.equal(1);
    expect(placeName(index.candidates.placeOf(0))).to.equal('Span.0');
    expect(candidatesOf(bytes)).to.deep.equal([]);
    expect(index.unknownMarked).to.equal(0);
  });

  it('refuses a text field that has no length, as some decoders read it all the same', () => {
    expect(codeOf(spanOf([0x28, 5]))).to.equal('wrong_wire_type');
    expect(codeOf(spanOf([0xf8, 0x01, 5]))).to.equal('accepted');
  });

  it('looks at packed numbers as at a text, and refuses what does not fill its field', () => {
    const histogram = (...fields: number[][]): Uint8Array =>
      metricOf(field(9, field(1, ...fields)));
    const buckets = (...bytes: number[]): Uint8Array =>
      metricOf(field(10, field(1, field(8, field(2, bytes)))));
    const metrics = { signal: 'metrics' } as const;
    for (const packed of [6, 7]) {
      const smuggling = histogram(field(packed, 'password=hunter2'));
      expect(
        candidatesOf(smuggling, { ...metrics, ...marking(smuggling, 'password') }),
      ).to.deep.equal(['packed password=hunter2 0']);
      expect(candidatesOf(smuggling, metrics), 'unmarked').to.deep.equal([]);
      expect(codeOf(histogram(field(packed, 'seven b')), metrics)).to.equal('packed_numbers');
      expect(codeOf(histogram(field(packed, '')), metrics)).to.equal('accepted');
    }
    expect(codeOf(buckets(5, 0x80, 1, ...Array(9).fill(0xff), 1), metrics)).to.equal('accepted');
    expect(codeOf(buckets(...Array(10).fill(0xff), 1), metrics)).to.equal('packed_numbers');
    expect(codeOf(buckets(5, 0x80), metrics), 'a number without end').to.equal('packed_numbers');
  });

  it('tells where a candidate stands', () => {
    candidatesOf(spanOf(field(5, 'GET /'), field(15, field(2, 'why'))), { marks: null });
    expect(placeName(index.candidates.placeOf(0))).to.equal('Span.5');
    expect(placeName(index.candidates.placeOf(1))).to.equal('Status.2');
  });

  it('passes text that is not UTF-8', () => {
    expect(candidatesOf(spanOf(field(5, [0xff, 0xfe])), { marks: null })).to.have.length(1);
  });
});

describe('indexOtlp: rows', () => {
  it('fills a row and its cells', () => {
    const ratio = [0x21, ...new Uint8Array(new Float64Array([0.5]).buffer)];
    const list = field(5, field(1, text('x')), field(1, int(1)), field(1, text('y')));
    const entries = [
      keyValue('q', text('shoes')),
      keyValue('n', int(1)),
      keyValue('', text('bare')),
    ];
    const map = field(6, ...entries);
    const bytes = spanOf(
      field(3, 'ot=th:8'),
      field(5, 'GET /'),
      [0x30, 2],
      [0x39, ...new Uint8Array(new BigUint64Array([1_767_225_600_000_500_000n]).buffer)],
      [0x41, ...new Uint8Array(new BigUint64Array([1_767_225_600_001_000_000n]).buffer)],
      field(15, [0x18, 2]),
      spanAttribute('http.route', text('/old')),
      spanAttribute('http.route', text('/new')),
      spanAttribute('status', int(404)),
      spanAttribute('ratio', ratio),
      spanAttribute('flag', [0x10, 1]),
      spanAttribute('headers', list),
      spanAttribute('fields', map),
      spanAttribute('snowflake', [0x18, 0x95, 0x82, 0xa6, 0xef, 0xc7, 0x9e, 0x84, 0x91, 0x11]),
      field(11, field(3, field(1, 'service.name'), field(2, text('an event has no cells')))),
    );
    expect(indexed(bytes)).to.include({ ok: true, recordCount: 1 });
    const { records, recordCells: cells } = index;
    const valueOf = (column: number) => {
      const cell = cells.cellOf(0, column);
      return {
        type: cells.type[cell] ?? -1,
        start: cells.start[cell] ?? -1,
        end: cells.end[cell] ?? -1,
      };
    };
    expect(valueOf(0).type).to.equal(VALUE.absent);
    expect(readText(bytes, valueOf(1).start, valueOf(1).end)).to.equal('/new');
    expect([2, 3, 4].map((column) => readNumber(bytes, valueOf(column)))).to.deep.equal([
      404, 0.5, 1,
    ]);
    expect(valueOf(5).type).to.equal(VALUE.array);
    expect(readTexts(bytes, valueOf(5))).to.deep.equal(['x', 'y']);
    expect(readTexts(bytes, valueOf(5), 1)).to.deep.equal(['x']);
    expect(readTexts(bytes, valueOf(6))).to.deep.equal(['q=shoes', '=bare']);
    expect([2, 3, 4, 7].map((column) => readNumberText(bytes, valueOf(column)))).to.deep.equal([
      ...['404', '0.5', 'true', '1234567890123456789'],
    ]);
    expect(records.startMs[0]).to.equal(1_767_225_600_000.5);
    expect(records.endMs[0]).to.equal(1_767_225_600_001);
    expect([records.kind[0], records.statusCode[0]]).to.deep.equal([2, 2]);
    expect(readText(bytes, records.nameStart[0] ?? 0, records.nameEnd[0] ?? 0)).to.equal('GET /');
    const state = readText(bytes, records.traceStateStart[0] ?? 0, records.traceStateEnd[0] ?? 0);
    expect(state).to.equal('ot=th:8');
  });

  it('keeps the resource of a record, even when it comes after it', () => {
    const bytes = Uint8Array.from([...groupOf('one'), ...groupOf('two')]);
    expect(indexed(bytes)).to.include({ recordCount: 2 });
    const { records, resourceCells } = index;
    const names = [0, 1].map((row) => {
      const cell = resourceCells.cellOf(records.resource[row] ?? -1, 0);
      return readText(bytes, resourceCells.start[cell] ?? 0, resourceCells.end[cell] ?? 0);
    });
    expect(names).to.deep.equal(['one', 'two']);
  });

  it('tells how severe a log record is, and what it is called, whatever its body', () => {
    for (const body of [text('words'), field(6, keyValue('k', text('v'))), []]) {
      const bytes = logRecordOf([0x10, 17], field(5, body), field(12, 'event'));
      expect(indexed(bytes, { signal: 'logs' }).ok).to.equal(true);
      const { severityNumber, nameStart, nameEnd } = index.records;
      expect(severityNumber[0]).to.equal(17);
      expect(readText(bytes, nameStart[0] ?? 0, nameEnd[0] ?? 0)).to.equal('event');
    }
  });

  it('gives points the name of their metric, even when it comes after them', () => {
    const metric = field(2, field(5, field(1, [0x19, 0, 0, 0, 0, 0, 0, 0, 0])), field(1, 'late'));
    const bytes = Uint8Array.from(field(1, field(2, metric)));
    expect(indexed(bytes, { signal: 'metrics' })).to.include({ recordCount: 1 });
    const { nameStart, nameEnd } = index.records;
    expect(readText(bytes, nameStart[0] ?? 0, nameEnd[0] ?? 0)).to.equal('late');
  });

  it('counts the points of all kinds of metrics', () => {
    const result = indexed(metricsRequest({ seed: 1 }), { signal: 'metrics' });
    expect(result.ok && result.recordCount).to.be.above(4);
  });
});

describe('indexOtlp: bounds', () => {
  const bytes = traceRequest({ seed: 5, spans: 3 });

  it('reads no byte beyond the length it is told', () => {
    const longer = Uint8Array.from([...bytes, 0x0b, 0xff]);
    expect(codeOf(longer)).to.equal('group');
    expect(codeOf(longer, { length: bytes.length })).to.equal('accepted');
    expect(codeOf(bytes, { length: bytes.length - 1 })).to.equal('truncated');
    expect(codeOf(bytes.subarray(0, 0))).to.equal('accepted');
  });

  it('works on a view into a larger buffer', () => {
    const shifted = Uint8Array.from([9, 9, 9, ...bytes]).subarray(3);
    expect(candidatesOf(shifted, { marks: null })).to.deep.equal(
      candidatesOf(bytes, { marks: null }),
    );
  });

  it('holds each limit on both sides', () => {
    expect(codeOf(bytes, { marks: null })).to.equal('accepted');
    const frames = index.frames.count;
    const candidates = index.candidates.count;
    expect(codeOf(bytes, limited({ frames }))).to.equal('accepted');
    expect(codeOf(bytes, limited({ frames: frames - 1 }))).to.equal('too_many_frames');
    expect(codeOf(bytes, limited({ frames: 0 }))).to.equal('too_many_frames');
    expect(codeOf(bytes, limited({ candidates }))).to.equal('accepted');
    expect(codeOf(bytes, limited({ candidates: candidates - 1 }))).to.equal('too_many_candidates');
    expect(codeOf(bytes, limited({ records: 3 }))).to.equal('accepted');
    expect(codeOf(bytes, limited({ records: 2 }))).to.equal('too_many_records');
    const two = Uint8Array.from([...field(1), ...field(1)]);
    expect(codeOf(two, limited({ resources: 2 }))).to.equal('accepted');
    expect(codeOf(two, limited({ resources: 1 }))).to.equal('too_many_resources');
  });

  it('counts the same depth on the common and the general path', () => {
    for (const attribute of [keyValue, general]) {
      // Resource group, resource, KeyValue, AnyValue.
      const request = resourceOf(attribute('k', text('v')));
      expect(codeOf(request, limited({ depth: 4 }))).to.equal('accepted');
      expect(codeOf(request, limited({ depth: 3 }))).to.equal('too_deep');
    }
  });

  it('refuses 65 open messages and takes 64', () => {
    expect(codeOf(nested(30))).to.equal('accepted');
    expect(codeOf(nested(31))).to.equal('too_deep');
  });

  it('leaves no usable index after an error', () => {
    indexed(Uint8Array.of(0x0a));
    expect(index.isComplete).to.equal(false);
    indexed(bytes);
    expect(index.isComplete).to.equal(true);
  });

  it('says where the error is, and nothing of the bytes', () => {
    const result = indexed(spanOf(field(5, 'secret'), [0x0b]));
    expect(result.ok ? undefined : result.error).to.deep.equal({
      code: 'group',
      kind: 'malformed',
      offset: 14,
      message: 'groups (wire types 3 and 4) are not part of OTLP (at byte 14)',
    });
  });
});

describe('indexOtlp: another signal than it is told', () => {
  const requests = {
    traces: traceRequest({ seed: 2, spans: 20 }),
    metrics: metricsRequest({ seed: 2 }),
    logs: logsRequest({ seed: 2 }),
  };
  const signals = ['traces', 'metrics', 'logs'] as const;
  for (const told of signals) {
    for (const sent of signals.filter((signal) => signal !== told)) {
      it(`refuses ${sent} as ${told}`, () => {
        const result = indexed(requests[sent], { signal: told });
        expect(result.ok ? 'accepted' : result.error.kind).to.equal('malformed');
      });
    }
  }

  it('counts the fields it does not know, of a request that has nothing else too', () => {
    const unknownOf = (bytes: Uint8Array) => {
      const result = indexed(bytes);
      return result.ok ? result.unknownFields : result.error.code;
    };
    expect(unknownOf(new Uint8Array(0))).to.equal(0);
    expect(unknownOf(resourceOf(keyValue('k', text('v'))))).to.equal(0);
    expect(unknownOf(Uint8Array.from([...field(99, 'x'), 0x28, 1]))).to.equal(2);
    expect(unknownOf(spanOf(field(99, 'x')))).to.equal(1);
  });
});
