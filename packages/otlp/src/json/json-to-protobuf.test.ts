/** OTLP/JSON in, the right protobuf bytes or a typed error out; judged by independent code. */

import { isDeepStrictEqual } from 'node:util';

import {
  arbitraryRequest,
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
import { type TranscodeErrorCode, type TranscodeLimits } from './outcome.ts';

const encoder = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function transcoded(signal: OtlpSignal, json: string | Uint8Array, limits?: TranscodeLimits) {
  const bytes = typeof json === 'string' ? encoder.encode(json) : json;
  const outcome = transcodeJsonToProtobuf(signal, bytes, limits);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.bytes;
}

/** The JSON means the request. */
function means(signal: OtlpSignal, json: string, request: object): void {
  const expected = comparableRequest(signal, encodeRequest(signal, request));
  expect(comparableRequest(signal, transcoded(signal, json))).to.deep.equal(expected);
}

/** The JSON is refused with this code, this message, and none of its values. */
function refused(json: string | Uint8Array, code: TranscodeErrorCode, message: string): void {
  const bytes = typeof json === 'string' ? encoder.encode(json) : json;
  const outcome = transcodeJsonToProtobuf('traces', bytes);
  expect(outcome.ok ? 'accepted' : outcome.error.code).to.equal(code);
  if (!outcome.ok) {
    expect(outcome.error.message).to.equal(message);
    expect(message).to.include(`at byte ${outcome.error.offset}:`);
  }
}

/** A trace request around one span's fields. */
function spanJson(fields: string): string {
  return `{"resourceSpans":[{"scopeSpans":[{"spans":[{${fields}}]}]}]}`;
}
const SPAN = 'resourceSpans[0].scopeSpans[0].spans[0]';

function meansSpan(fields: string, span: object): void {
  means('traces', spanJson(fields), { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
}

function refusedSpan(fields: string, code: TranscodeErrorCode, place: string): void {
  const bytes = encoder.encode(spanJson(fields));
  const outcome = transcodeJsonToProtobuf('traces', bytes);
  const error = outcome.ok ? null : outcome.error;
  expect(error?.code).to.equal(code);
  expect(error?.message).to.match(/ at byte \d+: expected /);
  expect(error?.message.startsWith(`${SPAN}${place} at byte `), error?.message).to.equal(true);
}

function valueJson(value: string): string {
  return `"attributes":[{"key":"k","value":${value}}]`;
}

function meansValue(json: string, value: object): void {
  meansSpan(valueJson(json), { attributes: [{ key: 'k', value }] });
}

function attribute(key: string, stringValue: string): object {
  return { key, value: { stringValue } };
}

/** A value that holds two messages for each time. */
function valueNested(times: number): string {
  return `${'{"arrayValue":{"values":['.repeat(times)}{}${']}}'.repeat(times)}`;
}

/** Messages in each other: resourceSpans, scopeSpans, spans, attributes, value; two more a time. */
function nested(times: number): Uint8Array {
  return encoder.encode(spanJson(valueJson(valueNested(times))));
}

/** A request whose one field, an unknown one, is lists in lists. */
function brackets(times: number): string {
  return `{"x":${'['.repeat(times)}${']'.repeat(times)}}`;
}

describe('transcodeJsonToProtobuf', () => {
  it('takes the example of the OTLP specification for traces', () => {
    const json = `{ "resourceSpans": [ { "resource": { "attributes": [
      { "key": "service.name", "value": { "stringValue": "my.service" } } ] },
      "scopeSpans": [ { "scope": { "name": "my.library", "version": "1.0.0", "attributes": [
        { "key": "my.scope.attribute", "value": { "stringValue": "some scope attribute" } } ] },
      "spans": [ { "traceId": "5B8EFFF798038103D269B633813FC60C", "spanId": "EEE19B7EC3C1B174",
        "parentSpanId": "EEE19B7EC3C1B173", "name": "I'm a server span",
        "startTimeUnixNano": "1544712660000000000", "endTimeUnixNano": "1544712661000000000",
        "kind": 2, "attributes": [
        { "key": "my.span.attr", "value": { "stringValue": "some value" } } ] } ] } ] } ] }`;
    means('traces', json, {
      resourceSpans: [
        {
          resource: { attributes: [attribute('service.name', 'my.service')] },
          scopeSpans: [
            {
              scope: {
                name: 'my.library',
                version: '1.0.0',
                attributes: [attribute('my.scope.attribute', 'some scope attribute')],
              },
              spans: [
                {
                  traceId: Uint8Array.from(Buffer.from('5b8efff798038103d269b633813fc60c', 'hex')),
                  spanId: Uint8Array.from(Buffer.from('eee19b7ec3c1b174', 'hex')),
                  parentSpanId: Uint8Array.from(Buffer.from('eee19b7ec3c1b173', 'hex')),
                  name: "I'm a server span",
                  startTimeUnixNano: '1544712660000000000',
                  endTimeUnixNano: '1544712661000000000',
                  kind: 2,
                  attributes: [attribute('my.span.attr', 'some value')],
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('takes the examples of the OTLP specification for metrics and logs', () => {
    const timeUnixNano = '1544712660300000000';
    means(
      'metrics',
      `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"my.histogram","unit":"1",
        "description":"I am a Histogram","histogram":{"aggregationTemporality":1,"dataPoints":[
        {"startTimeUnixNano":"${timeUnixNano}","timeUnixNano":"${timeUnixNano}","count":2,"sum":2,
        "bucketCounts":[1,1],"explicitBounds":[1],"min":0,"max":2}]}}]}]}]}`,
      {
        resourceMetrics: [
          {
            scopeMetrics: [
              {
                metrics: [
                  {
                    name: 'my.histogram',
                    unit: '1',
                    description: 'I am a Histogram',
                    histogram: {
                      aggregationTemporality: 1,
                      dataPoints: [
                        {
                          startTimeUnixNano: timeUnixNano,
                          timeUnixNano,
                          count: 2,
                          sum: 2,
                          bucketCounts: [1, 1],
                          explicitBounds: [1],
                          min: 0,
                          max: 2,
                        },
                      ],
                    },
                  },
                ],
              },
            ],
          },
        ],
      },
    );
    means(
      'logs',
      `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"${timeUnixNano}",
        "severityNumber":10,"severityText":"Information","body":{"stringValue":"Example"},
        "attributes":[{"key":"map","value":{"kvlistValue":{"values":[
        {"key":"some.map.key","value":{"stringValue":"some value"}}]}}}]}]}]}]}`,
      {
        resourceLogs: [
          {
            scopeLogs: [
              {
                logRecords: [
                  {
                    timeUnixNano,
                    severityNumber: 10,
                    severityText: 'Information',
                    body: { stringValue: 'Example' },
                    attributes: [
                      {
                        key: 'map',
                        value: {
                          kvlistValue: {
                            values: [{ key: 'some.map.key', value: { stringValue: 'some value' } }],
                          },
                        },
                      },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    );
  });

  for (const signal of OTLP_SIGNALS) {
    it(`gives what the oracle gives for any ${signal}`, () => {
      fc.assert(
        fc.property(arbitraryRequest(signal), (request) => {
          const bytes = encodeRequest(signal, request);
          const json = requestAsJson(decodeRequest(signal, bytes));
          return isDeepStrictEqual(
            comparableRequest(signal, transcoded(signal, json)),
            comparableRequest(signal, bytes),
          );
        }),
        { numRuns: 500 },
      );
    });
  }

  it('gives canonical bytes: no longer than the oracle writes them', () => {
    const bytes = traceRequest({ seed: 1 });
    const json = requestAsJson(decodeRequest('traces', bytes));
    expect(transcoded('traces', json).length).to.equal(bytes.length);
  });

  it('takes an empty request, and white space wherever JSON has it', () => {
    means('traces', '{}', {});
    means('traces', ' \r\n\t{ "resourceSpans" : [ ] }\n', {});
  });

  describe('numbers', () => {
    it('takes 64-bit integers as numbers and strings, to the last digit', () => {
      meansValue('{"intValue":"9223372036854775807"}', { intValue: '9223372036854775807' });
      meansValue('{"intValue":-9223372036854775808}', { intValue: '-9223372036854775808' });
      meansValue('{"intValue":9007199254740993}', { intValue: '9007199254740993' });
      meansValue('{"intValue":-0}', { intValue: 0 });
      meansSpan('"startTimeUnixNano":18446744073709551615', {
        startTimeUnixNano: '18446744073709551615',
      });
    });

    it('refuses integers one past their range', () => {
      const place = '.attributes[0].value.intValue';
      refusedSpan(valueJson('{"intValue":"9223372036854775808"}'), 'json_range', place);
      refusedSpan(valueJson('{"intValue":-9223372036854775809}'), 'json_range', place);
      refusedSpan(valueJson('{"intValue":123456789012345678901}'), 'json_range', place);
      refusedSpan('"startTimeUnixNano":18446744073709551616', 'json_range', '.startTimeUnixNano');
      refusedSpan('"startTimeUnixNano":-1', 'json_range', '.startTimeUnixNano');
      refusedSpan('"droppedEventsCount":4294967296', 'json_range', '.droppedEventsCount');
      refusedSpan('"flags":"4294967296"', 'json_range', '.flags');
      refusedSpan('"kind":2147483648', 'json_range', '.kind');
      meansSpan('"droppedEventsCount":4294967295', { droppedEventsCount: 4_294_967_295 });
      meansSpan('"flags":"4294967295"', { flags: 4_294_967_295 });
      meansSpan('"kind":-2147483648', { kind: -2_147_483_648 });
    });

    it('takes integers in another notation when they are integers', () => {
      meansValue('{"intValue":1.0}', { intValue: 1 });
      meansValue('{"intValue":1e18}', { intValue: '1000000000000000000' });
      meansValue('{"intValue":"-12.50e1"}', { intValue: -125 });
      meansValue('{"intValue":0e999999999999}', { intValue: 0 });
      meansValue('{"intValue":9007199254740.993e3}', { intValue: '9007199254740993' });
      const place = '.attributes[0].value.intValue';
      for (const text of ['1.5', '1e19', '1e-1', '1e999999999999', '0.1e0']) {
        refusedSpan(valueJson(`{"intValue":${text}}`), 'json_range', place);
      }
    });

    it('takes doubles as JavaScript reads them', () => {
      fc.assert(
        fc.property(fc.double(), fc.boolean(), (value, quoted) => {
          const text = Number.isFinite(value) && !quoted ? String(value) : `"${value}"`;
          const json = spanJson(valueJson(`{"doubleValue":${text}}`));
          const request = decodeRequest('traces', transcoded('traces', json));
          const span = request.resourceSpans?.[0]?.scopeSpans?.[0]?.spans?.[0];
          const got = span?.attributes?.[0]?.value?.doubleValue;
          return Object.is(got, Number(String(value)));
        }),
        { numRuns: 2_000 },
      );
      meansValue('{"doubleValue":-0}', { doubleValue: -0 });
      meansValue('{"doubleValue":0.1}', { doubleValue: 0.1 });
      meansValue('{"doubleValue":123456789012345678901234567890}', {
        doubleValue: 1.2345678901234568e29,
      });
      meansValue('{"doubleValue":2.2250738585072014E-308}', {
        doubleValue: 2.2250738585072014e-308,
      });
      meansValue('{"doubleValue":"NaN"}', { doubleValue: Number.NaN });
      meansValue('{"doubleValue":"-Infinity"}', { doubleValue: Number.NEGATIVE_INFINITY });
      const place = '.attributes[0].value.doubleValue';
      refusedSpan(valueJson('{"doubleValue":1e309}'), 'json_range', place);
      refusedSpan(valueJson('{"doubleValue":"nan"}'), 'json_type', place);
      refusedSpan(valueJson('{"doubleValue":NaN}'), 'json_type', place);
      refusedSpan(valueJson('{"doubleValue":""}'), 'json_type', place);
    });

    it('refuses what RFC 8259 does not call a number', () => {
      for (const text of ['01', '-', '1.', '1e', '1e+', '-01', '1.e3']) {
        refusedSpan(`"kind":${text}`, 'json_syntax', '.kind');
        refusedSpan(`"flags":"${text}"`, 'json_type', '.flags');
      }
      for (const text of ['+1', '.5', ' 1', '1 ', '0x1']) {
        refusedSpan(`"flags":"${text}"`, 'json_type', '.flags');
      }
    });

    it('takes enums as integers, never as names', () => {
      meansSpan('"kind":3', { kind: 3 });
      refusedSpan('"kind":"SPAN_KIND_CLIENT"', 'json_type', '.kind');
      refusedSpan('"kind":"3"', 'json_type', '.kind');
    });
  });

  describe('text', () => {
    it('undoes every escape', () => {
      meansSpan(String.raw`"name":"\"\\\/\b\f\n\r\t\u0000\u00e9\u20AC\ud83d\ude00"`, {
        name: '"\\/\b\f\n\r\t\u0000é€😀',
      });
      meansSpan('"name":"é€😀\u007f"', { name: 'é€😀\u007f' });
    });

    it('replaces half a surrogate pair, as text cut inside a character has it', () => {
      meansSpan(String.raw`"name":"a\ud83d"`, { name: 'a\ufffd' });
      meansSpan(String.raw`"name":"\ude00b"`, { name: '\ufffdb' });
      meansSpan(String.raw`"name":"\ud83d\u0041"`, { name: '\ufffdA' });
      meansSpan(String.raw`"name":"\ud83d\ud83d\ude00"`, { name: '\ufffd😀' });
    });

    it('refuses broken escapes, control characters and ill-formed UTF-8', () => {
      for (const text of [String.raw`\x`, String.raw`\u12g4`, String.raw`\u12`]) {
        refusedSpan(`"name":"${text}"`, 'json_escape', '.name');
      }
      refusedSpan('"name":"a\u0001"', 'json_syntax', '.name');
      for (const broken of ['c080', 'eda080', 'f4908080', 'ff', 'e282', '80', 'f0808080']) {
        const json = Buffer.concat([
          Buffer.from('{"resourceSpans":[{"schemaUrl":"'),
          Buffer.from(broken, 'hex'),
          Buffer.from('"}]}'),
        ]);
        refused(json, 'utf8', 'resourceSpans[0].schemaUrl at byte 32: expected well-formed UTF-8');
      }
    });

    it('keeps lengths right around the widths of their varints', () => {
      for (const length of [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152]) {
        meansSpan(`"name":"${'x'.repeat(length)}"`, { name: 'x'.repeat(length) });
      }
    });
  });

  describe('ids and bytes', () => {
    it('takes ids in hexadecimal of either case, and empty ones', () => {
      const spanId = Uint8Array.of(0xab, 0xcd, 0xef, 1, 2, 3, 4, 5);
      meansSpan('"spanId":"abCDef0102030405"', { spanId });
      meansSpan('"parentSpanId":""', { parentSpanId: new Uint8Array(0) });
    });

    it('refuses ids of another length or alphabet', () => {
      refusedSpan('"spanId":"abcdef01020304"', 'json_id', '.spanId');
      refusedSpan('"spanId":"abcdef010203040506"', 'json_id', '.spanId');
      refusedSpan('"spanId":"abcdef010203040"', 'json_id', '.spanId');
      refusedSpan('"spanId":"abcdef010203040g"', 'json_id', '.spanId');
      refusedSpan('"traceId":"abcdef0102030405"', 'json_id', '.traceId');
      refusedSpan('"traceId":"AAECAwQFBgcICQoLDA0ODw=="', 'json_id', '.traceId');
    });

    it('takes base64 of both alphabets, with and without padding, slashes escaped or not', () => {
      const bytesValue = Uint8Array.of(0xfb, 0xff, 0xbf, 0xff);
      for (const text of ['+/+//w==', '-_-__w==', '-_-__w', String.raw`+\/+\/\/w==`]) {
        meansValue(`{"bytesValue":"${text}"}`, { bytesValue });
      }
      meansValue('{"bytesValue":""}', { bytesValue: new Uint8Array(0) });
      for (const text of ['A', 'AA=', 'AAA==', 'A===', '====', 'AA==AA==', 'A A=', 'AAAA=']) {
        const place = '.attributes[0].value.bytesValue';
        refusedSpan(valueJson(`{"bytesValue":"${text}"}`), 'json_base64', place);
      }
    });
  });

  describe('fields', () => {
    it('skips unknown fields of any shape, snake_case names included', () => {
      const odd = '{"a":[1,-2.5e3,"x\\n",{"b":null,"c":{}},[],[[true,false]]]}';
      meansSpan(`"new":${odd},"trace_id":"zz","name":"n","__proto__":1,"":2`, { name: 'n' });
    });

    it('tells of a request of which it knows nothing, and where', () => {
      const unrecognised = (json: string): string => {
        const outcome = transcodeJsonToProtobuf('logs', encoder.encode(json));
        if (!outcome.ok) throw new Error(outcome.error.message);
        return outcome.unrecognised?.message ?? 'nothing to tell';
      };
      const request = 'request at byte 1: expected names that OTLP has here: "resourceLogs"';
      expect(unrecognised('{"resource_logs":[{"scope_logs":[]}]}')).to.equal(request);
      expect(unrecognised('{"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]}')).to.equal(request);
      expect(unrecognised('{"x":1,"resourceLogs":[]}')).to.equal(request);
      expect(unrecognised('{"resourceLogs":[{},{"scope_logs":[]}]}')).to.equal(
        'resourceLogs[1] at byte 21: expected names that OTLP has here: "resource", "scopeLogs", "schemaUrl"',
      );
      for (const known of [
        '{}',
        '{"resourceLogs":[]}',
        '{"resourceLogs":[{"resource":{}}]}',
        '{"new":1,"resourceLogs":[{"scopeLogs":[{"logRecords":[{"new":1}]}]}],"newer":1}',
      ]) {
        expect(unrecognised(known), known).to.equal('nothing to tell');
      }
    });

    it('takes null as absent', () => {
      meansSpan('"name":null,"attributes":null,"status":null,"kind":null', {});
      meansSpan(valueJson('null'), { attributes: [{ key: 'k' }] });
      refusedSpan('"attributes":[null]', 'json_type', '.attributes[0]');
    });

    it('appends what repeated names hold, and the last of scalars counts', () => {
      meansSpan(`"attributes":[{"key":"a"}],"name":"x","attributes":[{"key":"b"}]`, {
        name: 'x',
        attributes: [{ key: 'a' }, { key: 'b' }],
      });
      meansSpan('"name":"x","name":"y"', { name: 'y' });
    });

    it('reads names that are escaped', () => {
      meansSpan(String.raw`"n\u0061me":"x"`, { name: 'x' });
    });

    it('refuses values of another type and names the place', () => {
      refusedSpan('"name":7', 'json_type', '.name');
      refusedSpan('"attributes":{}', 'json_type', '.attributes');
      refusedSpan('"status":[]', 'json_type', '.status');
      refusedSpan('"attributes":[{"key":"k"},7]', 'json_type', '.attributes[1]');
      refusedSpan(valueJson('{"boolValue":1}'), 'json_type', '.attributes[0].value.boolValue');
      refusedSpan('"events":[{},{"timeUnixNano":{}}]', 'json_type', '.events[1].timeUnixNano');
    });
  });

  describe('the request as a whole', () => {
    it('refuses all that is not one JSON object', () => {
      refused('', 'json_truncated', 'request at byte 0: expected an object');
      refused('  ', 'json_truncated', 'request at byte 2: expected an object');
      refused('[]', 'json_type', 'request at byte 0: expected an object');
      refused('null', 'json_type', 'request at byte 0: expected an object');
      refused('\ufeff{}', 'json_type', 'request at byte 0: expected an object');
      refused('{}x', 'json_trailing', 'request at byte 2: expected nothing after the request');
      refused('{} {}', 'json_trailing', 'request at byte 3: expected nothing after the request');
      refused('{,}', 'json_syntax', 'request at byte 1: expected a name in quotes');
      refused('{"a":1,}', 'json_syntax', 'request at byte 7: expected a name in quotes');
      refused('{"a" 1}', 'json_syntax', 'request at byte 5: expected ":"');
      refused('{"a":1 "b":2}', 'json_syntax', 'request at byte 7: expected "," or "}"');
      refused('{"a":[1,]}', 'json_syntax', 'request at byte 8: expected a number');
      refused('{"a":[1}', 'json_syntax', 'request at byte 7: expected "," or "]"');
      refused('{"a":tru}', 'json_syntax', 'request at byte 8: expected true');
    });

    it('refuses each cut of a request as truncated', () => {
      const json = encoder.encode(spanJson('"name":"n","kind":2,"new":[{"a":"b"}]'));
      for (let length = 0; length < json.length; length++) {
        const outcome = transcodeJsonToProtobuf('traces', json.subarray(0, length));
        expect(outcome.ok ? length : outcome.error.code).to.equal('json_truncated');
      }
    });

    it('never tells what a value was', () => {
      const secret = 'hunter2hunter2';
      for (const field of [
        `"kind":"${secret}"`,
        `"spanId":"${secret}"`,
        `"${secret}":x`,
        `"name":"${secret}\u0001"`,
        valueJson(`{"bytesValue":"${secret}!"}`),
      ]) {
        const outcome = transcodeJsonToProtobuf('traces', encoder.encode(spanJson(field)));
        expect(outcome.ok).to.equal(false);
        expect(JSON.stringify(outcome)).not.to.include('hunter2');
      }
    });
  });

  describe('limits', () => {
    it('takes 64 messages in each other below the request and refuses 65', () => {
      const even = encoder.encode(
        spanJson(`"events":[{"attributes":[{"value":${valueNested(29)}}]}]`),
      );
      expect(transcodeJsonToProtobuf('traces', even)).to.have.property('ok', true);
      expect(transcodeJsonToProtobuf('traces', nested(29))).to.have.property('ok', true);
      const outcome = transcodeJsonToProtobuf('traces', nested(30));
      expect(outcome).to.have.nested.property('error.code', 'too_deep');
      expect(outcome).to.have.nested.property('error.kind', 'limit');
      const limit = { depthMax: 7 };
      expect(transcodeJsonToProtobuf('traces', nested(1), limit)).to.have.property('ok', true);
      expect(transcodeJsonToProtobuf('traces', nested(2), limit)).to.have.property('ok', false);
    });

    it('skips unknown values 64 levels deep and refuses 65', () => {
      means('traces', brackets(64), {});
      refused(brackets(65), 'too_deep', 'request at byte 70: expected at most 64 levels');
    });

    it('survives a million brackets', () => {
      for (const text of ['[', '{"a":', '{"resourceSpans":[', '{"x":[']) {
        const outcome = transcodeJsonToProtobuf('traces', encoder.encode(text.repeat(1_000_000)));
        expect(outcome.ok).to.equal(false);
      }
    });

    it('writes as many bytes as allowed and not one more', () => {
      const json = encoder.encode(
        requestAsJson({ resourceSpans: [{ schemaUrl: 'x'.repeat(500) }] }),
      );
      const { length } = transcoded('traces', json);
      expect(transcoded('traces', json, { bytesMax: length })).to.have.length(length);
      const outcome = transcodeJsonToProtobuf('traces', json, { bytesMax: length - 1 });
      expect(outcome).to.have.nested.property('error.code', 'too_large');
    });

    it('grows when the output is longer than the input', () => {
      const explicitBounds = Array.from({ length: 10_000 }, () => 0);
      const metrics = [{ histogram: { dataPoints: [{ explicitBounds }] } }];
      const request = { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] };
      means('metrics', requestAsJson(request), request);
      const outcome = transcodeJsonToProtobuf('metrics', encoder.encode(requestAsJson(request)), {
        bytesMax: 30_000,
      });
      expect(outcome).to.have.nested.property('error.code', 'too_large');
    });
  });

  it('gives bytes or an error for 20,000 damaged requests, and bytes for JSON only', function () {
    const seed = 20_260_101;
    const random = new SeededRandom(seed);
    const inputs = OTLP_SIGNALS.flatMap((signal) =>
      [1, 2, 3].map((at) => ({ signal, json: encoder.encode(damageable(signal, at)) })),
    );
    let accepted = 0;
    for (let round = 0; round < 20_000; round++) {
      const { signal, json } = random.pick(inputs);
      const damaged = mutateBytes(json, random);
      const outcome = transcodeJsonToProtobuf(signal, damaged);
      if (!outcome.ok) continue;
      accepted++;
      // What is accepted is JSON, and its bytes are a request.
      JSON.parse(strictUtf8.decode(damaged));
      comparableRequest(signal, outcome.bytes);
    }
    expect(accepted, `seed ${seed}`).to.be.within(500, 15_000);
  });
});

function damageable(signal: OtlpSignal, seed: number): string {
  const bytes = {
    traces: () => traceRequest({ seed, spans: 2 }),
    metrics: () => metricsRequest({ seed, metrics: 5 }),
    logs: () => logsRequest({ seed, records: 3 }),
  }[signal]();
  return requestAsJson(decodeRequest(signal, bytes));
}
