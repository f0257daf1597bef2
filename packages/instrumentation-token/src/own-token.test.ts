/** Whose token it is: what came with the request, as a whole, in a place for credentials. */
import { RequestSecurity, type SecurityRuntime } from '@spanguard/instrumentation';
import { expect } from 'chai';
import { recordingRuntime } from '../../instrumentation/test/recording-runtime.ts';
import { isOwnToken } from './own-token.ts';

const runtime: SecurityRuntime = recordingRuntime().runtime;
const TOKEN = 'aaa.bbb.ccc';

function came(headers: Record<string, string | string[]>, rawTarget = '/'): RequestSecurity {
  const client = {
    address: undefined,
    prefix: undefined,
    peer: undefined,
    source: 'socket' as const,
    spoofSuspected: false,
  };
  return new RequestSecurity(runtime, { method: 'GET', rawTarget, headers, client });
}

const owns = (headers: Record<string, string | string[]>, target?: string): boolean =>
  isOwnToken(TOKEN, came(headers, target));

describe('isOwnToken', () => {
  it('knows a header, with or without one word before the token', () => {
    for (const value of [TOKEN, `Bearer ${TOKEN}`, `JWT  ${TOKEN} `, `token ${TOKEN}`]) {
      expect(owns({ authorization: value }), value).to.equal(true);
    }
    for (const value of [`Bearer x${TOKEN}`, `a b ${TOKEN}`, `${TOKEN}.d`, `"${TOKEN}"`, '']) {
      expect(owns({ authorization: value }), value).to.equal(false);
    }
    expect(owns({ 'x-access-token': TOKEN })).to.equal(true);
    for (const name of ['x-refresh-token', 'x-csrf-token', 'x-id-token']) {
      expect(owns({ [name]: TOKEN }), name).to.equal(false);
    }
  });

  it('knows a whole cookie, plain, quoted or signed, and not those for something else', () => {
    for (const cookie of [
      `t=${TOKEN}`,
      `a=b; t=${TOKEN}; c=d`,
      `t="${TOKEN}"`,
      `t=s%3A${TOKEN}.sig`,
    ]) {
      expect(owns({ cookie }), cookie).to.equal(true);
    }
    for (const cookie of [
      `t=x${TOKEN}`,
      `t=${TOKEN}x`,
      `refreshToken=${TOKEN}`,
      `_csrf=${TOKEN}`,
    ]) {
      expect(owns({ cookie }), cookie).to.equal(false);
    }
    expect(owns({ cookie: `refresh_token=${TOKEN}; t=${TOKEN}` })).to.equal(true);
  });

  it('knows the query parameters of access tokens, and no others', () => {
    expect(owns({}, `/x?a=b&access_token=${TOKEN}&c=d`)).to.equal(true);
    for (const query of [`token=${TOKEN}`, `id_token=${TOKEN}`, `x_access_token=${TOKEN}`]) {
      expect(owns({}, `/x?${query}`), query).to.equal(false);
    }
  });

  it('looks at nothing that is too long, and finds nothing empty', () => {
    const long = 'x'.repeat(16_385);
    expect(isOwnToken(long, came({ authorization: long }))).to.equal(false);
    expect(isOwnToken(long.slice(1), came({ authorization: long.slice(1) }))).to.equal(true);
    expect(isOwnToken('', came({ authorization: '' }))).to.equal(false);
  });
});
