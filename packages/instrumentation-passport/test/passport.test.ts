/** Real Passport strategies under Express: every way a login can end, told once. */
import { connect } from 'node:net';
import { setSecurityRuntime } from '@spanguard/instrumentation';
import { createExpressInstrumentation } from '@spanguard/instrumentation-express';
import { expect } from 'chai';
import type express from 'express';
import type passport from 'passport';
import type passportLocal from 'passport-local';
import {
  type Answer,
  type Asking,
  type Seen,
  underTracing,
  until,
} from '../../instrumentation/test/traced-application.ts';
import { createPassportInstrumentation } from '../src/index.ts';

interface Attempt {
  success(user: unknown): void;
  fail(challenge?: unknown, status?: number): void;
  redirect(url: string): void;
  error(error: Error): void;
  pass(): void;
}

/** A strategy that ends as it is told, written as Passport's own documentation writes one. */
class Told {
  readonly name: string;
  private readonly end: (attempt: Attempt) => void;

  constructor(name: string, end: (attempt: Attempt) => void) {
    this.name = name;
    this.end = end;
  }

  authenticate(this: Told & Attempt): void {
    this.end(this);
  }
}

function told(name: string, end: (attempt: Attempt) => void): passport.Strategy {
  return new Told(name, end);
}

describe('createPassportInstrumentation', () => {
  const application = underTracing({
    from: import.meta.url,
    instrumentations: () => [createExpressInstrumentation(), createPassportInstrumentation()],
  });
  let loadExpress: typeof express;
  let loadPassport: typeof passport;
  let local: typeof passportLocal;
  let last: Seen | undefined;

  before(async () => {
    loadExpress = await application.load<typeof express>('express');
    loadPassport = await application.load<typeof passport>('passport');
    local = await application.load<typeof passportLocal>('passport-local');
  });

  /** An application whose every path is guarded by these strategies, then answers 200. */
  function guarded(
    strategies: string[] | passport.Strategy,
    prepare: (authenticator: passport.Authenticator) => void,
    options: passport.AuthenticateOptions = {},
  ): express.Express {
    const authenticator = new loadPassport.Passport();
    prepare(authenticator);
    const app = loadExpress();
    app.use(loadExpress.json(), loadExpress.urlencoded({ extended: false }));
    const authenticate = authenticator.authenticate(strategies, { session: false, ...options });
    app.use(authenticate as express.RequestHandler);
    app.use((_request, response) => {
      response.send('welcome');
    });
    return app;
  }

  function guardedByTold(name: string, end: (attempt: Attempt) => void): express.Express {
    return guarded([name], (authenticator) => authenticator.use(told(name, end)));
  }

  function localLogin(options: passportLocal.IStrategyOptions = {}): passport.Strategy {
    return new local.Strategy(options, (name, password, done) => {
      if (password === 'right') done(null, { id: `id-of-${name}` });
      else done(null, false, { message: `no such user ${name}, password ${password}` });
    });
  }

  async function see(app: express.Express, path: string, asking: Asking = {}): Promise<Answer> {
    last = await application.see(app, path, asking);
    return last.answer;
  }

  function told1(expected: string[], attributes: Record<string, unknown> = {}): void {
    const { events } = application.recording;
    expect(events.map(({ name }) => name)).to.deep.equal(expected);
    expect(events[0]?.attributes ?? {}).to.deep.include(attributes);
  }

  it('applies its patches', () => {
    const ours = application.report().filter(({ moduleName }) => moduleName === 'passport');
    expect(ours.map(({ state }) => state)).to.deep.equal(['applied', 'applied']);
  });

  it('tells a login that succeeded, by the name it was tried with', async () => {
    const app = guarded(['local'], (authenticator) => authenticator.use(localLogin()));
    const body = { username: 'Bob', password: 'right' };
    expect((await see(app, '/anywhere', { body })).text).to.equal('welcome');
    told1(['security.authn_login_success'], {
      'user.id': 'bob',
      'security.authn.method': 'local',
      'security.authn.outcome': 'success',
      'security.authn.confidence': 'high',
      'security.authn.signals': ['library'],
    });
  });

  it('tells a login that failed, and that the status agrees', async () => {
    const app = guarded(['local'], (authenticator) => authenticator.use(localLogin()));
    await see(app, '/login', { body: { username: 'eve', password: 'hunter2' } });
    told1(['security.authn_login_fail'], {
      'user.id': 'eve',
      'security.authn.method': 'local',
      'security.authn.reason': 'invalid_credentials',
      'security.authn.signals': ['library', 'status'],
      'http.response.status_code': 401,
    });
    expect(JSON.stringify(application.recording.events[0]?.attributes)).to.not.include('hunter2');
  });

  it('tells a failure that redirects, which a status could not', async () => {
    const app = guarded(['local'], (authenticator) => authenticator.use(localLogin()), {
      failureRedirect: '/sorry',
    });
    await see(app, '/enter', { body: { username: 'eve', password: 'no' } });
    told1(['security.authn_login_fail'], { 'http.response.status_code': 302 });
  });

  it('tells a login that failed though its client hung up before the answer', async () => {
    let isAsked = false;
    const options = { passReqToCallback: true } as const;
    const slow = new local.Strategy(options, (request, _name, _password, done) => {
      isAsked = true;
      request.res?.on('close', () => {
        setImmediate(() => {
          done(null, false);
        });
      });
    });
    const app = guarded(['local'], (authenticator) => authenticator.use(slow));
    const socket = connect(await application.portOf(app), '127.0.0.1');
    const body = JSON.stringify({ username: 'eve', password: 'guess' });
    const head = 'POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
    socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
    await until(() => isAsked);
    socket.destroy();
    await until(() => application.recording.events.length > 0);
    told1(['security.authn_login_fail'], {
      'user.id': 'eve',
      'client.address': '127.0.0.1',
      'security.authn.signals': ['library', 'status'],
    });
  });

  it('reads the field the strategy was told to read', async () => {
    const strategy = localLogin({ usernameField: 'badge' });
    const app = guarded(['local'], (authenticator) => authenticator.use(strategy));
    await see(app, '/login', { body: { badge: 'B-17', username: 'x', password: 'no' } });
    told1(['security.authn_login_fail'], { 'user.id': 'b-17' });
  });

  it('takes missing credentials for refused input, and names them', async () => {
    const app = guarded(['local'], (authenticator) => authenticator.use(localLogin()));
    for (const body of [{ username: 'eve' }, { username: 'eve', password: '' }, {}]) {
      await see(app, '/login', { body });
      told1(['security.input_validation_fail']);
      expect(last?.attributes).to.include({
        'security.authn.outcome': 'challenge',
        'security.authn.reason': 'missing_credentials',
      });
    }
  });

  it('takes a missing field of its own name for refused input as well', async () => {
    const strategy = localLogin({ usernameField: 'badge', passwordField: 'geheim' });
    const app = guarded(['local'], (authenticator) => authenticator.use(strategy));
    await see(app, '/login', { body: { badge: 'B-17' } });
    told1(['security.input_validation_fail']);
  });

  it('uses the name a strategy is registered under', async () => {
    const app = guarded(['staff'], (authenticator) => authenticator.use('staff', localLogin()));
    await see(app, '/login', { body: { username: 'eve', password: 'no' } });
    told1(['security.authn_login_fail'], { 'security.authn.method': 'staff' });
  });

  it('sees a strategy given inline, request after request', async () => {
    const app = guarded(localLogin(), () => undefined);
    await see(app, '/login', { body: { username: 'eve', password: 'no' } });
    told1(['security.authn_login_fail'], { 'user.id': 'eve' });
    await see(app, '/login', { body: { username: 'eve', password: 'no' } });
    told1(['security.authn_login_fail'], { 'user.id': 'eve' });
  });

  it('tells one outcome where one strategy of several succeeds', async () => {
    const app = guarded(['jwt', 'local'], (authenticator) => {
      authenticator.use(
        told('jwt', (attempt) => {
          attempt.fail(new Error('No auth token'));
        }),
      );
      authenticator.use(localLogin());
    });
    await see(app, '/login', { body: { username: 'bob', password: 'right' } });
    told1(['security.authn_login_success'], { 'security.authn.method': 'local' });
  });

  it('tells an invalid token as such, and an absent one as a challenge', async () => {
    const expired = guardedByTold('jwt', (attempt) => {
      attempt.fail(new Error('jwt expired'));
    });
    await see(expired, '/orders', { headers: { authorization: 'Bearer x.y.z' } });
    told1(['security.authn_token_invalid'], { 'security.authn.reason': 'invalid_token' });
    const absent = guardedByTold('bearer', (attempt) => {
      attempt.fail('Bearer realm="Users"');
    });
    await see(absent, '/orders');
    told1([]);
    expect(last?.attributes['security.authn.outcome']).to.equal('challenge');
  });

  it('does not call every request with a token a login', async () => {
    const app = guardedByTold('bearer', (attempt) => {
      attempt.success({ id: 'u-1' });
    });
    await see(app, '/orders', { headers: { authorization: 'Bearer x' } });
    told1([]);
    expect(last?.attributes).to.include({
      'security.authn.outcome': 'success',
      'user.id': 'u-1',
    });
  });

  it('takes the way to an identity provider as a challenge, the way back as a login', async () => {
    const app = guardedByTold('github', (attempt) => {
      attempt.redirect('https://example.com/authorize');
    });
    expect((await see(app, '/auth/github')).status).to.equal(302);
    told1([]);
    expect(last?.attributes['security.authn.outcome']).to.equal('challenge');
    const back = guardedByTold('github', (attempt) => {
      attempt.success({ id: 99 });
    });
    await see(back, '/auth/github/callback?code=abc');
    told1(['security.authn_login_success'], { 'user.id': '99', 'security.authn.method': 'github' });
  });

  it('takes a strategy nobody knows for a login only where its request is one', async () => {
    const form = { username: 'bob', password: 'x' };
    const cases: [path: string, asking: Asking, isLogin: boolean][] = [
      ['/orders', {}, false],
      ['/orders?code=SUMMER', { headers: { cookie: 'sid=1' } }, false],
      ['/sessions', { headers: { cookie: 'sid=1' } }, false],
      ['/sessions', { method: 'POST', headers: { cookie: 'sid=1' } }, false],
      ['/orders', { headers: { authorization: 'Token x' } }, false],
      ['/orders', { headers: { 'x-api-key': 'x' } }, false],
      ['/sso/return?SAMLResponse=x', {}, true],
      ['/cas?ticket=x', {}, true],
      ['/login', { method: 'POST' }, true],
      ['/enter', { body: form }, true],
    ];
    for (const [path, asking, isLogin] of cases) {
      const app = guardedByTold('house-rules', (attempt) => {
        attempt.success({ id: 'u-1' });
      });
      await see(app, path, asking);
      const expected = isLogin ? ['security.authn_login_success'] : [];
      expect(
        application.recording.events.map(({ name }) => name),
        path,
      ).to.deep.equal(expected);
    }
  });

  it('takes success with nobody for nothing', async () => {
    for (const nobody of [undefined, null, false, { anonymous: true }]) {
      const app = guardedByTold('house-rules', (attempt) => {
        attempt.success(nobody);
      });
      await see(app, '/login', { method: 'POST' });
      told1([]);
      expect(last?.attributes).to.not.have.property('security.authn.outcome');
    }
  });

  it('says nothing of errors and passes, and lets them through', async () => {
    const failing = guardedByTold('odd', (attempt) => {
      attempt.error(new Error('database'));
    });
    failing.use(((_error, _request, response, _next) => {
      response.status(503).end();
    }) satisfies express.ErrorRequestHandler);
    expect((await see(failing, '/login', { body: { username: 'bob' } })).status).to.equal(503);
    told1([]);
    const passing = guardedByTold('odd', (attempt) => {
      attempt.pass();
    });
    expect((await see(passing, '/x')).text).to.equal('welcome');
    told1([]);
  });

  it('leaves a strategy looking as it was', () => {
    const strategy = localLogin();
    const before = Reflect.get(strategy, 'authenticate') as (...args: unknown[]) => unknown;
    new loadPassport.Passport().use(strategy);
    const observed = Reflect.get(strategy, 'authenticate') as typeof before;
    expect([observed.name, observed.length]).to.deep.equal([before.name, before.length]);
    expect(Object.keys(strategy)).to.not.include('authenticate');
    new loadPassport.Passport().use(strategy);
    expect(Reflect.get(strategy, 'authenticate')).to.equal(observed);
  });

  it('does not touch a request nobody follows', async () => {
    setSecurityRuntime(undefined);
    const app = guarded(['local'], (authenticator) => authenticator.use(localLogin()));
    expect((await see(app, '/x', { body: { username: 'b', password: 'right' } })).status).to.equal(
      200,
    );
    told1([]);
  });
});
