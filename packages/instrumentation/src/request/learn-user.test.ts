import { expect } from 'chai';
import { recordingRuntime } from '../../test/recording-runtime.ts';
import { learnUser } from './learn-user.ts';
import { refusedInput } from './refused-input.ts';
import { type KnownUser, RequestSecurity } from './request-security.ts';

const CLIENT = {
  address: undefined,
  prefix: undefined,
  peer: undefined,
  source: 'socket',
  spoofSuspected: false,
} as const;

function learned(
  user: unknown,
  { roles, body }: { roles?: unknown; body?: unknown } = {},
): KnownUser | undefined {
  const start = { method: 'GET', rawTarget: '/', headers: {}, client: CLIENT };
  const record = new RequestSecurity(recordingRuntime().runtime, start);
  record.requestBody = body;
  learnUser(record, user, roles);
  return record.user;
}

describe('learnUser', () => {
  it('finds id and roles as applications shape them', () => {
    expect(learned(7)).to.deep.equal({ id: '7', roles: [] });
    expect(learned({ sub: 'u', role: 'clerk' })).to.deep.equal({ id: 'u', roles: ['clerk'] });
    expect(learned({ id: 'u', roles: ['a', 1, 'b'] })).to.deep.equal({
      id: 'u',
      roles: ['a', 'b'],
    });
    expect(learned({ id: 'u', roles: ['a'] }, { roles: 'scope' })?.roles).to.deep.equal(['scope']);
    const many = Array.from({ length: 20 }, (_, i) => `r${i}`);
    expect(learned({ id: 'u', roles: many })?.roles).to.have.length(16);
  });

  it('takes nobody for somebody, nor the client of a token request for a user', () => {
    for (const nobody of [undefined, null, {}, '', []]) expect(learned(nobody)).to.equal(undefined);
    const body = { grant_type: 'client_credentials', client_id: 'app' };
    expect(learned({ id: 'app' }, { body })).to.equal(undefined);
  });
});

describe('refusedInput', () => {
  it('names part and rule as validators say them, never a value', () => {
    const cases = [
      ['querystring', { validation: [{ keyword: 'type' }] }, { part: 'query', rule: 'type' }],
      ['payload', { details: [{ type: 'any.required' }] }, { part: 'body', rule: 'any.required' }],
      ['params', { issues: [{ code: 'too_small' }] }, { part: 'params', rule: 'too_small' }],
      [
        'state',
        { validation: [{ keyword: 'what a client sent' }] },
        { part: 'cookies', rule: undefined },
      ],
      ['headers', undefined, { part: 'headers', rule: undefined }],
      ['response', {}, undefined],
    ] as const;
    for (const [part, error, expected] of cases) {
      expect(refusedInput(part, error), part).to.deep.equal(expected);
    }
  });
});
