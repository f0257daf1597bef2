/** What status, body and cookies alone say about a login. The weakest observer, and often the only one. */
import type { AuthnConfidence, SecurityEventName } from '@spanguard/conventions';
import {
  EVENT_AUTHN_LOGIN_FAIL,
  EVENT_AUTHN_LOGIN_SUCCESS,
  EVENT_AUTHN_TOKEN_INVALID,
} from '@spanguard/conventions';
import type { AuthnFacts } from './authn-facts.ts';

/** What the answer of a request means for authentication. */
export interface StatusOpinion {
  readonly outcome: 'success' | 'failure' | 'challenge';
  readonly confidence: AuthnConfidence;
  readonly method: string | undefined;
  readonly event: SecurityEventName | undefined;
}

/** `undefined` where the answer says nothing about authentication. */
export function statusOpinion(facts: AuthnFacts): StatusOpinion | undefined {
  const { statusCode, isAuthRoute, form } = facts;
  if (statusCode === undefined) return undefined;
  if (form === 'refresh') return refreshed(facts, statusCode);
  if (statusCode === 401) return unauthorized(facts);
  if (!isAuthRoute || form === 'client') return undefined;
  return statusCode >= 400 ? refused(facts, statusCode) : answered(facts);
}

function refreshed(facts: AuthnFacts, statusCode: number): StatusOpinion | undefined {
  const isRefused = statusCode === 400 || statusCode === 401 || statusCode === 403;
  return isRefused ? invalidToken('medium', facts.credential) : undefined;
}

function unauthorized(facts: AuthnFacts): StatusOpinion {
  const { isAuthRoute, credential, form } = facts;
  if (isAuthRoute || credential === 'basic' || credential === 'digest') {
    return loginFailure('medium', credential);
  }
  if (credential !== undefined) return invalidToken('medium', credential);
  if (form === 'complete') return loginFailure('low', undefined);
  // Nobody tried to log in: an expired session or a first visit. Counting it would drown attacks.
  return { outcome: 'challenge', confidence: 'medium', method: undefined, event: undefined };
}

// A form with a field missing is refused input; a filled one, or one nobody saw, a failed login.
function refused(facts: AuthnFacts, statusCode: number): StatusOpinion | undefined {
  const { form, credential, isRouted } = facts;
  if (form === 'incomplete') return undefined;
  switch (statusCode) {
    case 400:
    case 403:
    case 422:
    case 423:
      return loginFailure('low', credential);
    case 404:
      // "No such user", where somebody answers for logins at all.
      return form === 'complete' || isRouted === true ? loginFailure('low', credential) : undefined;
    default:
      return undefined;
  }
}

function answered(facts: AuthnFacts): StatusOpinion | undefined {
  const { form, credential, grants, leadsOn, redirectsToLogin, renews } = facts;
  if (redirectsToLogin) return form === 'incomplete' ? undefined : loginFailure('low', credential);
  // A token endpoint that answers a user's password gives a token, whether or not anybody saw it (RFC 6749 §5.1).
  const isIssued = facts.isTokenRequest === true && form === 'complete';
  const isGranted = isIssued || (grants && (form === 'complete' || renews !== true));
  const isLedOn = leadsOn === true && form === 'complete';
  if (!isGranted && !isLedOn) return undefined;
  return {
    outcome: 'success',
    confidence: 'low',
    method: credential,
    event: EVENT_AUTHN_LOGIN_SUCCESS,
  };
}

function loginFailure(confidence: AuthnConfidence, method: string | undefined): StatusOpinion {
  return { outcome: 'failure', confidence, method, event: EVENT_AUTHN_LOGIN_FAIL };
}

function invalidToken(confidence: AuthnConfidence, method: string | undefined): StatusOpinion {
  return { outcome: 'failure', confidence, method, event: EVENT_AUTHN_TOKEN_INVALID };
}
