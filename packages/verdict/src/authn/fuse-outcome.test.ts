/** Every way the observers of one request can agree or not. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { compileAuthRoutes } from './auth-route.ts';
import { type AuthnFacts, factsOfSpan } from './authn-facts.ts';
import type { AuthnSignal } from './authn-signal.ts';
import { fuseOutcome } from './fuse-outcome.ts';

const QUIET: AuthnFacts = {
  statusCode: 200,
  isAuthRoute: false,
  grants: false,
  redirectsToLogin: false,
  credential: undefined,
};

const NOWHERE = { method: undefined, route: undefined, path: undefined, statusCode: undefined };

function signal(text: string): AuthnSignal {
  const [source, outcome, scheme = 'login'] = text.split(' ');
  return { source, outcome, scheme, method: text } as AuthnSignal;
}

/** Outcome, confidence, observers and event of these signals and facts; events without prefix. */
function fuses(signals: string[], facts: Partial<AuthnFacts>, expected: string | undefined): void {
  const fused = fuseOutcome(signals.map(signal), { ...QUIET, ...facts });
  const event = fused?.event?.replace('security.authn_', '') ?? '-';
  const found =
    fused && [fused.outcome, fused.confidence, fused.signals.join('+'), event].join(' ');
  expect(found).to.equal(expected);
}

describe('fuseOutcome', () => {
  it('lets the API win over libraries, and libraries over the status', () => {
    const login = { isAuthRoute: true, grants: true };
    fuses(['api failure', 'library success'], login, 'failure high api login_fail');
    fuses(['library success', 'api failure'], login, 'failure high api login_fail');
    fuses(['library failure'], login, 'failure high library login_fail');
    fuses([], login, 'success low status login_success');
  });

  it('names the observers that agreed', () => {
    fuses(['library failure'], { statusCode: 401 }, 'failure high library login_fail');
    fuses(
      ['api failure', 'library failure'],
      { statusCode: 401, isAuthRoute: true },
      'failure high api+library+status login_fail',
    );
  });

  it('takes the last word of the API', () => {
    fuses(['api failure', 'api success'], {}, 'success high api login_success');
  });

  it('takes one success of several strategies, and a failed login before an absent token', () => {
    fuses(['library failure', 'library success'], {}, 'success high library login_success');
    fuses(['library success', 'library failure'], {}, 'success high library login_success');
    fuses(
      ['library failure', 'library challenge token'],
      { statusCode: 401 },
      'failure high library login_fail',
    );
  });

  it('tells tokens and credentials of every request from logins', () => {
    fuses(['library success token'], {}, 'success high library -');
    fuses(['library success per_request'], {}, 'success high library -');
    fuses(['library failure per_request'], { statusCode: 401 }, 'failure high library login_fail');
    fuses(['library failure token'], { statusCode: 401 }, 'failure high library token_invalid');
    fuses(['library failure token'], { statusCode: 200 }, 'none high library token_invalid');
    fuses(['library challenge'], { statusCode: 302 }, 'challenge high library -');
  });

  it('reads a 401 by the credential that came with it', () => {
    fuses([], { statusCode: 401, isAuthRoute: true }, 'failure medium status login_fail');
    fuses([], { statusCode: 401, credential: 'basic' }, 'failure medium status login_fail');
    fuses([], { statusCode: 401, credential: 'bearer' }, 'failure medium status token_invalid');
    fuses([], { statusCode: 401, credential: 'api_key' }, 'failure medium status token_invalid');
    fuses([], { statusCode: 401, form: 'complete' }, 'failure low status login_fail');
    fuses([], { statusCode: 401 }, 'challenge medium status -');
  });

  it('reads the other statuses on login routes only', () => {
    const auth = { isAuthRoute: true };
    for (const statusCode of [400, 403, 422, 423]) {
      fuses([], { statusCode, ...auth }, 'failure low status login_fail');
      fuses([], { statusCode, ...auth, form: 'complete' }, 'failure low status login_fail');
      fuses([], { statusCode, ...auth, form: 'incomplete' }, undefined);
      fuses([], { statusCode, ...auth, form: 'client' }, undefined);
      fuses([], { statusCode, form: 'complete' }, undefined);
    }
    for (const statusCode of [399, 402, 405, 415, 429, 500, undefined]) {
      fuses([], { statusCode, ...auth, form: 'complete' }, undefined);
    }
  });

  it('takes "not found" for a failed login where somebody answers for logins', () => {
    const notFound = { statusCode: 404, isAuthRoute: true };
    fuses([], notFound, undefined);
    fuses([], { ...notFound, isRouted: true }, 'failure low status login_fail');
    fuses([], { ...notFound, form: 'complete' }, 'failure low status login_fail');
    fuses([], { ...notFound, isRouted: true, form: 'incomplete' }, undefined);
  });

  it('takes a session or token for a login only where it is none that is renewed', () => {
    const auth = { isAuthRoute: true, grants: true };
    fuses([], { statusCode: 303, ...auth }, 'success low status login_success');
    fuses([], { ...auth, renews: true }, undefined);
    fuses([], { ...auth, renews: true, form: 'complete' }, 'success low status login_success');
    fuses([], { ...auth, form: 'client' }, undefined);
    fuses([], { ...auth, form: 'refresh' }, undefined);
    fuses([], { grants: true }, undefined);
    fuses([], { isAuthRoute: true }, undefined);
    fuses([], { ...auth, statusCode: undefined }, undefined);
    const on = { statusCode: 302, isAuthRoute: true, leadsOn: true };
    fuses([], { ...on, form: 'complete' }, 'success low status login_success');
    fuses([], on, undefined);
  });

  it('takes the login shown again for a failure, whoever said otherwise', () => {
    const back = { isAuthRoute: true, redirectsToLogin: true, grants: true };
    for (const statusCode of [200, 302, 303]) {
      fuses([], { statusCode, ...back }, 'failure low status login_fail');
      fuses([], { statusCode, ...back, form: 'incomplete' }, undefined);
      fuses(['library success'], { statusCode, ...back }, 'failure low status login_fail');
    }
    fuses(
      ['library success'],
      { ...back, isAuthRoute: false },
      'success high library login_success',
    );
  });

  it('takes no success of a library with a refusing status for a login', () => {
    const login = { isAuthRoute: true };
    for (const statusCode of [400, 401, 403, 422]) {
      const expected = `failure ${statusCode === 401 ? 'medium' : 'low'} status login_fail`;
      fuses(['library success'], { statusCode, ...login }, expected);
    }
    fuses(['library success'], { statusCode: 500, ...login }, undefined);
    fuses(['library success'], { statusCode: 403 }, undefined);
    fuses(['library success'], { statusCode: 399 }, 'success high library login_success');
    fuses(['library success token'], { statusCode: 404 }, 'success high library -');
    fuses(['library success per_request'], { statusCode: 403 }, 'success high library -');
    fuses(['library success token'], { statusCode: 401 }, 'success high library -');
    fuses(['api success'], { statusCode: 403 }, 'success high api login_success');
  });

  it('takes a password check for a login where the request tried one, whatever the status', () => {
    const complete = { form: 'complete' } as const;
    for (const place of [complete, { isAuthRoute: true }]) {
      fuses(['check success'], place, 'success high check login_success');
      for (const statusCode of [200, 302, 500]) {
        fuses(['check failure'], { ...place, statusCode }, 'failure high check login_fail');
      }
      fuses(['check failure', 'check success'], place, 'success high check login_success');
      fuses(['check success', 'check failure'], place, 'success high check login_success');
    }
    fuses(
      ['check failure'],
      { credential: 'basic', statusCode: 401 },
      'failure high check+status login_fail',
    );
    fuses(['check success'], { credential: 'basic' }, 'success high check -');
    fuses(['check failure'], { statusCode: 403 }, 'failure high check -');
    fuses(['check success'], {}, undefined);
  });

  it('takes a right password that is refused all the same for a failed login', () => {
    for (const form of [{ form: 'complete' } as const, { isAuthRoute: true }]) {
      fuses(['check success'], { ...form, statusCode: 403 }, 'failure low status login_fail');
      fuses(['check success'], { ...form, statusCode: 401 }, 'failure medium status login_fail');
      fuses(['check success'], { ...form, statusCode: 500 }, undefined);
      fuses(
        ['check success'],
        { ...form, redirectsToLogin: true },
        'failure low status login_fail',
      );
      fuses(['check success'], { ...form, saysNo: true }, 'failure low body login_fail');
      fuses(['check success'], { ...form, asksMore: true }, undefined);
    }
    const seen = [signal('check success')];
    const facts = { ...QUIET, form: 'complete', statusCode: 423 } as const;
    expect(fuseOutcome(seen, facts)?.reason).to.equal('account_locked');
    expect(fuseOutcome(seen, { ...facts, statusCode: 403 })?.reason).to.equal(
      'refused_despite_password',
    );
  });

  it('lets a library overrule the check it made', () => {
    const login = { isAuthRoute: true, form: 'complete' } as const;
    fuses(['check success', 'library failure'], login, 'failure high library login_fail');
    fuses(['check failure', 'library success'], login, 'success high library login_success');
  });

  it('takes a password that is asked for again for no login', () => {
    const change = { form: 'password_change', credential: 'bearer' } as const;
    for (const statusCode of [400, 401, 403, 422]) {
      const expected = 'failure high check password_change_fail';
      fuses(['check failure', 'check success token'], { ...change, statusCode }, expected);
    }
    fuses(['check failure'], change, undefined);
    fuses([], { ...change, statusCode: 401 }, undefined);
    fuses(['check success'], { form: 'account', statusCode: 201, grants: true }, undefined);
    fuses(
      ['check failure'],
      { form: 'refresh', statusCode: 401 },
      'failure high check+status token_invalid',
    );
  });

  it('takes an account that is made for no login, whatever made it', () => {
    const account = { form: 'account', grants: true } as const;
    fuses([], account, undefined);
    fuses([], { ...account, statusCode: 400 }, undefined);
    fuses(['library success'], account, undefined);
    fuses(['library failure'], { ...account, statusCode: 409 }, undefined);
  });

  it('finds logins by what is carried and given, also at places of other names', () => {
    const complete = { form: 'complete', grants: true } as const;
    fuses([], complete, 'success low status login_success');
    fuses([], { ...complete, statusCode: 201 }, undefined);
    fuses([], { ...complete, renews: true }, undefined);
    fuses([], { ...complete, credential: 'bearer' }, undefined);
  });

  it('takes an answer that says no for a failed login, whatever the status', () => {
    const login = { isAuthRoute: true, saysNo: true } as const;
    fuses([], login, 'failure low body login_fail');
    fuses([], { ...login, form: 'incomplete' }, undefined);
    fuses([], { ...login, isAuthRoute: false }, undefined);
  });

  it('takes a form that a validator refused for no login', () => {
    const refused = { isAuthRoute: true, refusedInput: true, form: 'complete' } as const;
    for (const statusCode of [400, 401, 422]) fuses([], { ...refused, statusCode }, undefined);
    fuses(['check failure'], { ...refused, statusCode: 401 }, 'failure high check login_fail');
  });

  it('tells a token that was accepted and not enough from one that was refused', () => {
    fuses(
      ['check success token'],
      { statusCode: 401, credential: 'bearer' },
      'success high check -',
    );
    fuses(
      ['check failure token'],
      { statusCode: 401, credential: 'bearer' },
      'failure high check+status token_invalid',
    );
    fuses(['check failure token'], { statusCode: 403 }, 'failure high check token_invalid');
    fuses(['check failure token'], {}, 'none high check token_invalid');
    fuses(
      ['check failure token', 'check success token'],
      { statusCode: 403 },
      'success high check -',
    );
    fuses(
      ['check success token', 'library failure token'],
      { statusCode: 401 },
      'failure high library token_invalid',
    );
    fuses([], { statusCode: 401, credential: 'bearer', knowsUser: true }, undefined);
    const key = { statusCode: 403, credential: 'api_key' } as const;
    fuses([], key, 'failure low status token_invalid');
    fuses([], { ...key, knowsUser: true }, undefined);
    fuses([], { ...key, deniesRight: true }, undefined);
    fuses(['check success token'], key, 'success high check -');
  });

  it('takes a client for no user, whose password decides', () => {
    const token = { isAuthRoute: true, isTokenRequest: true, grants: true } as const;
    const user = { ...token, form: 'complete' } as const;
    const client = { ...token, form: 'client' } as const;
    for (const seen of ['library success client', 'library success per_request']) {
      fuses([seen], { ...user, statusCode: 403 }, 'failure low status login_fail');
      fuses([seen], { ...user, grants: false }, 'success low status login_success');
      fuses([seen], client, 'success high library -');
      fuses([seen, 'library failure'], user, 'failure high library login_fail');
      fuses([seen], { ...client, statusCode: 400 }, 'success high library -');
    }
    fuses(
      ['library failure client'],
      { ...client, statusCode: 401 },
      'failure high library+status login_fail',
    );
    fuses([], { ...client, statusCode: 401 }, 'failure medium status login_fail');
    fuses([], { ...client, statusCode: 400 }, undefined);
  });

  it('takes a refused refresh for an invalid token, and an accepted one for nothing', () => {
    const refresh = { isAuthRoute: true, form: 'refresh', grants: true } as const;
    for (const statusCode of [400, 401, 403]) {
      fuses([], { ...refresh, statusCode }, 'failure medium status token_invalid');
    }
    fuses([], refresh, undefined);
    fuses([], { ...refresh, statusCode: 500 }, undefined);
  });

  it('takes what finds nothing and is answered for nothing', () => {
    fuses(['library challenge token'], { statusCode: 200 }, undefined);
    fuses(['library challenge per_request'], { statusCode: 204 }, undefined);
    fuses(['library challenge token'], { statusCode: 401 }, 'challenge high library+status -');
    fuses(['library challenge login'], { statusCode: 302 }, 'challenge high library -');
    const refused = { statusCode: 400, isAuthRoute: true };
    fuses(['library challenge login'], refused, 'challenge high library -');
    fuses(['library challenge token'], refused, 'failure low status login_fail');
  });

  it('lets a login that somebody typed rank before a token that came along', () => {
    const login = { isAuthRoute: true, form: 'complete' } as const;
    for (const seen of [
      'library success token',
      'library challenge token',
      'library failure token',
    ]) {
      fuses([seen], { ...login, statusCode: 422 }, 'failure low status login_fail');
    }
    fuses(
      ['library failure', 'library success token'],
      { statusCode: 403 },
      'failure high library login_fail',
    );
  });

  it('judges a foreign span by place and status', () => {
    const isAuthRoute = compileAuthRoutes([]);
    const judges = (text: string, statusCode: number, expected: string | undefined): void => {
      const [method, path, route] = text.split(' ');
      const facts = factsOfSpan({ method, path, route, statusCode }, isAuthRoute);
      const fused = fuseOutcome([], facts);
      expect(fused?.event?.replace('security.authn_', ''), `${text} ${statusCode}`).to.equal(
        expected,
      );
    };
    for (const status of [400, 401, 403, 422]) {
      judges('POST /login', status, 'login_fail');
      judges('POST /x/7 /sign-in', status, 'login_fail');
      judges('GET /login', status, undefined);
      judges('POST /orders', status, undefined);
    }
    judges('POST /login', 404, undefined);
    judges('POST /login /login', 404, 'login_fail');
    judges('POST /login', 200, undefined);
    judges('POST /login', 302, undefined);
    expect(
      fuseOutcome([], factsOfSpan({ ...NOWHERE, statusCode: 401 }, isAuthRoute))?.outcome,
    ).to.equal('challenge');
    expect(fuseOutcome([], factsOfSpan(NOWHERE, isAuthRoute))).to.equal(undefined);
  });

  it('gives at most one outcome whatever is seen, and one that somebody saw', () => {
    const signals = fc.array(
      fc.constantFrom(
        'api success',
        'api failure',
        'library success',
        'library failure',
        'library failure token',
        'library success token',
        'library challenge',
        'library success client',
        'library failure per_request',
      ),
      { maxLength: 6 },
    );
    const facts = fc.record({
      statusCode: fc.constantFrom(undefined, 200, 302, 401, 403, 500),
      isAuthRoute: fc.boolean(),
      grants: fc.boolean(),
      redirectsToLogin: fc.boolean(),
      credential: fc.constantFrom(undefined, 'basic', 'bearer'),
      form: fc.constantFrom(
        undefined,
        'complete' as const,
        'incomplete' as const,
        'client' as const,
      ),
      renews: fc.boolean(),
      isTokenRequest: fc.boolean(),
    });
    fc.assert(
      fc.property(signals, facts, (seen, given) => {
        const fused = fuseOutcome(seen.map(signal), given);
        if (fused === undefined || fused.outcome === 'none') return;
        expect(fused.signals).to.not.have.length(0);
        const isRefused = given.statusCode !== undefined && given.statusCode >= 400;
        if (isRefused && !seen.some((text) => text.startsWith('api'))) {
          expect(fused.event).to.not.equal('security.authn_login_success');
        }
        if (seen.some((text) => text.startsWith('api'))) expect(fused.signals[0]).to.equal('api');
      }),
    );
  });
});
