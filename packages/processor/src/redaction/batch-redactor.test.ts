import { encodeLogsRequest, indexOtlp, KeyTable, OtlpIndex } from '@spanguard/otlp';
import { compilePolicy } from '@spanguard/redaction';
import {
  canaryRequest,
  decodeRequest,
  encodeRequest,
  findText,
  OTLP_SIGNALS,
  traceRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import { noCounters } from '../pipeline/counters.ts';
import { BatchRedactor } from './batch-redactor.ts';

const policy = compilePolicy();
const keys = new KeyTable({ classify: policy.classifyKey, names: policy.names, columns: [] });

function redacted(signal: 'traces' | 'metrics' | 'logs', bytes: Uint8Array): Uint8Array {
  const redactor = new BatchRedactor(policy, noCounters);
  const index = new OtlpIndex();
  const marked = redactor.mark(bytes);
  const result = indexOtlp(index, { signal, bytes, ...marked, keys });
  if (!result.ok) throw new Error(result.error.message);
  redactor.decide({ signal, index });
  return redactor.rewrite({ signal, index, itemCount: result.recordCount }).bytes;
}

function spanWith(attributes: readonly object[]): Uint8Array {
  return encodeRequest('traces', {
    resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'x', attributes }] }] }],
  } as never);
}

function attributesOf(bytes: Uint8Array): unknown {
  return decodeRequest('traces', bytes).resourceSpans?.[0]?.scopeSpans?.[0]?.spans?.[0]?.attributes;
}

describe('the batch redactor', () => {
  for (const signal of OTLP_SIGNALS) {
    it(`takes a secret out of every text of ${signal}, and leaves a request that can be read`, () => {
      const { bytes } = canaryRequest(signal, 'token=canary-7391');
      const out = redacted(signal, bytes);
      expect(findText(signal, out, 'canary-7391')).to.deep.equal([]);
      expect(findText(signal, out, 'token=[token]').length).to.be.above(10);
    });
  }

  it('finds what the fixtures planted, whatever its kind', () => {
    const secrets: string[] = [];
    const bytes = traceRequest({
      seed: 3,
      spans: 200,
      onSecret: ({ kind, secret }) => kind === 'phone' || secrets.push(secret),
    });
    const out = Buffer.from(redacted('traces', bytes));
    expect(secrets.length).to.be.above(50);
    expect(secrets.filter((secret) => out.includes(secret))).to.deep.equal([]);
  });

  it('takes card numbers that are integers, exactly, and secrets that are numbers', () => {
    const out = redacted(
      'traces',
      spanWith([
        { key: 'paid.with', value: { intValue: '4111111111111111' } },
        { key: 'user.password', value: { intValue: 12_345 } },
        { key: 'card.pin', value: { intValue: 1234 } },
        { key: 'password', value: { boolValue: true } },
        { key: 'http.response.status_code', value: { intValue: 200 } },
        { key: 'order.id', value: { intValue: '4111111111111111' } },
      ]),
    );
    expect(attributesOf(out)).to.deep.equal([
      { key: 'paid.with', value: { stringValue: '[pan:1111]' } },
      { key: 'user.password', value: { stringValue: '[password]' } },
      { key: 'password', value: { boolValue: true } },
      { key: 'http.response.status_code', value: { intValue: '200' } },
      { key: 'order.id', value: { intValue: '4111111111111111' } },
    ]);
  });

  it('takes a text out of packed numbers, with the numbers', () => {
    const histogram = (explicitBounds: readonly number[]): Uint8Array => {
      const dataPoints = [{ explicitBounds, bucketCounts: ['1'] }];
      return encodeRequest('metrics', {
        resourceMetrics: [
          { scopeMetrics: [{ metrics: [{ name: 'm', histogram: { dataPoints } }] }] },
        ],
      } as never);
    };
    const text = Uint8Array.from(Buffer.from('password=hunter2'));
    const smuggled = histogram([...new Float64Array(text.buffer)]);
    expect(Buffer.from(smuggled).includes('hunter2')).to.equal(true);
    const out = redacted('metrics', smuggled);
    expect(Buffer.from(out).includes('hunter2')).to.equal(false);
    expect(Buffer.from(out)).to.deep.equal(Buffer.from(histogram([])));
    const honest = histogram([0, 5, 10, 25.5, 1000]);
    expect(Buffer.from(redacted('metrics', honest))).to.deep.equal(Buffer.from(honest));
  });

  it('gives back the very bytes of a clean batch', () => {
    const bytes = traceRequest({ seed: 4, spans: 50, secretShare: 0 });
    expect(redacted('traces', bytes).buffer).to.equal(bytes.buffer);
  });

  it('replaces every value whole, counted, where there is more to edit than it may', () => {
    const counted = new Map<string, number>();
    const add = (name: string, value: number): void =>
      void counted.set(name, (counted.get(name) ?? 0) + value);
    const redactor = new BatchRedactor(policy, { add });
    const bytes = encodeLogsRequest(
      { resource: {}, scopeName: 'test' },
      Array.from({ length: 7000 }, () => ({
        timeMs: 1,
        severityNumber: 9,
        body: 'token=abcdefgh '.repeat(40),
        attributes: { note: 'harmless' },
      })),
    );
    const index = new OtlpIndex();
    const marked = redactor.mark(bytes);
    expect(indexOtlp(index, { signal: 'logs', bytes, ...marked, keys }).ok).to.equal(true);
    redactor.decide({ signal: 'logs', index });
    const out = redactor.rewrite({ signal: 'logs', index, itemCount: 7000 }).bytes;
    expect(counted.get('redaction.failed_closed')).to.be.at.least(7000);
    expect(findText('logs', out, 'abcdefgh')).to.deep.equal([]);
  });
});
