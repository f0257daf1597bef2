/** Every library's words for a refused token are ours; errors about anything else say nothing. */
import { expect } from 'chai';
import { refusalOf } from './refusal.ts';

const said = (message: string): Error => new Error(message);
const coded = (code: string, more: object = {}): Error =>
  Object.assign(new Error('words'), { code, ...more });

describe('refusalOf', () => {
  it('reads messages where a library has no codes', () => {
    const cases: [message: string, reason: string][] = [
      ['jwt expired', 'expired'],
      ['maxAge exceeded', 'expired'],
      ['Token expired', 'expired'],
      ['Token maximum age exceeded', 'expired'],
      ['jwt not active', 'not_before'],
      ['Token not yet active', 'not_before'],
      ['invalid signature', 'invalid_signature'],
      ['jwt signature is required', 'invalid_signature'],
      ['Invalid token signature', 'invalid_signature'],
      ['invalid algorithm', 'algorithm'],
      ['Unsupported algorithm', 'algorithm'],
      ['jwt audience invalid. expected: shop', 'audience'],
      ['Token audience is not allowed', 'audience'],
      ['Token missing payload aud value', 'audience'],
      ['jwt issuer invalid. expected: us', 'issuer'],
      ['Token payload iss value not allowed', 'issuer'],
      ['jwt malformed', 'malformed'],
      ['invalid token', 'malformed'],
      ['Invalid token structure', 'malformed'],
      ['jwt subject invalid. expected: x', 'claims'],
      ['invalid nbf value', 'claims'],
      ['Missing or invalid payload iat value', 'claims'],
      ['Token payload sub value not allowed', 'claims'],
      ['Token missing payload sub value', 'claims'],
    ];
    for (const [message, reason] of cases) {
      expect(refusalOf(said(message)), message).to.equal(reason);
    }
    expect(refusalOf(new SyntaxError('Unexpected token'))).to.equal('malformed');
  });

  it('reads codes, and the claim that was wrong', () => {
    expect(refusalOf(coded('ERR_JWT_EXPIRED'))).to.equal('expired');
    expect(refusalOf(coded('FAST_JWT_INACTIVE'))).to.equal('not_before');
    const claim = (name: string): Error =>
      coded('ERR_JWT_CLAIM_VALIDATION_FAILED', { claim: name });
    expect(['aud', 'iss', 'nbf', 'sub'].map((name) => refusalOf(claim(name)))).to.deep.equal([
      'audience',
      'issuer',
      'not_before',
      'claims',
    ]);
    const message = 'None of aud claim values are allowed.';
    expect(refusalOf(coded('FAST_JWT_INVALID_CLAIM_VALUE', { message }))).to.equal('audience');
  });

  it('says nothing of keys, options and networks', () => {
    for (const error of [
      said('secret or public key must be provided'),
      said('error in secret or public key callback: connect ECONNREFUSED'),
      said('clockTimestamp must be a number'),
      said('fetch failed'),
      coded('ERR_JWKS_TIMEOUT'),
      coded('FAST_JWT_KEY_FETCHING_ERROR'),
      coded('ECONNREFUSED'),
      undefined,
      'jwt expired',
    ]) {
      expect(refusalOf(error)).to.equal(undefined);
    }
  });
});
