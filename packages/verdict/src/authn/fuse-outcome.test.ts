/** Every way the observers of one request can agree or not. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { type AuthnFacts, type AuthnSignal, fuseOutcome } from './fuse-outcome.ts';

const QUIET: AuthnFacts = {
  statusCode: 200,
  isAuthRoute: false,
  grants: false,
  redirectsToLogin: false,
  credential: undefined,
  namesUser: false,
};

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
    fuses([], { statusCode: 401, namesUser: true }, 'failure low status login_fail');
    fuses([], { statusCode: 401 }, 'challenge medium status -');
  });

  it('reads the other statuses on login routes only', () => {
    const auth = { isAuthRoute: true };
    fuses([], { statusCode: 399 }, undefined);
    fuses([], { statusCode: 400, ...auth }, 'failure low status login_fail');
    fuses([], { statusCode: 403, ...auth }, 'failure low status login_fail');
    fuses([], { statusCode: 404, ...auth }, undefined);
    fuses([], { statusCode: 500, ...auth }, undefined);
    fuses([], { statusCode: 403 }, undefined);
    fuses([], { statusCode: 200, grants: true }, undefined);
    fuses([], { statusCode: 200, ...auth }, undefined);
    const back = { redirectsToLogin: true, grants: true };
    fuses([], { statusCode: 302, ...auth, ...back }, 'failure low status login_fail');
    fuses([], { statusCode: 303, ...auth, grants: true }, 'success low status login_success');
    fuses([], { statusCode: undefined, ...auth, grants: true }, undefined);
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
      ),
      { maxLength: 6 },
    );
    const facts = fc.record({
      statusCode: fc.constantFrom(undefined, 200, 302, 401, 403, 500),
      isAuthRoute: fc.boolean(),
      grants: fc.boolean(),
      redirectsToLogin: fc.boolean(),
      credential: fc.constantFrom(undefined, 'basic', 'bearer'),
      namesUser: fc.boolean(),
    });
    fc.assert(
      fc.property(signals, facts, (seen, given) => {
        const fused = fuseOutcome(seen.map(signal), given);
        if (fused === undefined || fused.outcome === 'none') return;
        expect(fused.signals).to.not.have.length(0);
        if (seen.some((text) => text.startsWith('api'))) expect(fused.signals[0]).to.equal('api');
      }),
    );
  });
});
