/** A login written by hand with one library: what each way of asking it tells the request. */
import { createExpressInstrumentation } from '@spanguard/instrumentation-express';
import { expect } from 'chai';
import type express from 'express';
import {
  type Library,
  type Loading,
  type TracedApplication,
  underTracing,
} from '../../instrumentation/test/traced-application.ts';
import { createPasswordInstrumentation } from '../src/index.ts';

/** Checks a password against a user's hash, whichever way. */
export type Check = (password: string, hash: string) => boolean | Promise<boolean>;

/** A library under test. */
export interface PasswordLibrary {
  readonly title: string;
  /** As it is told. */
  readonly method: string;
  readonly loading: Loading;
  readonly libraries?: Readonly<Record<string, Library>>;
  /** Every way the library offers, by a name; loaded when the suite begins. */
  ways(
    application: TracedApplication,
  ): Promise<{ hash: string; ways: Readonly<Record<string, Check>> }>;
}

/** The password whose hash the libraries are given. */
export const PASSWORD = 'correct horse';

/** Runs the suite for one library, one version of it, one way of loading. */
export function testPasswordLibrary({ title, method, loading, ...library }: PasswordLibrary): void {
  describe(`${title} by ${loading}`, () => {
    const application = underTracing({
      from: import.meta.url,
      loading,
      ...(library.libraries === undefined ? {} : { libraries: library.libraries }),
      instrumentations: () => [createExpressInstrumentation(), createPasswordInstrumentation()],
    });
    let load: typeof express;
    let hash: string;
    let ways: Readonly<Record<string, Check>>;

    before(async () => {
      load = await application.loadDefault<typeof express>('express');
      ({ hash, ways } = await library.ways(application));
    });

    function loginBy(check: Check): express.Express {
      const app = load();
      app.use(load.json());
      const login = async (request: express.Request, response: express.Response): Promise<void> => {
        const { password } = request.body as { password: string };
        const isRight = await check(password, hash);
        if (isRight) response.json({ token: 'abc' });
        else response.json({ error: 'no such user, or not this password' });
      };
      app.post('/session', (request, response, next) => {
        login(request, response).catch(next);
      });
      return app;
    }

    it('tells both outcomes, whichever way it is asked', async () => {
      expect(Object.keys(ways)).to.not.deep.equal([]);
      for (const [way, check] of Object.entries(ways)) {
        const app = loginBy(check);
        const right = await application.see(app, '/session', {
          body: { email: 'bob@x.io', password: PASSWORD },
        });
        expect([right.answer.text, right.events], way).to.deep.equal([
          '{"token":"abc"}',
          ['authn_login_success'],
        ]);
        expect(right.told[0]?.attributes).to.include({ 'security.authn.method': method });
        const wrong = await application.see(app, '/session', {
          body: { email: 'bob@x.io', password: 'hunter2' },
        });
        expect(wrong.events, way).to.deep.equal(['authn_login_fail']);
        expect(wrong.attributes).to.include({
          'security.authn.outcome': 'failure',
          'security.authn.method': method,
          'security.authn.reason': 'invalid_credentials',
          'security.authn.confidence': 'high',
        });
        const signals = wrong.attributes['security.authn.signals'];
        expect(signals).to.include('check');
        expect(JSON.stringify([right.attributes, wrong.attributes, right.told])).to.not.match(
          /hunter2|correct horse|\$2[aby]\$|\$argon2/u,
        );
      }
    });

    it('tells nothing outside a request, and gives what the library gives', async () => {
      for (const [way, check] of Object.entries(ways)) {
        expect([await check(PASSWORD, hash), await check('no', hash)], way).to.deep.equal([
          true,
          false,
        ]);
      }
      expect(application.recording.events).to.deep.equal([]);
    });

    it('is patched in every way it is asked', () => {
      const states = application
        .report()
        .filter(({ moduleName }) => moduleName === title.split(' ')[0])
        .map(({ state }) => state);
      expect(states).to.include('applied').and.not.include('missing').and.not.include('failed');
    });
  });
}
