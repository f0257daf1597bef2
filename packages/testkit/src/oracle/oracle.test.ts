/** The oracle's forms: exact where exactness matters, equal where meaning is equal. */

import { expect } from 'chai';

import { comparableRequest, decodeRequest, encodeRequest } from './oracle.ts';

function form(body: object): object {
  const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body }] }] }] };
  return comparableRequest('logs', encodeRequest('logs', request));
}

describe('oracle', () => {
  it('keeps 64-bit integers to the last digit', () => {
    const span = {
      startTimeUnixNano: '18446744073709551615',
      attributes: [{ key: 'n', value: { intValue: '-9223372036854775808' } }],
    };
    const request = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
    expect(decodeRequest('traces', encodeRequest('traces', request))).to.deep.equal(request);
  });

  it('sees no difference between an absent and a zero field', () => {
    const bare = encodeRequest('logs', { resourceLogs: [{}] });
    const zero = encodeRequest('logs', { resourceLogs: [{ schemaUrl: '', scopeLogs: [] }] });
    expect(bare).not.to.deep.equal(zero);
    expect(comparableRequest('logs', bare)).to.deep.equal(comparableRequest('logs', zero));
  });

  it('sees a difference between an unset value and a zero value', () => {
    expect(form({})).not.to.deep.equal(form({ intValue: 0 }));
    expect(form({ intValue: 0 })).not.to.deep.equal(form({ doubleValue: 0 }));
    expect(form({ doubleValue: -0 })).not.to.deep.equal(form({ doubleValue: 0 }));
  });

  it('throws on bytes that are not a request', () => {
    expect(() => decodeRequest('traces', Uint8Array.of(0x0a, 0xff))).to.throw();
  });
});
