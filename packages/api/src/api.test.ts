/** The public calls against a recording backend, with no backend, and from two copies. */
import { expect } from 'chai';
import {
  type SecurityBackend,
  accessDenied,
  loginFailed,
  loginSucceeded,
  securityEvent,
  setApiKey,
  setSecurityBackend,
  setUser,
} from './index.ts';
import { withBackend } from './security-backend.ts';

function recordingBackend(): { calls: unknown[]; backend: SecurityBackend } {
  const calls: unknown[] = [];
  return {
    calls,
    backend: {
      login: (report) => calls.push(['login', report]),
      accessDenied: (denial) => calls.push(['accessDenied', denial]),
      setUser: (user) => calls.push(['setUser', user]),
      setApiKey: (apiKey) => calls.push(['setApiKey', apiKey]),
      event: (name, attributes) => calls.push(['event', name, attributes]),
    },
  };
}

function fail(): never {
  throw new Error('backend');
}

function throwingBackend(): SecurityBackend {
  return { login: fail, accessDenied: fail, setUser: fail, setApiKey: fail, event: fail };
}

function everyCall(): void {
  loginSucceeded({ userId: 'u-17', method: 'password' });
  loginFailed({ userId: 'eve@example.com', reason: 'wrong_password' });
  accessDenied({ resource: 'invoice', action: 'read', reason: 'not_owner' });
  setUser({ id: 'u-17', roles: ['editor'] });
  setApiKey({ key: 'key_live_4f9a' });
  securityEvent('security.authn_password_change', { 'user.id': 'u-17' });
}

describe('the calls an application makes', () => {
  afterEach(() => {
    setSecurityBackend(undefined);
  });

  it('reach the installed backend, as their documented examples', () => {
    const { calls, backend } = recordingBackend();
    setSecurityBackend(backend);
    everyCall();
    expect(calls).to.deep.equal([
      ['login', { outcome: 'success', userId: 'u-17', method: 'password' }],
      [
        'login',
        {
          outcome: 'failure',
          userId: 'eve@example.com',
          reason: 'wrong_password',
          method: undefined,
        },
      ],
      ['accessDenied', { resource: 'invoice', action: 'read', reason: 'not_owner' }],
      ['setUser', { id: 'u-17', roles: ['editor'] }],
      ['setApiKey', { key: 'key_live_4f9a' }],
      ['event', 'security.authn_password_change', { 'user.id': 'u-17' }],
    ]);
  });

  it('do nothing without a backend', () => {
    everyCall();
  });

  it('never let an error of the backend out', () => {
    setSecurityBackend(throwingBackend());
    everyCall();
  });

  it('ignore something else in the slot', () => {
    for (const value of [null, 1, 'x', {}, []]) {
      Reflect.set(globalThis, Symbol.for('spanguard.api.v1'), value);
      everyCall();
    }
  });

  it('survive a JavaScript caller who passes nothing', () => {
    const { backend } = recordingBackend();
    setSecurityBackend(backend);
    Reflect.apply(loginSucceeded, undefined, []);
    Reflect.apply(loginFailed, undefined, [null]);
    Reflect.apply(setUser, undefined, []);
  });

  it('reach one backend from two copies of the package', async () => {
    const copyUrl = new URL('./security-backend.ts?copy=2', import.meta.url).href;
    const copy = (await import(copyUrl)) as { withBackend: typeof withBackend };
    expect(copy.withBackend).to.not.equal(withBackend);
    const { calls, backend } = recordingBackend();
    setSecurityBackend(backend);
    copy.withBackend((found) => {
      found.setUser({ id: 'u-1' });
    });
    expect(calls).to.deep.equal([['setUser', { id: 'u-1' }]]);
  });
});
