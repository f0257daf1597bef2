import { encodeTracesRequest, indexOtlp, KeyTable, OtlpIndex } from '@spanguard/otlp';
import {
  decodeRequest,
  OTLP_SIGNALS,
  type OtlpSignal,
  traceRequest,
  logsRequest,
  metricsRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import { silentLogger } from '../pipeline/logger.ts';
import { LoopGuard } from './loop-guard.ts';

describe('the loop guard', () => {
  let logged: string[];
  let counted: unknown[];
  let stopped: string[];
  let guard: LoopGuard;

  beforeEach(() => {
    [logged, counted, stopped] = [[], [], []];
    const line = (fields: object, message: string): void =>
      void logged.push(`${JSON.stringify(fields)} ${message}`);
    guard = new LoopGuard({
      counters: { add: (name, value, labels) => void counted.push([name, value, labels]) },
      logger: { info: line, warn: line, error: line },
    });
  });

  const keys = new KeyTable({ classify: () => 0, columns: ['other', 'security.exporter.id'] });
  const index = new OtlpIndex();
  const take = (signal: OtlpSignal, bytes: Uint8Array): void => {
    expect(indexOtlp(index, { signal, bytes, marks: null, keys }).ok).to.equal(true);
    guard.look(index, 1);
  };

  const request = {
    traces: traceRequest({ seed: 1, spans: 3 }),
    logs: logsRequest({ seed: 1 }),
    metrics: metricsRequest({ seed: 1 }),
  };

  for (const signal of OTLP_SIGNALS) {
    it(`marks a request with a resource that holds no record: ${signal}`, () => {
      const mark = guard.mark('otlp_http/x', () => undefined);
      const count = (bytes: Uint8Array): number[] =>
        Object.values(decodeRequest(signal, bytes)).map(
          (resources) => (resources as object[]).length,
        );
      const [before = 0] = count(request[signal]);
      expect(count(Buffer.concat([request[signal], mark]))).to.deep.equal([before + 1]);
      const resource = JSON.stringify(decodeRequest(signal, mark));
      expect(resource).to.match(
        /"key":"security\.exporter\.id","value":\{"stringValue":"[0-9a-f-]{36}"/,
      );
    });

    it(`stops the exporter whose mark comes back, once: ${signal}`, () => {
      const mark = guard.mark('otlp_http/x', () => void stopped.push('x'));
      guard.mark('otlp_http/y', () => void stopped.push('y'));
      for (let pass = 0; pass < 3; pass += 1) {
        take(signal, Buffer.concat([request[signal], mark, request[signal]]));
      }
      expect(stopped).to.deep.equal(['x']);
      expect(counted).to.deep.equal([['exporter.looped', 1, { exporter: 'otlp_http/x' }]]);
      expect(logged).to.have.length(1);
      expect(logged[0]).to.include('exporters.otlp_http/x.endpoint');
    });
  }

  it('minds no mark of another processor, and no id that is not one of its own', () => {
    const other = new LoopGuard({ counters: { add: () => undefined }, logger: silentLogger });
    const foreign = other.mark('otlp_http/x', () => undefined);
    guard.mark('otlp_http/x', () => void stopped.push('x'));
    take('traces', Buffer.concat([request.traces, foreign]));
    const planted = { resource: { 'security.exporter.id': 'x'.repeat(36) }, scopeName: 't' };
    take('traces', encodeTracesRequest(planted, []));
    expect([stopped, logged]).to.deep.equal([[], []]);
  });
});
