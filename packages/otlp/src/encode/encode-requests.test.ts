import { decodeRequest } from '@spanguard/testkit';
import { expect } from 'chai';
import { encodeLogsRequest, encodeTracesRequest } from './encode-requests.ts';

const traceId = '0102030405060708090a0b0c0d0e0f10';
const spanId = 'A1a2a3a4a5a6a7a8';
const source = { resource: { 'service.name': 'spanguard' }, scopeName: 'alerts' };

describe('encodeTracesRequest', () => {
  it('writes what an independent decoder reads', () => {
    const bytes = encodeTracesRequest({ ...source, scopeVersion: '1.0' }, [
      {
        traceId,
        spanId,
        parentSpanId: spanId,
        name: 'Brute force – «login»',
        startMs: 1_767_225_600_000.25,
        endMs: 1_767_225_600_001,
        attributes: { text: 'x'.repeat(300), flag: false, count: -3, ratio: 0.5, list: ['a', ''] },
        status: { code: 2, message: 'five failed logins' },
        links: [{ traceId, spanId, attributes: { 'evidence.kind': 'login' } }],
      },
      { traceId, spanId, name: '', kind: 2, startMs: 0, endMs: -1 },
    ]);
    const { resourceSpans } = decodeRequest('traces', bytes);
    const { resource, scopeSpans } = resourceSpans?.[0] ?? {};
    expect(resource?.attributes).to.deep.equal([
      { key: 'service.name', value: { stringValue: 'spanguard' } },
    ]);
    expect(scopeSpans?.[0]?.scope).to.deep.equal({ name: 'alerts', version: '1.0' });
    const [first, second] = scopeSpans?.[0]?.spans ?? [];
    const id = Buffer.from(spanId, 'hex');
    expect(first).to.deep.include({
      traceId: Buffer.from(traceId, 'hex'),
      spanId: id,
      parentSpanId: id,
      name: 'Brute force – «login»',
      kind: 1,
      startTimeUnixNano: '1767225600000250000',
      endTimeUnixNano: '1767225600001000000',
      status: { code: 2, message: 'five failed logins' },
    });
    expect(first?.attributes).to.deep.equal([
      { key: 'text', value: { stringValue: 'x'.repeat(300) } },
      { key: 'flag', value: { boolValue: false } },
      { key: 'count', value: { intValue: '-3' } },
      { key: 'ratio', value: { doubleValue: 0.5 } },
      {
        key: 'list',
        value: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: '' }] } },
      },
    ]);
    expect(first?.links).to.deep.equal([
      {
        traceId: Buffer.from(traceId, 'hex'),
        spanId: id,
        attributes: [{ key: 'evidence.kind', value: { stringValue: 'login' } }],
      },
    ]);
    expect(second).to.include({ kind: 2, startTimeUnixNano: '0', endTimeUnixNano: '0' });
  });

  it('refuses ids of other lengths or digits', () => {
    const span = { traceId, spanId, name: '', startMs: 0, endMs: 0 };
    expect(() => encodeTracesRequest(source, [{ ...span, traceId: spanId }])).to.throw(RangeError);
    expect(() => encodeTracesRequest(source, [{ ...span, spanId: `${spanId}0` }])).to.throw(
      RangeError,
    );
    expect(() => encodeTracesRequest(source, [{ ...span, spanId: 'g'.repeat(16) }])).to.throw(
      RangeError,
    );
  });
});

describe('encodeLogsRequest', () => {
  it('writes what an independent decoder reads', () => {
    const bytes = encodeLogsRequest(source, [
      {
        timeMs: 5,
        severityNumber: 17,
        severityText: 'ERROR',
        eventName: 'security.alert',
        body: 'told once',
        attributes: { count: 2 ** 40 },
        traceId,
        spanId,
      },
      { timeMs: 5, severityNumber: 9 },
    ]);
    const records = decodeRequest('logs', bytes).resourceLogs?.[0]?.scopeLogs?.[0]?.logRecords;
    expect(records?.[0]).to.deep.equal({
      timeUnixNano: '5000000',
      observedTimeUnixNano: '5000000',
      severityNumber: 17,
      severityText: 'ERROR',
      eventName: 'security.alert',
      body: { stringValue: 'told once' },
      attributes: [{ key: 'count', value: { intValue: '1099511627776' } }],
      traceId: Buffer.from(traceId, 'hex'),
      spanId: Buffer.from(spanId, 'hex'),
    });
    expect(records?.[1]).to.deep.equal({
      timeUnixNano: '5000000',
      observedTimeUnixNano: '5000000',
      severityNumber: 9,
    });
  });
});
