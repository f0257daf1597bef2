import { expect } from 'chai';
import { recordingRuntime } from '../../test/recording-runtime.ts';
import { findSessionUser, findUser } from './find-user.ts';
import type { ClientAddress } from '../client-address/client-address-resolver.ts';
import { RequestSecurity } from './request-security.ts';

function newRecord(): RequestSecurity {
  const client: ClientAddress = {
    ...{ address: '192.0.2.1', prefix: '192.0.2.1/32', peer: '192.0.2.1' },
    source: 'socket',
    spoofSuspected: false,
  };
  const start = { method: 'GET', rawTarget: '/', headers: {}, client };
  return new RequestSecurity(recordingRuntime().runtime, start);
}

function found(...holders: readonly unknown[]): string | undefined {
  const record = newRecord();
  findUser(record, ...holders);
  return record.user?.id;
}

function foundInSession(session: unknown): string | undefined {
  const record = newRecord();
  findSessionUser(record, session);
  return record.user?.id;
}

describe('findUser', () => {
  it('finds what libraries and applications call the user', () => {
    expect(found({ user: { id: 7 } })).to.equal('7');
    expect(found({ auth: { sub: 'alice', iat: 1 } })).to.equal('alice');
    expect(found({ auth: { header: {}, payload: { sub: 'alice' } } })).to.equal('alice');
    expect(found({ auth: { user: 'alice', password: 'x' } })).to.equal('alice');
    expect(found({ currentUser: { email: 'a@example.com' } })).to.equal('a@example.com');
    expect(found({ user: { user: { id: 9 }, tenant: 1 } })).to.equal('9');
    expect(found({ decoded: { userId: 'u1', iat: 1 } })).to.equal('u1');
    expect(found({ userId: 42 })).to.equal('42');
    expect(found({}, { username: 'bob' })).to.equal('bob');
  });

  it('keeps whom it knows, and takes roles along', () => {
    const record = newRecord();
    findUser(record, { user: { id: 1, role: 'admin' } }, { userId: 2 });
    expect(record.user).to.deep.equal({ id: '1', roles: ['admin'] });
  });

  it('finds nobody in anything else, and runs no accessor', () => {
    const hostile = {
      get user(): never {
        throw new Error('ran');
      },
    };
    const holders = [
      undefined,
      null,
      7,
      {},
      hostile,
      { auth: () => ({ userId: 1 }) },
      { user: {} },
    ];
    for (const holder of holders) expect(found(holder)).to.equal(undefined);
  });
});

describe('findSessionUser', () => {
  it('finds a login kept by hand, or by Passport', () => {
    expect(foundInSession({ passport: { user: 5 } })).to.equal('5');
    expect(foundInSession({ cookie: {}, user: { _id: 'x1' } })).to.equal('x1');
    expect(foundInSession({ userId: 3 })).to.equal('3');
    expect(foundInSession({ email: 'a@example.com' })).to.equal('a@example.com');
  });

  it('finds nobody in a session that knows nobody', () => {
    for (const session of [undefined, {}, { cookie: { path: '/' }, views: 3, passport: {} }]) {
      expect(foundInSession(session)).to.equal(undefined);
    }
  });
});
