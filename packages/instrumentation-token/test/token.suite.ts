/** Routes guarded by a token that one library verifies: what each verification tells the request. */
import { createHmac } from 'node:crypto';
import { currentRequestSecurity } from '@spanguard/instrumentation';
import { createExpressInstrumentation } from '@spanguard/instrumentation-express';
import { expect } from 'chai';
import type express from 'express';
import {
  type Library,
  type Loading,
  type Seen,
  type TracedApplication,
  underTracing,
} from '../../instrumentation/test/traced-application.ts';
import { createTokenInstrumentation } from '../src/index.ts';

/** Verifies a token for audience `shop` and issuer `us`, with HS256 and {@link KEY}; throws or rejects. */
export type Verify = (token: string) => unknown;

/** A library under test. */
export interface TokenLibrary {
  readonly title: string;
  readonly loading: Loading;
  readonly libraries?: Readonly<Record<string, Library>>;
  /** Reasons that this library's errors do not tell apart. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** Every way the library offers, by a name; loaded when the suite begins. */
  ways(application: TracedApplication): Promise<Readonly<Record<string, Verify>>>;
}

/** The secret of the tokens. */
export const KEY = 'k'.repeat(32);

const hourSeconds = 3600;
const now = Math.floor(performance.timeOrigin / 1000);

/** A token as any issuer makes one. */
export function tokenOf(claims: object, key = KEY, header: object = { alg: 'HS256' }): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const all = { aud: 'shop', iss: 'us', exp: now + hourSeconds, ...claims };
  const signed = `${part({ typ: 'JWT', ...header })}.${part(all)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

const GOOD = tokenOf({ sub: 'u-1', roles: ['editor', 'admin'] });

const REFUSED: Readonly<Record<string, string>> = {
  expired: tokenOf({ sub: 'u-1', exp: now - hourSeconds }),
  not_before: tokenOf({ sub: 'u-1', nbf: now + hourSeconds }),
  invalid_signature: tokenOf({ sub: 'u-1' }, 'x'.repeat(32)),
  algorithm: tokenOf({ sub: 'u-1' }, KEY, { alg: 'HS512' }),
  audience: tokenOf({ sub: 'u-1', aud: 'other' }),
  issuer: tokenOf({ sub: 'u-1', iss: 'them' }),
  malformed: 'not-a-token.at.all',
};

const bearer = (token: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Bearer ${token}` },
});

/** Runs the suite for one library, one version of it, one way of loading. */
export function testTokenLibrary({ title, loading, ...library }: TokenLibrary): void {
  describe(`${title} by ${loading}`, () => {
    const application = underTracing({
      from: import.meta.url,
      loading,
      ...(library.libraries === undefined ? {} : { libraries: library.libraries }),
      instrumentations: () => [createExpressInstrumentation(), createTokenInstrumentation()],
    });
    let load: typeof express;
    let ways: Readonly<Record<string, Verify>>;

    before(async () => {
      load = await application.loadDefault<typeof express>('express');
      ways = await library.ways(application);
    });

    /** Verifies what `tokenIn` finds; 401 where it is refused. Signals come back in a header. */
    function guarded(
      verify: Verify,
      tokenIn: (request: express.Request) => unknown = (request) =>
        request.headers.authorization?.slice('Bearer '.length),
    ): express.Express {
      const app = load();
      app.use(load.json(), (request, response, next) => {
        // Verifiers throw, or reject.
        new Promise((resolve) => {
          resolve(verify(String(tokenIn(request))));
        }).then(
          () => {
            next();
          },
          () => {
            response.status(401).end();
          },
        );
      });
      app.use((_request, response) => {
        response.set('x-signals', String(currentRequestSecurity()?.signals.length)).end();
      });
      return app;
    }

    it('names the user of a token that was accepted, on every request and without an event', async () => {
      for (const [way, verify] of Object.entries(ways)) {
        const seen = await application.see(guarded(verify), '/orders', bearer(GOOD));
        expect([seen.answer.status, seen.events, seen.user], way).to.deep.equal([200, [], 'u-1']);
        expect(seen.attributes).to.deep.include({
          'security.authn.outcome': 'success',
          'security.authn.method': 'jwt',
          'security.authn.signals': ['check'],
          'user.roles': ['editor', 'admin'],
        });
      }
    });

    it('says why a token was refused', async () => {
      for (const [way, verify] of Object.entries(ways)) {
        for (const [reason, token] of Object.entries(REFUSED)) {
          const seen: Seen = await application.see(guarded(verify), '/orders', bearer(token));
          const about = `${way} ${reason}`;
          expect([seen.answer.status, seen.events], about).to.deep.equal([
            401,
            ['authn_token_invalid'],
          ]);
          const expected = library.reasons?.[reason] ?? reason;
          expect(seen.attributes['security.authn.reason'], about).to.equal(expected);
          expect(seen.user, about).to.equal(undefined);
          expect(JSON.stringify([seen.attributes, seen.told[0]?.attributes])).to.not.include(
            token.slice(-20),
          );
        }
      }
    });

    it('tells only of the token its request came with', async () => {
      const [verify] = Object.values(ways);
      if (verify === undefined) throw new Error('no way');
      const tells = async (path: string, headers: Record<string, string>): Promise<unknown> => {
        const seen = await application.see(
          guarded(verify, () => GOOD),
          path,
          { headers },
        );
        return [seen.answer.headers['x-signals'], seen.user];
      };
      const own = ['1', 'u-1'];
      const other = ['0', undefined];
      expect(await tells('/x', { cookie: `lang=de; session=${GOOD}; a=b` })).to.deep.equal(own);
      expect(await tells('/x', { 'x-access-token': GOOD })).to.deep.equal(own);
      expect(await tells('/x', { authorization: GOOD })).to.deep.equal(own);
      expect(await tells(`/x?access_token=${GOOD}`, {})).to.deep.equal(own);
      expect(await tells('/x', {})).to.deep.equal(other);
      expect(await tells(`/confirm?token=${GOOD}`, {})).to.deep.equal(other);
      expect(await tells('/refresh', { cookie: `refresh_token=${GOOD}` })).to.deep.equal(other);
      expect(await tells('/x', { authorization: `Bearer x${GOOD}` })).to.deep.equal(other);
      expect(await tells('/x', { cookie: `a=${GOOD}x` })).to.deep.equal(other);
    });

    it('gives what the library gives, and nothing outside a request', async () => {
      for (const [way, verify] of Object.entries(ways)) {
        expect(JSON.stringify(await verify(GOOD)), way).to.include('u-1');
      }
      expect(application.recording.events).to.deep.equal([]);
    });
  });
}
