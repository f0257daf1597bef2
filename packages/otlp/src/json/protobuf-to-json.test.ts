/** Protobuf in, the right OTLP/JSON or a typed error out; judged by independent code. */

import { isDeepStrictEqual } from 'node:util';

import {
  arbitraryRequest,
  arbitraryRequestBytes,
  canaryRequest,
  comparableRequest,
  decodeRequest,
  encodeRequest,
  logsRequest,
  metricsRequest,
  mutateBytes,
  OTLP_SIGNALS,
  type OtlpSignal,
  requestAsJson,
  SeededRandom,
  traceRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import * as fc from 'fast-check';

import { transcodeJsonToProtobuf } from './json-to-protobuf.ts';
import type { TranscodeErrorCode } from './outcome.ts';
import { transcodeProtobufToJson } from './protobuf-to-json.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function jsonText(signal: OtlpSignal, bytes: Uint8Array): string {
  const outcome = transcodeProtobufToJson(signal, bytes);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return strictUtf8.decode(outcome.bytes);
}

function backAgain(signal: OtlpSignal, bytes: Uint8Array): Uint8Array {
  const json = transcodeProtobufToJson(signal, bytes);
  if (!json.ok) throw new Error(json.error.message);
  const outcome = transcodeJsonToProtobuf(signal, json.bytes);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.bytes;
}

function lengthDelimited(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  if (content.length > 127) throw new RangeError('too long for this test');
  return Uint8Array.of((number << 3) | 2, content.length, ...content);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** A trace request holding one span of these bytes. */
function spanBytes(...fields: readonly Uint8Array[]): Uint8Array {
  return lengthDelimited(1, lengthDelimited(2, lengthDelimited(2, ...fields)));
}

function spanIs(bytes: Uint8Array, span: string): void {
  const json = `{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`;
  expect(jsonText('traces', bytes)).to.equal(json);
}

function refused(bytes: Uint8Array, code: TranscodeErrorCode, message: string): void {
  const outcome = transcodeProtobufToJson('traces', bytes);
  expect(outcome.ok ? 'accepted' : outcome.error.code).to.equal(code);
  if (!outcome.ok) expect(outcome.error.message).to.equal(message);
}

/** As `requestAsJson` has it. */
function minusZeroInQuotes(_name: string, value: unknown): unknown {
  return Object.is(value, -0) ? '-0' : value;
}

function encodedSpan(span: object): Uint8Array {
  return encodeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
}

describe('transcodeProtobufToJson', () => {
  for (const signal of OTLP_SIGNALS) {
    it(`gives what the oracle and JSON.stringify give for any ${signal}`, () => {
      fc.assert(
        fc.property(arbitraryRequest(signal), (request) => {
          const bytes = encodeRequest(signal, request);
          const slow: unknown = JSON.parse(requestAsJson(decodeRequest(signal, bytes)));
          const fast: unknown = JSON.parse(jsonText(signal, bytes), minusZeroInQuotes);
          return isDeepStrictEqual(fast, slow);
        }),
        { numRuns: 500 },
      );
    });

    it(`comes back as the same ${signal}`, () => {
      fc.assert(
        fc.property(arbitraryRequestBytes(signal), (bytes) =>
          isDeepStrictEqual(
            comparableRequest(signal, backAgain(signal, bytes)),
            comparableRequest(signal, bytes),
          ),
        ),
        { numRuns: 500 },
      );
    });

    it(`keeps the text in every field of ${signal}`, () => {
      const { bytes } = canaryRequest(signal, '"canary\\ü😀\n');
      expect(comparableRequest(signal, backAgain(signal, bytes))).to.deep.equal(
        comparableRequest(signal, bytes),
      );
    });
  }

  it('writes 64-bit integers as strings, enums and small integers as numbers', () => {
    const span = {
      spanId: Uint8Array.of(0xab, 0, 0, 0, 0, 0, 0, 0xff),
      kind: 3,
      startTimeUnixNano: '18446744073709551615',
      droppedEventsCount: 4_294_967_295,
      attributes: [
        { key: 'i', value: { intValue: '-9223372036854775808' } },
        { key: 'd', value: { doubleValue: -0 } },
        { key: 'n', value: { doubleValue: Number.NaN } },
        { key: 'b', value: { bytesValue: Uint8Array.of(0xfb, 0xff) } },
      ],
    };
    const request = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
    spanIs(
      encodeRequest('traces', request),
      '{"spanId":"ab000000000000ff","kind":3,"startTimeUnixNano":"18446744073709551615",' +
        '"attributes":[{"key":"i","value":{"intValue":"-9223372036854775808"}},' +
        '{"key":"d","value":{"doubleValue":-0}},{"key":"n","value":{"doubleValue":"NaN"}},' +
        '{"key":"b","value":{"bytesValue":"+/8="}}],"droppedEventsCount":4294967295}',
    );
  });

  it('writes integers of every size with all their digits', () => {
    const attribute = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const edges = [999_999_999n, 10n ** 9n, 10n ** 18n - 1n, 10n ** 18n, 2n ** 32n, 2n ** 53n];
    fc.assert(
      fc.property(fc.oneof(attribute, fc.constantFrom(...edges)), (value) => {
        const body = { intValue: String(value) };
        const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body }] }] }] };
        return jsonText('logs', encodeRequest('logs', request)).includes(`"intValue":"${value}"`);
      }),
      { numRuns: 2_000 },
    );
  });

  it('writes one list for a field whose values stand apart', () => {
    const event = (name: string) => lengthDelimited(11, lengthDelimited(2, text(name)));
    const name = lengthDelimited(5, text('n'));
    spanIs(
      spanBytes(event('a'), name, event('b'), event('c')),
      '{"name":"n","events":[{"name":"a"},{"name":"b"},{"name":"c"}]}',
    );
  });

  it('takes the last of repeated scalars, merges repeated messages', () => {
    const name = (value: string) => lengthDelimited(5, text(value));
    const message = lengthDelimited(15, lengthDelimited(2, text('m')));
    const code = lengthDelimited(15, Uint8Array.of(0x18, 2));
    spanIs(
      spanBytes(message, name('a'), code, name('b')),
      '{"name":"b","status":{"message":"m","code":2}}',
    );
  });

  it('takes the last member of a oneof, whatever came before', () => {
    const value = lengthDelimited(2, lengthDelimited(1, text('s')), Uint8Array.of(0x18, 7));
    spanIs(spanBytes(lengthDelimited(9, value)), '{"attributes":[{"value":{"intValue":"7"}}]}');
  });

  it('takes packed numbers in runs, one by one, and mixed', () => {
    const one = Uint8Array.of(0x10, 1);
    const run = lengthDelimited(2, Uint8Array.of(2, 0xac, 0x02));
    const point = lengthDelimited(1, lengthDelimited(8, one, run, lengthDelimited(2), one));
    const bytes = lengthDelimited(
      1,
      lengthDelimited(2, lengthDelimited(2, lengthDelimited(10, point))),
    );
    expect(jsonText('metrics', bytes)).to.include('"bucketCounts":["1","2","300","1"]');
  });

  it('leaves out unknown fields and known numbers of another wire type', () => {
    const unknown = Uint8Array.of(0xf8, 0x07, 1);
    const nameAsNumber = Uint8Array.of(0x28, 1);
    spanIs(spanBytes(unknown, nameAsNumber), '{}');
  });

  it('says what is wrong with bytes that are not protobuf, and where', () => {
    refused(Uint8Array.of(0x0a, 5, 0), 'truncated', 'request at byte 0: expected protobuf');
    refused(spanBytes(Uint8Array.of(0x33)), 'group', `${SPAN} at byte 6: expected protobuf`);
    refused(
      spanBytes(lengthDelimited(5, Uint8Array.of(0x61, 0xff))),
      'utf8',
      `${SPAN}.name at byte 9: expected well-formed UTF-8`,
    );
  });

  it('gives the place of the first part for errors in merged messages', () => {
    const status = lengthDelimited(15, lengthDelimited(2, Uint8Array.of(0xff)));
    const outcome = transcodeProtobufToJson('traces', spanBytes(status, status));
    expect(outcome).to.have.nested.property('error.code', 'utf8');
    expect(outcome).to.have.nested.property('error.offset').below(20);
  });

  it('refuses a packed run that ends inside a number', () => {
    const run = (field: number, ...bytes: number[]) =>
      lengthDelimited(field, Uint8Array.from(bytes));
    const histogram = lengthDelimited(9, lengthDelimited(1, run(7, 0, 0, 0, 0, 0, 0, 0)));
    const exponential = lengthDelimited(10, lengthDelimited(1, lengthDelimited(8, run(2, 0x80))));
    for (const metric of [histogram, exponential]) {
      const bytes = lengthDelimited(1, lengthDelimited(2, lengthDelimited(2, metric)));
      const outcome = transcodeProtobufToJson('metrics', bytes);
      expect(outcome).to.have.nested.property('error.code', 'truncated');
    }
  });

  it('takes 64 messages in each other below the request and refuses 65', () => {
    let value: object = {};
    for (let level = 0; level < 29; level++) value = { arrayValue: { values: [value] } };
    const attributes = [{ key: 'k', value }];
    const even = encodedSpan({ events: [{ attributes }] });
    expect(transcodeProtobufToJson('traces', even)).to.have.property('ok', true);
    const deeper = [{ key: 'k', value: { arrayValue: { values: [value] } } }];
    const outcome = transcodeProtobufToJson('traces', encodedSpan({ attributes: deeper }));
    expect(outcome).to.have.nested.property('error.code', 'too_deep');
    expect(outcome).to.have.nested.property('error.kind', 'limit');
  });

  it('writes as many bytes as allowed and not one more, escapes included', () => {
    const request = { resourceSpans: [{ schemaUrl: '\u0000'.repeat(1_000) }] };
    const bytes = encodeRequest('traces', request);
    const { length } = jsonText('traces', bytes);
    const limited = (bytesMax: number) => transcodeProtobufToJson('traces', bytes, { bytesMax });
    expect(limited(length)).to.have.property('ok', true);
    expect(limited(length - 1)).to.have.nested.property('error.code', 'too_large');
    expect(limited(100)).to.have.nested.property('error.code', 'too_large');
  });

  it('gives JSON that comes back, or an error, for 20,000 damaged requests', function () {
    const seed = 20_260_102;
    const random = new SeededRandom(seed);
    const inputs = OTLP_SIGNALS.flatMap((signal) =>
      [1, 2, 3].map((at) => ({ signal, bytes: damageable(signal, at) })),
    );
    let accepted = 0;
    for (let round = 0; round < 20_000; round++) {
      const { signal, bytes } = random.pick(inputs);
      const outcome = transcodeProtobufToJson(signal, mutateBytes(bytes, random));
      if (!outcome.ok) continue;
      accepted++;
      JSON.parse(strictUtf8.decode(outcome.bytes));
      const back = transcodeJsonToProtobuf(signal, outcome.bytes);
      // Ids of a length that OTLP does not have are the one thing that stays on the way.
      if (!back.ok) expect(back.error.code, `seed ${seed}`).to.equal('json_id');
    }
    expect(accepted, `seed ${seed}`).to.be.within(500, 15_000);
  });
});

const SPAN = 'resourceSpans[0].scopeSpans[0].spans[0]';

function damageable(signal: OtlpSignal, seed: number): Uint8Array {
  return {
    traces: () => traceRequest({ seed, spans: 2 }),
    metrics: () => metricsRequest({ seed, metrics: 5 }),
    logs: () => logsRequest({ seed, records: 3 }),
  }[signal]();
}
