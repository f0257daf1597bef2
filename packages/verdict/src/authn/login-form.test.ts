/** What a body tries, by the names of its fields. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { isTokenRequest, loginFormIn } from './login-form.ts';

function reads(body: unknown, expected: string | undefined): void {
  expect(loginFormIn(body), JSON.stringify(body)).to.equal(expected);
}

describe('loginFormIn', () => {
  it('takes a name and a secret for a filled form, whatever stands beside them', () => {
    reads({ username: 'eve', password: 'x' }, 'complete');
    reads({ email: 'eve@example.com', pwd: 'x', remember_me: true, _csrf: 'y' }, 'complete');
    reads({ user: { email: 'eve', user_password: 'x' } }, 'complete');
    reads({ grant_type: 'password', username: 'eve', password: 'x' }, 'complete');
    reads({ login: 'eve', otp: 123456 }, 'complete');
  });

  it('takes an empty or missing field for a form nobody filled in', () => {
    reads({ username: 'eve' }, 'incomplete');
    reads({ username: 'eve', _csrf: 'y', remember: 'on' }, 'incomplete');
    reads({ username: 'eve', password: '' }, 'incomplete');
    reads({ username: '', password: 'x' }, 'incomplete');
    reads({ username: '', password: null }, 'incomplete');
  });

  it('says nothing where a field with a name of its own may be the secret', () => {
    reads({ username: 'eve', geheim: 'x' }, undefined);
    reads({ badge: 'B-17', password: 'x' }, undefined);
    reads({ code: '123456' }, undefined);
    reads({}, undefined);
  });

  it('finds a form where applications nest it, and under the names they give its fields', () => {
    reads({ data: { type: 'sessions', attributes: { email: 'eve', password: 'x' } } }, 'complete');
    reads({ credentials: { userName: 'eve', password: 'x' } }, 'complete');
    reads({ session: { email: 'eve', password: 'x' } }, 'complete');
    reads({ input: { identifier: 'eve', pass: 'x' } }, 'complete');
    for (const name of ['name', 'account', 'handle', 'nickname', 'loginName', 'user_name']) {
      reads({ [name]: 'eve', password: 'x' }, 'complete');
    }
    reads({ phone: '+491701234567', code: '123456' }, 'complete');
    reads({ order: { email: 'eve', password: 'x' } }, undefined);
  });

  it('takes a name or an account for a user’s only beside a password', () => {
    reads({ name: 'ci' }, undefined);
    reads({ name: 'spring sale', code: 'SPRING' }, undefined);
    reads({ account: '17', amount: 5 }, undefined);
    reads({ phone: '+491701234567' }, undefined);
  });

  it('tells accounts that are made from logins', () => {
    reads({ email: 'eve', password: 'x', passwordConfirm: 'x' }, 'account');
    reads({ email: 'eve', password: 'x', confirm_password: 'x' }, 'account');
    reads({ name: 'Eve', email: 'eve', password: 'x' }, 'account');
    reads({ username: 'eve', email: 'eve@example.com', password: 'x' }, 'account');
    expect(loginFormIn({ email: 'eve', password: 'x' }, 'account')).to.equal('account');
    expect(loginFormIn({ email: 'eve', password: '' }, 'account')).to.equal('account');
    expect(loginFormIn({ name: 'E', email: 'e', password: 'x' }, 'login')).to.equal('complete');
  });

  it('tells passwords that are chosen and tokens that are renewed', () => {
    reads({ currentPassword: 'x', newPassword: 'y' }, 'password_change');
    reads({ old_password: 'x', password: 'y', username: 'eve' }, 'password_change');
    reads({ token: 'x', newPassword: 'y' }, 'password_change');
    reads({ refreshToken: 'x' }, 'refresh');
  });

  it('tells what a client asks for from what a user tries', () => {
    reads({ grant_type: 'client_credentials', client_id: 'a', client_secret: 'b' }, 'client');
    reads({ grant_type: 'authorization_code', code: 'x', client_id: 'a' }, 'client');
    reads({ grant_type: 'refresh_token', refresh_token: 'x' }, 'refresh');
    expect(isTokenRequest({ grant_type: 'password' })).to.equal(true);
    expect(isTokenRequest({ grant_type: ['password'] })).to.equal(false);
    expect(isTokenRequest(undefined)).to.equal(false);
  });

  it('answers for every body and runs none of its code', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (body) => {
        loginFormIn(body);
      }),
    );
    const hostile = {
      get password(): string {
        throw new Error('ran');
      },
    };
    expect(loginFormIn(hostile)).to.equal(undefined);
  });
});
