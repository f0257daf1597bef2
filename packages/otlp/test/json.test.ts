import {
  arbitraryRequestBytes,
  comparableRequest,
  decodeRequest,
  logsRequest,
  metricsRequest,
  mutateBytes,
  OTLP_SIGNALS,
  requestAsJson,
  SeededRandom,
  traceRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { transcodeJsonToProtobuf, transcodeProtobufToJson } from '../src/index.ts';

const LARGE = {
  traces: traceRequest({ seed: 1, spans: 60 }),
  logs: logsRequest({ seed: 1 }),
  metrics: metricsRequest({ seed: 1 }),
} as const;

function accepts(json: string, signal: 'traces' | 'logs' | 'metrics' = 'traces'): object {
  const outcome = transcodeJsonToProtobuf(signal, Buffer.from(json));
  if (!outcome.ok) throw new Error(outcome.error.message);
  return comparableRequest(signal, outcome.bytes);
}

function refuses(json: string, code: string): void {
  const outcome = transcodeJsonToProtobuf('traces', Buffer.from(json));
  expect(outcome.ok ? 'accepted' : outcome.error.code).to.equal(code);
}

const span = (members: string): string =>
  `{"resourceSpans":[{"scopeSpans":[{"spans":[{${members}}]}]}]}`;

describe('transcoding OTLP/JSON', () => {
  for (const signal of OTLP_SIGNALS) {
    it(`gives what the oracle reads from its own JSON: ${signal}`, () => {
      fc.assert(
        fc.property(arbitraryRequestBytes(signal), (bytes) => {
          const outcome = transcodeProtobufToJson(signal, bytes);
          if (!outcome.ok) throw new Error(outcome.error.message);
          JSON.parse(Buffer.from(outcome.bytes).toString());
          const back = transcodeJsonToProtobuf(signal, outcome.bytes);
          if (!back.ok) throw new Error(back.error.message);
          expect(comparableRequest(signal, back.bytes)).to.deep.equal(
            comparableRequest(signal, bytes),
          );
        }),
        { numRuns: 300 },
      );
    });

    it(`reads the JSON of an independent writer: ${signal}`, () => {
      const json = Buffer.from(requestAsJson(decodeRequest(signal, LARGE[signal])));
      const outcome = transcodeJsonToProtobuf(signal, json);
      if (!outcome.ok) throw new Error(outcome.error.message);
      expect(comparableRequest(signal, outcome.bytes)).to.deep.equal(
        comparableRequest(signal, LARGE[signal]),
      );
    });

    it(`answers damaged JSON with bytes or a typed error: ${signal}`, () => {
      const random = new SeededRandom(11);
      const json = Buffer.from(requestAsJson(decodeRequest(signal, LARGE[signal]))).subarray(
        0,
        3000,
      );
      for (let round = 0; round < 7000; round++) {
        const bytes = mutateBytes(json, random);
        const outcome = transcodeJsonToProtobuf(signal, bytes);
        if (!outcome.ok) expect(outcome.error.offset).to.be.within(0, bytes.length);
      }
      for (let round = 0; round < 3000; round++)
        transcodeProtobufToJson(signal, mutateBytes(LARGE[signal].subarray(0, 3000), random));
    });
  }

  it('takes ids in either case, integers as text or number, null as absent, unknown members', () => {
    const id = '5B8EFFF798038103D269B633813FC60C';
    const plain = accepts(
      span(`"traceId":"${id}","startTimeUnixNano":"17","kind":2,"name":null,"later":{"a":[1,{}]}`),
    );
    expect(plain).to.deep.equal(
      accepts(span(`"traceId":"${id.toLowerCase()}","startTimeUnixNano":17,"kind":2`)),
    );
  });

  const wrong: readonly [string, string, string][] = [
    ['a trace id of the wrong length', span('"traceId":"5b8e"'), 'json_id'],
    ['an enum by name', span('"kind":"SPAN_KIND_SERVER"'), 'json_type'],
    ['a text where a list belongs', '{"resourceSpans":"x"}', 'json_type'],
    ['trailing garbage', '{} x', 'json_trailing'],
    ['a cut off document', '{"resourceSpans":[{', 'json_truncated'],
  ];
  for (const [what, json, code] of wrong) it(`refuses ${what}`, () => refuses(json, code));

  it('names the place and never the value', () => {
    const outcome = transcodeJsonToProtobuf(
      'traces',
      Buffer.from(span('"traceId":"hunter2-secret"')),
    );
    if (outcome.ok) throw new Error('accepted');
    expect(outcome.error.message).to.include('resourceSpans[0].scopeSpans[0].spans[0].traceId');
    expect(outcome.error.message).not.to.include('hunter2');
  });
});
