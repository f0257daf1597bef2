/** Logins that applications write by hand, without a library: what their answers say, and what not. */
import { accessDenied, securityEvent } from '@spanguard/api';
import { expect } from 'chai';
import type express from 'express';
import {
  type Asking,
  type Library,
  type Seen,
  underTracing,
} from '../../instrumentation/test/traced-application.ts';
import { createExpressInstrumentation } from '../src/index.ts';

const FORM = { email: 'eve@example.com', password: 'guess' };
const COOKIE = { cookie: 'lang=de; sid=old' };
const LOGIN_PAGE =
  '<form method="post"><input name="email"><input type="password" name="p"></form>';

/** `libraries` names the Express under test where it is not the installed one. */
export function testLogins(version: string, libraries: Readonly<Record<string, Library>>): void {
  describe(`logins by hand under Express ${version}`, () => {
    const application = underTracing({
      from: import.meta.url,
      libraries,
      instrumentations: () => [createExpressInstrumentation()],
    });
    let load: typeof express;

    before(async () => {
      load = await application.load<typeof express>('express');
    });

    /** One POST to `path` of an application that knows this path alone, and answers so. */
    function posts(path: string, answer: express.RequestHandler, asking: Asking): Promise<Seen> {
      const app = load();
      app.use(load.json(), load.urlencoded({ extended: false }));
      app.post(path, answer);
      return application.see(app, path, { method: 'POST', ...asking });
    }

    async function tells(
      path: string,
      answer: express.RequestHandler,
      asking: Asking,
      expected: string[],
    ): Promise<void> {
      const { events } = await posts(path, answer, asking);
      expect(events, `${path} ${JSON.stringify(asking)}`).to.deep.equal(expected);
    }

    const status =
      (code: number, body: unknown = { message: 'sorry' }): express.RequestHandler =>
      (_request, response) => {
        response.status(code).json(body);
      };
    const redirect =
      (to: string, cookie?: string): express.RequestHandler =>
      (_request, response) => {
        if (cookie !== undefined) response.setHeader('Set-Cookie', cookie);
        response.redirect(to);
      };
    const page =
      (html: string, cookie: string): express.RequestHandler =>
      (_request, response) => {
        response.setHeader('Set-Cookie', cookie);
        response.send(html);
      };

    it('fail where a filled form is refused, and are refused input where a field is missing', async () => {
      for (const code of [400, 422]) {
        await tells('/login', status(code), { body: FORM }, ['authn_login_fail']);
        await tells('/sign-in', status(code), { body: FORM }, ['authn_login_fail']);
        const missing = { body: { email: 'eve@example.com', password: '' } };
        await tells('/login', status(code), missing, ['input_validation_fail']);
        await tells('/login', status(code), { body: {} }, ['input_validation_fail']);
        await tells('/orders', status(code), { body: FORM }, ['input_validation_fail']);
      }
      for (const code of [401, 403, 404, 423]) {
        await tells('/login', status(code), { body: FORM }, ['authn_login_fail']);
      }
      await tells('/login', status(429), { body: FORM }, ['excess_rate_limit_exceeded']);
      await tells('/login', status(500), { body: FORM }, []);
      expect(application.recording.events).to.deep.equal([]);
    });

    it('fail where the login is shown again, whatever cookie comes with it', async () => {
      const failed = ['authn_login_fail'];
      await tells('/login', redirect('/login', 'flash=no'), { body: FORM }, failed);
      await tells('/login', redirect('/login?error=1', 'sid=1'), { body: FORM }, failed);
      await tells('/api/login', redirect('/login', 'sid=1'), { body: FORM }, failed);
      await tells('/login', redirect('/?login=failed', 'sid=1'), { body: FORM }, failed);
      await tells('/login', page(LOGIN_PAGE, 'sid=1'), { body: FORM }, failed);
      await tells('/login', status(200, { error: 'wrong password' }), { body: FORM }, failed);
      await tells('/login', status(200, { success: false }), { body: FORM }, failed);
    });

    it('succeed by a session, a token, or the way on, and by nothing less', async () => {
      const succeeded = ['authn_login_success'];
      await tells('/login', redirect('/home', 'sid=1; HttpOnly'), { body: FORM }, succeeded);
      await tells('/login', status(200, { token: 'abc' }), { body: FORM }, succeeded);
      await tells(
        '/session',
        status(201, { data: { accessToken: 'abc' } }),
        { body: FORM },
        succeeded,
      );
      await tells('/login', page('<p>hello</p>', 'flash=hello'), { body: FORM }, []);
      await tells('/login', page('<p>hello</p>', 'sid=1'), { body: FORM }, []);
      await tells('/login', redirect('/home', 'flash=hello'), { body: FORM }, []);
      await tells('/login', redirect('/home', 'sid=; Max-Age=0'), { body: FORM }, []);
      await tells('/login', redirect('/login/otp', 'sid=; Max-Age=0'), { body: FORM }, []);
      await tells('/login', status(200), { body: FORM }, []);
    });

    it('are seen while an older session exists', async () => {
      const succeeded = ['authn_login_success'];
      const asking = { body: FORM, headers: COOKIE };
      await tells('/login', redirect('/home', 'sid=new'), asking, succeeded);
      await tells('/login', redirect('/home'), asking, succeeded);
      await tells('/login', status(200, { user: { id: 7 } }), asking, succeeded);
      await tells('/sessions', status(200, { token: 'abc' }), asking, succeeded);
      await tells('/login', redirect('/login'), asking, ['authn_login_fail']);
      await tells('/login', status(401), asking, ['authn_login_fail']);
    });

    it('are no renewal, no token made by who is in, no logout', async () => {
      const renew = redirect('/home', 'sid=renewed');
      const bearer = { headers: { authorization: 'Bearer x' } };
      await tells('/auth/refresh', status(200, { token: 'abc' }), { headers: COOKIE }, []);
      await tells('/auth/refresh', status(200, { token: 'abc' }), { body: { refresh: 'x' } }, []);
      await tells(
        '/api/tokens',
        status(201, { token: 'abc' }),
        { ...bearer, body: { name: 'ci' } },
        [],
      );
      await tells('/api/tokens', status(201, { token: 'abc' }), { headers: COOKIE }, []);
      await tells('/sessions', renew, { headers: COOKIE, body: { keepAlive: true } }, []);
      await tells('/session/keep-alive', renew, { headers: COOKIE }, []);
      await tells('/logout/session', renew, { headers: COOKIE }, []);
      await tells(
        '/oauth/token',
        status(200, { access_token: 'abc' }),
        {
          body: { grant_type: 'refresh_token', refresh_token: 'x' },
        },
        [],
      );
    });

    it('tell denied access the same on span and event, with what the application said', async () => {
      const { events, attributes } = await posts(
        '/orders/7',
        (_request, response) => {
          accessDenied({ resource: 'order', action: 'read', reason: 'owner is hunter2' });
          response.status(404).end();
        },
        {},
      );
      const expected = {
        'security.authz.outcome': 'denied',
        'security.authz.resource': 'order',
        'security.authz.action': 'read',
        'security.authz.reason': 'owner is ***',
      };
      expect(events).to.deep.equal(['authz_fail']);
      expect(attributes).to.include(expected);
      expect(application.recording.events[0]?.attributes).to.include(expected);
      const bare = await posts('/orders/7', status(403), {});
      expect(bare.events).to.deep.equal(['authz_fail']);
      expect(bare.attributes).to.include({ 'security.authz.outcome': 'denied' });
      const failed = await posts('/login', status(403), { body: FORM });
      expect(failed.attributes).to.not.have.property('security.authz.outcome');
      await tells(
        '/orders/7',
        (_request, response) => {
          Reflect.apply(accessDenied, undefined, [null]);
          response.end();
        },
        {},
        ['authz_fail'],
      );
    });

    it('are told once where the application told them itself', async () => {
      const answer: express.RequestHandler = (_request, response) => {
        securityEvent('security.authn_login_fail', { 'user.id': 'eve@example.com' });
        response.status(401).end();
      };
      await tells('/login', answer, { body: FORM }, ['authn_login_fail']);
    });
  });
}
