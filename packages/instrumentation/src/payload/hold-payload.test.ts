import { Readable } from 'node:stream';
import { expect } from 'chai';
import { recordingRuntime } from '../../test/recording-runtime.ts';
import { setSecurityRuntime } from '../runtime/security-runtime.ts';
import { RequestSecurity } from '../request/request-security.ts';
import { holdAnswer, holdBody } from './hold-payload.ts';

const CLIENT = {
  address: '203.0.113.9',
  prefix: '203.0.113.9/32',
  peer: '203.0.113.9',
  source: 'socket',
  spoofSuspected: false,
} as const;

function newRecord(): RequestSecurity {
  const start = { method: 'POST', rawTarget: '/', headers: {}, client: CLIENT };
  return new RequestSecurity(recordingRuntime().runtime, start);
}

describe('holdAnswer and holdBody', () => {
  it('keep data and text by reference, the first of each', () => {
    const record = newRecord();
    const [body, answer] = [{ a: 1 }, [1]];
    for (const each of [body, { b: 2 }]) holdBody(record, each);
    for (const each of [answer, 'text', { b: 2 }, 'other']) holdAnswer(record, each);
    expect(record.requestBody).to.equal(body);
    expect(record.responseBody).to.equal(answer);
    expect(record.responseText).to.equal('text');
  });

  it('leave alone what is consumed by being read, and what is nothing', () => {
    const record = newRecord();
    const consumed = [
      Readable.from(['a']),
      new Response('a').body,
      new Response('a'),
      new Blob(['a']),
      Buffer.from('a'),
      new ArrayBuffer(1),
      new Error('a'),
      [1].values(),
      null,
      undefined,
      7,
    ];
    for (const each of consumed) {
      holdBody(record, each);
      holdAnswer(record, each);
    }
    expect([record.requestBody, record.responseBody, record.responseText]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('survive what throws when it is looked at', () => {
    const { runtime, internalErrors } = recordingRuntime();
    setSecurityRuntime(runtime);
    const record = newRecord();
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('application');
        },
      },
    );
    holdAnswer(record, hostile);
    holdBody(record, hostile);
    setSecurityRuntime(undefined);
    expect(record.responseBody).to.equal(undefined);
    expect(internalErrors.map(({ where }) => where)).to.deep.equal([
      'request.hold_answer',
      'request.hold_body',
    ]);
  });
});
