/** Strategies as they are published, under Express as it is published: what each of them says, and what not. */
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { createExpressInstrumentation } from '@spanguard/instrumentation-express';
import { expect } from 'chai';
import type express from 'express';
import type passport from 'passport';
import {
  type Asking,
  type Seen,
  underTracing,
} from '../../instrumentation/test/traced-application.ts';
import { createPassportInstrumentation } from '../src/index.ts';

type Done = (error: unknown, user?: unknown, info?: unknown) => void;
type Verify = (...args: never[]) => void;
type StrategyClass = new (...args: unknown[]) => passport.Strategy;

const require = createRequire(import.meta.url);
const KEY = 'k'.repeat(32);

const byPassword = (name: string, password: string, done: Done): void => {
  done(null, password === 'right' && { id: `id-of-${name}` });
};
const byClaims = (claims: { sub: string }, done: Done): void => {
  done(null, { id: claims.sub });
};

/** `from` is a file from which the Express under test is found. */
export function testStrategies(version: string, from: string): void {
  describe(`published strategies under Express ${version}`, () => {
    const application = underTracing({
      from,
      instrumentations: () => [createExpressInstrumentation(), createPassportInstrumentation()],
    });
    let load: typeof express;
    let Passport: typeof passport.Passport;

    before(async () => {
      load = await application.load<typeof express>('express');
      ({ Passport } = await application.load<typeof passport>('passport'));
    });

    function strategy(
      library: string,
      options: object,
      verify?: Verify,
      name?: string,
    ): passport.Strategy {
      const exported = require(library) as Record<string, StrategyClass>;
      const Class = exported[name ?? 'Strategy'];
      if (Class === undefined) throw new Error(`${library} has no ${name ?? 'Strategy'}`);
      return new Class(...[options, verify].filter((argument) => argument !== undefined));
    }

    function newApp(): express.Express {
      const app = load();
      app.use(load.json(), load.urlencoded({ extended: false }));
      return app;
    }

    /** Every path guarded by these strategies, each registered under the name before it; then 200. */
    function guarded(strategies: [string, passport.Strategy][]): express.Express {
      const authenticator = new Passport();
      for (const [name, each] of strategies) authenticator.use(name, each);
      const app = newApp();
      const registered = strategies.map(([name]) => name);
      const middleware = authenticator.authenticate(registered, { session: false });
      app.use(middleware as express.RequestHandler);
      app.use((_request, response) => {
        response.json({ ok: true });
      });
      return app;
    }

    const see = (app: express.Express, path: string, asking?: Asking): Promise<Seen> =>
      application.see(app, path, asking);

    const bearer = (token: string): Asking => ({ headers: { authorization: `Bearer ${token}` } });
    const basic = (text: string): Record<string, string> => ({
      authorization: `Basic ${Buffer.from(text).toString('base64')}`,
    });
    const tokenFor = (sub: string, key = KEY): string => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub })}`;
      return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
    };

    function jwt(): passport.Strategy {
      const { ExtractJwt } = require('passport-jwt') as {
        ExtractJwt: { fromAuthHeaderAsBearerToken(): unknown };
      };
      const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken();
      return strategy('passport-jwt', { jwtFromRequest, secretOrKey: KEY }, byClaims);
    }

    it('never call a token on every request a login, whatever its strategy is registered as', async () => {
      for (const name of ['jwt', 'jwt-admin', 'local', 'login', 'session']) {
        const app = guarded([[name, jwt()]]);
        const accepted = await see(app, '/orders', bearer(tokenFor('u-1')));
        expect([accepted.answer.status, accepted.events], name).to.deep.equal([200, []]);
        expect(accepted.attributes).to.include({
          'security.authn.outcome': 'success',
          'security.authn.method': name,
          'user.id': 'u-1',
        });
        const forged = await see(app, '/orders', bearer(tokenFor('u-1', 'x'.repeat(32))));
        expect([forged.answer.status, forged.events]).to.deep.equal([401, ['authn_token_invalid']]);
        const absent = await see(app, '/orders');
        expect([absent.answer.status, absent.events]).to.deep.equal([401, []]);
        expect(absent.attributes['security.authn.outcome']).to.equal('challenge');
      }
    });

    it('know a subclass by what it extends', async () => {
      const { Strategy } = require('passport-jwt') as { Strategy: StrategyClass };
      class Admins extends Strategy {
        override readonly name: string = 'admins';
      }
      const { ExtractJwt } = require('passport-jwt') as {
        ExtractJwt: { fromAuthHeaderAsBearerToken(): unknown };
      };
      const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken();
      const admins = new Admins({ jwtFromRequest, secretOrKey: KEY }, byClaims);
      const { events } = await see(guarded([['admins', admins]]), '/x', bearer(tokenFor('u-1')));
      expect(events).to.deep.equal([]);
    });

    it('tell basic by request: a failure is a failed login, a success none', async () => {
      const app = guarded([
        ['members', strategy('passport-http', {}, byPassword, 'BasicStrategy')],
      ]);
      const right = await see(app, '/x', { headers: basic('bob:right') });
      expect([right.answer.status, right.events]).to.deep.equal([200, []]);
      const wrong = await see(app, '/x', { headers: basic('bob:wrong') });
      expect([wrong.answer.status, wrong.events]).to.deep.equal([401, ['authn_login_fail']]);
      expect(application.recording.events[0]?.attributes).to.include({ 'user.id': 'bob' });
      const none = await see(app, '/x');
      expect([none.answer.status, none.events]).to.deep.equal([401, []]);
    });

    it('are nothing where they let anybody in', async () => {
      for (const name of ['anonymous', 'guest']) {
        const app = guarded([
          ['jwt', jwt()],
          [name, strategy('passport-anonymous', {})],
        ]);
        const nobody = await see(app, '/x');
        expect([nobody.answer.status, nobody.events]).to.deep.equal([200, []]);
        expect(nobody.attributes).to.not.have.property('security.authn.outcome');
        const forged = await see(app, '/x', bearer('x.y.z'));
        expect([forged.answer.status, forged.events]).to.deep.equal([200, ['authn_token_invalid']]);
        expect(forged.attributes['security.authn.outcome']).to.equal('none');
      }
    });

    it('tell a password that was right and refused all the same as no login', async () => {
      const authenticator = new Passport();
      authenticator.use(strategy('passport-local', {}, byPassword));
      const login = authenticator.authenticate('local', {
        session: false,
      }) as express.RequestHandler;
      const cases: [number, string[]][] = [
        [200, ['authn_login_success']],
        [403, ['authn_login_fail']],
        [423, ['authn_login_fail']],
        [500, []],
      ];
      for (const [status, expected] of cases) {
        const app = newApp();
        app.post('/login', login, (_request, response) => {
          response.status(status).end();
        });
        const body = { username: 'bob', password: 'right' };
        expect((await see(app, '/login', { body })).events, String(status)).to.deep.equal(expected);
      }
      const app = newApp();
      app.post('/login', login, (_request, response) => {
        response.redirect('/login?reason=unverified');
      });
      const { events } = await see(app, '/login', { body: { username: 'bob', password: 'right' } });
      expect(events).to.deep.equal(['authn_login_fail']);
    });

    /** An OAuth 2.0 server as oauth2orize's own examples build one. */
    function tokenServer(): express.Express {
      const oauth = require('oauth2orize') as Oauth2orize;
      const { exchange } = oauth;
      const tokens = oauth.createServer();
      const issue = (_client: unknown, name: string, password: string, done: Done): void => {
        done(null, name === 'bob' && password === 'right' && 'access-token');
      };
      tokens.exchange(exchange.password(issue));
      tokens.exchange(
        exchange.clientCredentials((_client: unknown, _scope: unknown, done: Done) => {
          done(null, 'access-token');
        }),
      );
      tokens.exchange(
        exchange.refreshToken((_client: unknown, token: string, _scope: unknown, done: Done) => {
          done(null, token === 'known' && 'access-token');
        }),
      );
      const verifyClient = (id: string, secret: string, done: Done): void => {
        done(null, secret === 'app-secret' && { id });
      };
      const authenticator = new Passport();
      authenticator.use(strategy('passport-oauth2-client-password', {}, verifyClient));
      authenticator.use(strategy('passport-http', {}, verifyClient, 'BasicStrategy'));
      const clients = authenticator.authenticate(['basic', 'oauth2-client-password'], {
        session: false,
      });
      const app = newApp();
      app.post(
        '/oauth/token',
        clients as express.RequestHandler,
        tokens.token(),
        tokens.errorHandler(),
      );
      return app;
    }

    it('tell a user’s wrong password behind a right client as the user’s failed login', async () => {
      const app = tokenServer();
      const inBody = { client_id: 'shop', client_secret: 'app-secret' };
      const ways: Asking[] = [{ body: inBody }, { headers: basic('shop:app-secret'), body: {} }];
      for (const { headers = {}, body } of ways) {
        const grant = { ...(body as object), grant_type: 'password', username: 'bob' };
        const wrong = await see(app, '/oauth/token', {
          headers,
          body: { ...grant, password: 'no' },
        });
        expect([wrong.answer.status, wrong.events]).to.deep.equal([403, ['authn_login_fail']]);
        expect(wrong.attributes).to.include({
          'security.authn.outcome': 'failure',
          'user.id': 'bob',
        });
        const right = await see(app, '/oauth/token', {
          headers,
          body: { ...grant, password: 'right' },
        });
        expect([right.answer.status, right.events]).to.deep.equal([200, ['authn_login_success']]);
        expect(right.attributes).to.include({ 'user.id': 'bob' });
      }
    });

    it('tell a client’s credentials as nobody’s login', async () => {
      const app = tokenServer();
      const client = { client_id: 'shop', client_secret: 'app-secret' };
      const grant = { grant_type: 'client_credentials' };
      const ways: Asking[] = [
        { body: { ...client, ...grant } },
        { headers: basic('shop:app-secret'), body: grant },
      ];
      for (const way of ways) {
        const right = await see(app, '/oauth/token', way);
        expect([right.answer.status, right.events]).to.deep.equal([200, []]);
        expect(right.attributes['security.authn.outcome']).to.equal('success');
        expect(right.attributes).to.not.have.property('user.id');
      }
      const wrong = await see(app, '/oauth/token', {
        body: { ...client, ...grant, client_secret: 'guess' },
      });
      expect([wrong.answer.status, wrong.events]).to.deep.equal([401, ['authn_login_fail']]);
      expect(wrong.attributes).to.not.have.property('user.id');
      const refresh = { ...client, grant_type: 'refresh_token' };
      const stale = await see(app, '/oauth/token', {
        body: { ...refresh, refresh_token: 'stale' },
      });
      expect([stale.answer.status, stale.events]).to.deep.equal([403, ['authn_token_invalid']]);
      const fresh = await see(app, '/oauth/token', {
        body: { ...refresh, refresh_token: 'known' },
      });
      expect([fresh.answer.status, fresh.events]).to.deep.equal([200, []]);
    });

    it('tell a login while an older session exists, and no request of that session', async () => {
      const session = require('express-session') as (options: object) => express.RequestHandler;
      const authenticator = new Passport();
      authenticator.use(strategy('passport-local', {}, byPassword));
      authenticator.serializeUser((user, done) => {
        done(null, user);
      });
      authenticator.deserializeUser((user: Express.User, done) => {
        done(null, user);
      });
      const app = newApp();
      app.use(session({ secret: KEY, resave: true, rolling: true, saveUninitialized: true }));
      app.use(authenticator.session());
      app.post(
        '/login',
        authenticator.authenticate('local', { successRedirect: '/', failureRedirect: '/login' }),
      );
      app.post('/sessions', (_request, response) => {
        response.json({ alive: true });
      });
      app.post('/logout/session', (request, response, next) => {
        request.logout((error) => {
          if (error === undefined) response.redirect('/');
          else next(error);
        });
      });
      const body = { username: 'bob', password: 'right' };
      const first = await see(app, '/login', { body });
      expect([first.answer.status, first.events]).to.deep.equal([302, ['authn_login_success']]);
      const cookie = String(first.answer.headers['set-cookie']?.[0]).split(';')[0] ?? '';
      const again = await see(app, '/login', { body, headers: { cookie } });
      expect(again.events).to.deep.equal(['authn_login_success']);
      const wrong = await see(app, '/login', {
        body: { ...body, password: 'no' },
        headers: { cookie },
      });
      expect([wrong.answer.headers.location, wrong.events]).to.deep.equal([
        '/login',
        ['authn_login_fail'],
      ]);
      const later = String(again.answer.headers['set-cookie']?.[0]).split(';')[0] ?? '';
      for (const path of ['/sessions', '/logout/session']) {
        const { answer, events } = await see(app, path, {
          method: 'POST',
          headers: { cookie: later },
        });
        expect([answer.headers['set-cookie'] === undefined, events], path).to.deep.equal([
          false,
          [],
        ]);
      }
    });
  });
}

interface Oauth2orize {
  createServer(): {
    exchange(exchange: unknown): void;
    token(): express.RequestHandler;
    errorHandler(): express.ErrorRequestHandler;
  };
  readonly exchange: Record<
    'password' | 'clientCredentials' | 'refreshToken',
    (issue: Verify) => unknown
  >;
}
