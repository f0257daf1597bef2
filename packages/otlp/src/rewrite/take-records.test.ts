import {
  arbitraryRequestBytes,
  decodeRequest,
  metricsRequest,
  mutateBytes,
  OTLP_SIGNALS,
  type OtlpSignal,
  SeededRandom,
  traceRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { countDataPoints, countRecords, takeRecords } from './take-records.ts';

/** What stands inside what, level by level, in the oracle's words. */
const LEVELS: Readonly<Record<OtlpSignal, readonly [string, string, string]>> = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
};

/** Every record with what it stands in, as text. */
function recordsOf(signal: OtlpSignal, bytes: Uint8Array): string[] {
  const [resources, scopes, records] = LEVELS[signal];
  const within = (message: object, name: string): object[] =>
    (Reflect.get(message, name) as object[] | undefined) ?? [];
  return within(decodeRequest(signal, Buffer.from(bytes)), resources).flatMap((resource) =>
    within(resource, scopes).flatMap((scope) =>
      within(scope, records).map((record) =>
        JSON.stringify([{ ...resource, [scopes]: 0 }, { ...scope, [records]: 0 }, record]),
      ),
    ),
  );
}

describe('takeRecords', () => {
  for (const signal of OTLP_SIGNALS) {
    it(`puts every record into one part, in order, with its resource and scope: ${signal}`, () => {
      fc.assert(
        fc.property(arbitraryRequestBytes(signal), fc.nat(12), (bytes, cut) => {
          const all = recordsOf(signal, bytes);
          const parts = [
            { from: 0, to: cut },
            { from: cut, to: all.length },
          ].map((range) => takeRecords(bytes, range) ?? new Uint8Array([0]));
          expect(countRecords(bytes)).to.equal(all.length);
          expect(parts.flatMap((part) => recordsOf(signal, part))).to.deep.equal(all);
        }),
      );
    });
  }

  it('gives the very bytes where the range holds all of them', () => {
    const bytes = traceRequest({ seed: 1, spans: 20 });
    expect(Buffer.from(takeRecords(bytes, { from: 0, to: 20 }) ?? []).equals(bytes)).to.equal(true);
  });

  it('gives something or undefined for any bytes, and never throws', () => {
    const random = new SeededRandom(7);
    const bytes = traceRequest({ seed: 1, spans: 5 });
    for (let round = 0; round < 500; round += 1) {
      const broken = mutateBytes(bytes, random);
      const count = countRecords(broken);
      const taken = takeRecords(broken, { from: 0, to: 2 });
      expect(taken === undefined).to.equal(count === undefined);
    }
    for (const text of ['good', '\u000a', '\u000a\u0005a']) {
      expect(countRecords(Buffer.from(text)), text).to.equal(undefined);
    }
    expect(countRecords(new Uint8Array(0))).to.equal(0);
  });
});

describe('countDataPoints', () => {
  it('counts the points of every kind of metric, not the metrics', () => {
    const bytes = metricsRequest({ seed: 3 });
    const points = (decodeRequest('metrics', bytes).resourceMetrics ?? [])
      .flatMap(({ scopeMetrics }) => scopeMetrics ?? [])
      .flatMap(({ metrics }) => metrics ?? [])
      .flatMap(({ gauge, sum, histogram, exponentialHistogram, summary }) =>
        [gauge, sum, histogram, exponentialHistogram, summary].flatMap(
          (data): readonly object[] => data?.dataPoints ?? [],
        ),
      );
    expect(points.length).to.be.above(0);
    expect(countDataPoints(bytes)).to.equal(points.length);
  });
});
