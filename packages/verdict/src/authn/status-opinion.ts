/** What status, body and cookies alone say about a login. The weakest observer, and often the only one. */
import type { AuthnConfidence, AuthnSignals, SecurityEventName } from '@spanguard/conventions';
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
  readonly reason?: string | undefined;
  readonly event: SecurityEventName | undefined;
  /** Where it was read. */
  readonly signals: AuthnSignals[];
}

/** What others saw of the request that its answer is read by. */
export interface SeenBeside {
  /** A password was checked for somebody who tried to log in. */
  readonly hasChecked: boolean;
  /** It was right, and the request refused all the same. */
  readonly wasRight: boolean;
  /** A token or key was accepted. */
  readonly isAccepted: boolean;
}

const STATUS: AuthnSignals[] = ['status'];
const BODY: AuthnSignals[] = ['body'];

/** `undefined` where the answer says nothing about authentication. */
export function statusOpinion(facts: AuthnFacts, beside: SeenBeside): StatusOpinion | undefined {
  const { statusCode, isAuthRoute, form } = facts;
  if (statusCode === undefined) return undefined;
  if (form === 'refresh') return refreshed(facts, statusCode);
  if (statusCode === 401) return unauthorized(facts, beside);
  if (form === 'account' || form === 'password_change' || form === 'client') return undefined;
  const isLogin = isAuthRoute || (form === 'complete' && beside.hasChecked);
  if (!isLogin) return elsewhere(facts, statusCode, beside);
  return statusCode >= 400 ? refused(facts, statusCode, beside) : answered(facts, beside);
}

function refreshed(facts: AuthnFacts, statusCode: number): StatusOpinion | undefined {
  const isRefused = statusCode === 400 || statusCode === 401 || statusCode === 403;
  return isRefused ? invalidToken('medium', facts.credential) : undefined;
}

function unauthorized(facts: AuthnFacts, beside: SeenBeside): StatusOpinion | undefined {
  const { isAuthRoute, credential, form, knowsUser, renews } = facts;
  const isPassword = credential === 'basic' || credential === 'digest';
  const isToken = credential !== undefined && !isPassword;
  // Where tokens are made and renewed too, what came along was refused, unless somebody typed a password.
  const isLogin = isAuthRoute && !(isToken && renews === true && form !== 'complete');
  if (isLogin || isPassword) {
    return isUntried(facts) ? undefined : loginFailure('medium', facts, beside);
  }
  if (form === 'complete' && beside.hasChecked) return loginFailure('medium', facts, beside);
  // Known, and refused all the same: there was no right to it.
  if (beside.isAccepted || knowsUser === true) return undefined;
  // Whether the token was wrong or the old password is not for us to say.
  if (isToken) return form === 'password_change' ? undefined : invalidToken('medium', credential);
  if (form === 'complete') return loginFailure('low', facts, beside);
  // Nobody tried to log in: an expired session or a first visit. Counting it would drown attacks.
  return { ...opinion('challenge', 'medium', undefined), event: undefined };
}

// A form with a field missing or refused by a validator is refused input; nobody looked at a password.
function isUntried({ form, refusedInput }: AuthnFacts): boolean {
  return form === 'incomplete' || refusedInput === true;
}

// A filled form, or one nobody saw, is a failed login.
function refused(
  facts: AuthnFacts,
  statusCode: number,
  beside: SeenBeside,
): StatusOpinion | undefined {
  if (isUntried(facts)) return undefined;
  switch (statusCode) {
    case 400:
    case 403:
    case 422:
    case 423:
      return loginFailure('low', facts, beside);
    case 404:
      // "No such user", where somebody answers for logins at all.
      return facts.form === 'complete' || facts.isRouted === true
        ? loginFailure('low', facts, beside)
        : undefined;
    default:
      return undefined;
  }
}

function answered(facts: AuthnFacts, beside: SeenBeside): StatusOpinion | undefined {
  const { form, grants, leadsOn, redirectsToLogin, renews, saysNo } = facts;
  if (redirectsToLogin || saysNo === true) {
    if (isUntried(facts)) return undefined;
    const failure = loginFailure('low', facts, beside);
    return redirectsToLogin ? failure : { ...failure, signals: BODY };
  }
  if (facts.asksMore === true) return undefined;
  // A token endpoint that answers a user's password gives a token, whether or not anybody saw it (RFC 6749 §5.1).
  const isIssued = facts.isTokenRequest === true && form === 'complete';
  const isGranted = isIssued || (grants && (form === 'complete' || renews !== true));
  const isLedOn = leadsOn === true && form === 'complete';
  return isGranted || isLedOn ? loginSuccess(facts) : undefined;
}

function elsewhere(
  facts: AuthnFacts,
  statusCode: number,
  beside: SeenBeside,
): StatusOpinion | undefined {
  const { credential, form, grants, knowsUser, renews } = facts;
  const isOpen = knowsUser !== true && !beside.isAccepted;
  if (statusCode === 403 && credential === 'api_key' && isOpen && facts.deniesRight !== true) {
    return form === 'complete' ? undefined : invalidToken('low', credential);
  }
  // 201: what was made there is no session, or the place would be called so.
  const isGranted = grants && statusCode < 400 && statusCode !== 201;
  const isLogin = form === 'complete' && renews !== true && credential === undefined;
  return isGranted && isLogin && facts.saysNo !== true ? loginSuccess(facts) : undefined;
}

function loginSuccess({ credential }: AuthnFacts): StatusOpinion {
  return { ...opinion('success', 'low', credential), event: EVENT_AUTHN_LOGIN_SUCCESS };
}

function loginFailure(
  confidence: AuthnConfidence,
  { credential, statusCode }: AuthnFacts,
  { wasRight }: SeenBeside,
): StatusOpinion {
  const locked = statusCode === 423 ? 'account_locked' : undefined;
  const reason = locked ?? (wasRight ? 'refused_despite_password' : undefined);
  const judged = opinion('failure', confidence, credential);
  return { ...judged, reason, event: EVENT_AUTHN_LOGIN_FAIL };
}

function invalidToken(confidence: AuthnConfidence, method: string | undefined): StatusOpinion {
  return { ...opinion('failure', confidence, method), event: EVENT_AUTHN_TOKEN_INVALID };
}

function opinion(
  outcome: StatusOpinion['outcome'],
  confidence: AuthnConfidence,
  method: string | undefined,
): Omit<StatusOpinion, 'event'> {
  return { outcome, confidence, method, signals: STATUS };
}
