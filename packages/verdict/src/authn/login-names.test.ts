/** Who a login names, which credential came, and which routes are logins. */
import { expect } from 'chai';
import { compileAuthRoutes, placeOf } from './auth-route.ts';
import { credentialIn, schemeOf } from './credential.ts';
import { loginNameInBody } from './login-form.ts';
import { loginNameInBasic, userIdOf } from './login-name.ts';

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

describe('loginNameInBody', () => {
  it('finds the usual fields, trimmed and lower-cased', () => {
    expect(loginNameInBody({ email: ' Eve@X.io ' })).to.equal('eve@x.io');
    expect(loginNameInBody({ username: 'bob', email: 'b@x.io' })).to.equal('bob');
    expect(loginNameInBody({ user: { email: 'a@x.io', password: 'p' } })).to.equal('a@x.io');
    expect(loginNameInBody({ login: 17 })).to.equal('17');
    expect(loginNameInBody({ badge: 'B' }, 'badge')).to.equal('b');
  });

  it('finds nothing in anything else', () => {
    for (const body of [undefined, null, 'email=x', [], {}, { email: '' }, { email: ['x'] }]) {
      expect(loginNameInBody(body)).to.equal(undefined);
    }
    expect(loginNameInBody({ email: 'x' }, 'badge')).to.equal(undefined);
  });

  it('runs no getter and follows no prototype', () => {
    const hostile = {
      get email(): string {
        throw new Error('ran');
      },
    };
    expect(loginNameInBody(hostile)).to.equal(undefined);
    expect(loginNameInBody(Object.create({ email: 'x' }))).to.equal(undefined);
  });
});

describe('loginNameInBasic', () => {
  it('gives the name and never the password', () => {
    expect(loginNameInBasic(basic('Eve:a:b'))).to.equal('eve');
    expect(loginNameInBasic(basic('no colon'))).to.equal(undefined);
    expect(loginNameInBasic(basic(':password'))).to.equal(undefined);
    expect(loginNameInBasic('Basic %%%')).to.equal(undefined);
    expect(loginNameInBasic('Bearer x')).to.equal(undefined);
  });
});

describe('userIdOf', () => {
  it('takes what libraries and models call the user', () => {
    class Model {
      get id(): string {
        return 'from-getter';
      }
    }
    expect(userIdOf({ id: 1 })).to.equal('1');
    expect(userIdOf({ sub: 's' })).to.equal('s');
    expect(userIdOf(new Model())).to.equal('from-getter');
    expect(userIdOf('bare')).to.equal('bare');
    for (const none of [undefined, null, true, {}, { id: {} }, '']) {
      expect(userIdOf(none)).to.equal(undefined);
    }
    expect(userIdOf('x'.repeat(2048))).to.have.length(2048);
    expect(userIdOf('x'.repeat(2049))).to.equal(undefined);
    expect(userIdOf(`${'x'.repeat(2000)};${'y'.repeat(100)}`)).to.equal(`${'x'.repeat(2000)};`);
  });
});

describe('credentialIn', () => {
  it('names the kind, never the value, and invents no names', () => {
    expect(credentialIn({ authorization: 'Bearer secret' })).to.equal('bearer');
    expect(credentialIn({ authorization: 'Evil-Scheme secret' })).to.equal('other');
    expect(credentialIn({ 'x-api-key': 'secret' })).to.equal('api_key');
    expect(credentialIn({})).to.equal(undefined);
    expect(schemeOf('')).to.equal('other');
  });
});

describe('compileAuthRoutes', () => {
  const isAuthRoute = compileAuthRoutes(['/enter', /^\/kiosk\/\d+$/gu]);

  it('knows logins by name', () => {
    const logins = [
      '/login',
      '/log-in/',
      '/api/v1/Sign-In',
      '/signin/callback',
      '/auth/login',
      '/sessions',
      '/oauth/token',
      '/oauth2/authorize',
      '/users/7/otp/verify',
      '/api/auth',
      '/enter',
      '/ENTER',
      '/kiosk/12',
      '/login.php',
    ];
    for (const path of logins) {
      expect(isAuthRoute(path), path).to.equal(true);
      expect(isAuthRoute(path), path).to.equal(true);
    }
  });

  it('leaves the rest alone', () => {
    const others = [
      '/logout',
      '/oauth/revoke',
      '/sessions/7/messages',
      '/auth/refresh',
      '/token/refresh-token',
      '/login/refresh',
      '/logout/session',
      '/logout-session',
      '/session/keep-alive',
      '/signoff',
      '/catalogin',
      '/blog-index',
      '/tokens/7',
      '/enter/x',
      '/kiosk/x',
      '/',
      `/login/${'x'.repeat(600)}`,
    ];
    for (const path of others) expect(isAuthRoute(path), path).to.equal(false);
  });
});

describe('placeOf', () => {
  const isAuthRoute = compileAuthRoutes(['/register/desk']);
  const is = (path: string, expected: string): void => {
    const place = placeOf({ method: 'POST', route: undefined, path }, isAuthRoute);
    expect(place, path).to.equal(expected);
  };

  it('tells where accounts are made from where people log in', () => {
    for (const path of [
      '/register',
      '/auth/sign-up',
      '/api/users',
      '/users/7',
      '/oauth2/register',
    ]) {
      is(path, 'account');
    }
    for (const path of ['/auth/forgot-password', '/me', '/account/create-user'])
      is(path, 'account');
    for (const path of ['/users/login', '/me/sessions', '/auth/callback/credentials']) {
      is(path, 'login');
    }
    is('/register/desk', 'login');
    for (const path of ['/orders', '/', '/users/7/orders', '/joint']) is(path, 'other');
  });
});

describe('credentialIn, of keys and tokens in headers of their own', () => {
  it('knows them by name, and guards of forms from them', () => {
    for (const name of ['x-access-token', 'token', 'x-session', 'x-auth-token', 'x-acme-api-key']) {
      expect(credentialIn({ [name]: 'secret' }), name).to.equal('api_key');
    }
    for (const name of ['x-csrf-token', 'x-xsrf-token', 'idempotency-key', 'x-session-duration']) {
      expect(credentialIn({ [name]: 'secret' }), name).to.equal(undefined);
    }
  });
});
