import {
  logsRequest,
  metricsRequest,
  OTLP_SIGNALS,
  SeededRandom,
  traceRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import { field, keyValue, varint } from '../../test/wire-bytes.ts';
import { transcodeJsonToProtobuf } from '../json/json-to-protobuf.ts';
import { transcodeProtobufToJson } from '../json/protobuf-to-json.ts';
import { indexOtlp } from '../index-batch/index-otlp.ts';
import { KeyTable } from '../index-batch/key-table.ts';
import { OtlpIndex } from '../index-batch/otlp-index.ts';
import { OTLP_LIMITS } from '../limits.ts';
import { mendOtlp } from './mend-otlp.ts';

type Signal = (typeof OTLP_SIGNALS)[number];
const keys = new KeyTable({ classify: () => 0, columns: ['service.name'] });
const index = new OtlpIndex();

function indexed(bytes: Uint8Array, signal: Signal = 'traces') {
  return indexOtlp(index, { signal, bytes, marks: new Uint32Array(100_000), keys });
}

/** What becomes of a batch, and that nothing is wrong with it afterwards. */
function mended(bytes: Uint8Array, signal: Signal = 'traces') {
  const result = indexed(bytes, signal);
  if (!result.ok) throw new Error(result.error.message);
  const mendedBatch = mendOtlp(index);
  if (mendedBatch === undefined) throw new Error('too many faults');
  const again = indexed(mendedBatch.bytes, signal);
  expect([again.ok, index.faults.count]).to.deep.equal([true, 0]);
  return { ...mendedBatch, left: again.ok ? again.recordCount : -1 };
}

const spans = (...each: readonly number[][]): Uint8Array =>
  Uint8Array.from(field(1, field(2, ...each.map((span) => field(2, span)))));
const logs = spans;
const GOOD = [...field(1, '0123456789abcdef'), ...field(2, '01234567')];
const NEIGHBOUR = [...GOOD, ...field(5, 'a neighbour')];

describe('mendOtlp', () => {
  describe('takes a record out, and leaves its neighbours, for', () => {
    const records: readonly [string, Signal, number[]][] = [
      ['a trace id of 2 bytes', 'traces', field(1, 'ab')],
      ['a trace id of 15 bytes', 'traces', field(1, '0123456789abcde')],
      ['a trace id of 17 bytes', 'traces', field(1, '0123456789abcdefg')],
      ['a span id of 16 bytes', 'traces', field(2, '0123456789abcdef')],
      ['a parent span id of 7 bytes', 'traces', field(4, '0123456')],
      ['a trace id of 8 bytes in a link', 'traces', field(13, field(1, '01234567'))],
      ['a span id of 1 byte in a link', 'traces', field(13, field(2, 'a'))],
      ['a wrong id before a right one', 'traces', [...field(1, 'ab'), ...GOOD]],
      ['two wrong ids', 'traces', [...field(1, 'ab'), ...field(2, 'ab')]],
      ['a trace id of 2 bytes in a log record', 'logs', field(9, 'ab')],
      ['a span id of 2 bytes in a log record', 'logs', field(10, 'ab')],
    ];
    for (const [what, signal, record] of records) {
      it(what, () => {
        const neighbour = signal === 'traces' ? NEIGHBOUR : field(5, field(1, 'a neighbour'));
        const { bytes, recordsRejected, left } = mended(logs(neighbour, record, neighbour), signal);
        expect([recordsRejected, left]).to.deep.equal([1, 2]);
        expect(bytes).to.deep.equal(logs(neighbour, neighbour));
      });
    }

    it('a span id of 2 bytes in an exemplar', () => {
      const point = (...fields: number[][]) => field(1, ...fields);
      const gauge = (...points: number[][]) =>
        Uint8Array.from(field(1, field(2, field(2, field(1, 'm'), field(5, ...points)))));
      const [good, bad] = [point(field(7, field(1, 'k'))), point(field(5, field(4, 'ab')))];
      const { bytes, recordsRejected } = mended(gauge(good, bad), 'metrics');
      expect(recordsRejected).to.equal(1);
      expect(bytes).to.deep.equal(gauge(good));
    });
  });

  it('leaves ids that are absent, empty or nothing but zeros', () => {
    const zeros = [...field(1, '\0'.repeat(16)), ...field(2, '\0'.repeat(8))];
    const bytes = spans([], [...field(1), ...field(2), ...field(4)], zeros);
    expect(mended(bytes)).to.deep.include({ bytes, recordsRejected: 0, textsRepaired: 0 });
  });

  describe('repairs what is not UTF-8 in', () => {
    const bad = [0x61, 0xff, 0x62];
    const good = 'a\ufffdb';
    const places: readonly [string, (text: string | number[]) => number[]][] = [
      ['a name', (text) => field(5, text)],
      ['a value', (text) => field(9, field(1, 'k'), field(2, field(1, text)))],
      ['a key', (text) => field(9, field(1, text), field(2, field(1, 'v')))],
      ['a key of a number', (text) => field(9, field(1, text), field(2, [0x18, ...varint(300)]))],
      [
        'a value of a list',
        (text) => field(9, field(1, 'k'), field(2, field(5, field(1, field(1, text))))),
      ],
      [
        'a key of a map',
        (text) => field(9, field(1, 'k'), field(2, field(6, field(1, field(1, text))))),
      ],
      ['an event', (text) => field(11, field(2, text))],
      ['a trace state', (text) => field(3, text)],
      ['a status', (text) => field(15, field(2, text))],
    ];
    for (const [what, place] of places) {
      it(`${what}, and nothing beside it`, () => {
        const { bytes, textsRepaired } = mended(spans(NEIGHBOUR, place(bad)));
        expect(textsRepaired).to.equal(1);
        expect(bytes).to.deep.equal(spans(NEIGHBOUR, place(good)));
      });
    }

    it('a key that came often, and in a long text', () => {
      const span = keyValue('k', field(1, [...bad, ...Array<number>(300).fill(0x61)]));
      const key = field(9, field(1, bad), field(2, field(1, 'v')));
      const { textsRepaired } = mended(spans([...key, ...key], [...key, 0x4a, ...span.slice(1)]));
      expect(textsRepaired).to.equal(4);
    });
  });

  it('leaves bytes values and fields that OTLP does not know as they are', () => {
    const value = field(9, field(1, 'k'), field(2, field(7, [0xff, 0xfe])));
    const bytes = spans([...value, ...field(99, [0xff])]);
    expect(mended(bytes).bytes).to.deep.equal(bytes);
  });

  it('gives up a batch with more faults than there may be edits', () => {
    const result = indexed(spans(field(5, [0xff]), field(5, [0xff])));
    expect(result.ok).to.equal(true);
    expect(mendOtlp(index, { ...OTLP_LIMITS, edits: 1 })).to.equal(undefined);
    expect(mendOtlp(index, { ...OTLP_LIMITS, edits: 2 })?.textsRepaired).to.equal(2);
  });

  for (const [signal, whole] of [
    ['traces', traceRequest({ seed: 5, spans: 5 })],
    ['logs', logsRequest({ seed: 5, records: 5 })],
    ['metrics', metricsRequest({ seed: 5, metrics: 5 })],
  ] as const) {
    it(`gives of damaged ${signal} what the transcoder, which is strict about texts and ids, takes`, () => {
      const random = new SeededRandom(23);
      let faults = 0;
      for (let round = 0; round < 400; round++) {
        const damaged = Uint8Array.from(whole);
        damaged[random.int(0, whole.length - 1)] = random.int(0x80, 0xff);
        if (!indexed(damaged, signal).ok || index.faults.count === 0) continue;
        faults++;
        const json = transcodeProtobufToJson(signal, mended(damaged, signal).bytes);
        if (!json.ok) throw new Error(json.error.message);
        const back = transcodeJsonToProtobuf(signal, json.bytes);
        expect(back.ok || back.error.code).to.equal(true);
      }
      expect(faults).to.be.greaterThan(10);
    });

    it(`leaves ${signal} without faults as they are`, () => {
      expect(mended(whole, signal)).to.deep.include({
        bytes: whole,
        recordsRejected: 0,
        textsRepaired: 0,
      });
    });
  }
});
