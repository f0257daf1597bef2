/** Fuses what was seen in one request into one authentication outcome. Pure: facts in, outcome out. */
import {
  type AuthnConfidence,
  type AuthnOutcome,
  type AuthnSignals,
  EVENT_AUTHN_LOGIN_FAIL,
  EVENT_AUTHN_LOGIN_SUCCESS,
  EVENT_AUTHN_TOKEN_INVALID,
  type SecurityEventName,
} from '@spanguard/conventions';

/** What an attempt proves: a login, a credential sent with every request, or a token. */
export type AuthnScheme = 'login' | 'per_request' | 'token';

/** What one observer says about authentication in this request. */
export interface AuthnSignal {
  readonly source: 'api' | 'library';
  readonly outcome: 'success' | 'failure' | 'challenge';
  readonly scheme: AuthnScheme;
  /** Strategy or method, low-cardinality. */
  readonly method?: string | undefined;
  readonly reason?: string | undefined;
  readonly userId?: string | undefined;
}

/** What request and response show without any library's help. */
export interface AuthnFacts {
  /** Absent when the response never began. */
  readonly statusCode: number | undefined;
  /** A POST to a route or path that is a login by name. */
  readonly isAuthRoute: boolean;
  /** The response sets a cookie or returns a token. */
  readonly grants: boolean;
  /** The response redirects to another login page, or back to this one. */
  readonly redirectsToLogin: boolean;
  /** From `credentialIn`: `basic`, `bearer`, `api_key`, ... */
  readonly credential: string | undefined;
  /** The body names a user and carries a password or the like. */
  readonly namesUser: boolean;
}

/** The one outcome of a request. */
export interface FusedOutcome {
  readonly outcome: AuthnOutcome;
  readonly method: string | undefined;
  readonly reason: string | undefined;
  readonly userId: string | undefined;
  readonly confidence: AuthnConfidence;
  /** The observers that agreed, strongest first. */
  readonly signals: AuthnSignals[];
  /** The event it is worth, if any: a token accepted on every request is worth none. */
  readonly event: SecurityEventName | undefined;
}

interface StatusOpinion {
  readonly outcome: 'success' | 'failure' | 'challenge';
  readonly confidence: AuthnConfidence;
  readonly method: string | undefined;
  readonly event: SecurityEventName | undefined;
}

/** Explicit API over library over status. `undefined` where nobody saw authentication happen. */
export function fuseOutcome(
  seen: readonly AuthnSignal[],
  facts: AuthnFacts,
): FusedOutcome | undefined {
  const status = statusOpinion(facts);
  const deciding = decidingSignal(seen);
  if (deciding === undefined) return status && fromStatus(status);

  const isAnswered = facts.statusCode !== undefined && facts.statusCode < 400;
  const isPublicTokenFailure =
    deciding.source === 'library' &&
    deciding.outcome === 'failure' &&
    deciding.scheme === 'token' &&
    isAnswered;
  return {
    // A bad token on a route that answers anyway is a bad token, not a failed authentication.
    outcome: isPublicTokenFailure ? 'none' : deciding.outcome,
    method: deciding.method ?? status?.method,
    reason: deciding.reason,
    userId: deciding.userId,
    confidence: 'high',
    signals: agreeing(seen, deciding.outcome, status?.outcome),
    event: eventOf(deciding),
  };
}

function decidingSignal(seen: readonly AuthnSignal[]): AuthnSignal | undefined {
  const told = seen.findLast(({ source }) => source === 'api');
  if (told !== undefined) return told;
  // Several strategies may be tried in turn: one that succeeds is enough, and a login that failed
  // tells more than the token that was not there.
  return (
    seen.findLast(({ outcome }) => outcome === 'success') ??
    seen.findLast(({ outcome, scheme }) => outcome === 'failure' && scheme !== 'token') ??
    seen.findLast(({ outcome }) => outcome === 'failure') ??
    seen.at(-1)
  );
}

function eventOf({ outcome, scheme }: AuthnSignal): SecurityEventName | undefined {
  if (outcome === 'challenge') return undefined;
  if (outcome === 'success') return scheme === 'login' ? EVENT_AUTHN_LOGIN_SUCCESS : undefined;
  return scheme === 'token' ? EVENT_AUTHN_TOKEN_INVALID : EVENT_AUTHN_LOGIN_FAIL;
}

function agreeing(
  seen: readonly AuthnSignal[],
  outcome: AuthnSignal['outcome'],
  statusOutcome: StatusOpinion['outcome'] | undefined,
): AuthnSignals[] {
  const signals: AuthnSignals[] = [];
  for (const source of ['api', 'library'] as const) {
    if (seen.some((signal) => signal.source === source && signal.outcome === outcome)) {
      signals.push(source);
    }
  }
  if (statusOutcome === outcome) signals.push('status');
  return signals;
}

function fromStatus({ outcome, confidence, method, event }: StatusOpinion): FusedOutcome {
  const signals: AuthnSignals[] = ['status'];
  return { outcome, method, reason: undefined, userId: undefined, confidence, signals, event };
}

function statusOpinion(facts: AuthnFacts): StatusOpinion | undefined {
  const { statusCode, isAuthRoute, credential } = facts;
  if (statusCode === undefined) return undefined;
  if (statusCode === 401) return unauthorized(facts);
  if (!isAuthRoute) return undefined;
  if (statusCode >= 400 && statusCode <= 403) {
    return loginFailure('low', credential);
  }
  if (statusCode >= 300 && statusCode < 400 && facts.redirectsToLogin) {
    return loginFailure('low', credential);
  }
  if (statusCode >= 200 && statusCode < 400 && facts.grants) {
    return {
      outcome: 'success',
      confidence: 'low',
      method: credential,
      event: EVENT_AUTHN_LOGIN_SUCCESS,
    };
  }
  return undefined;
}

function unauthorized(facts: AuthnFacts): StatusOpinion {
  const { isAuthRoute, credential, namesUser } = facts;
  if (isAuthRoute || credential === 'basic' || credential === 'digest') {
    return loginFailure('medium', credential);
  }
  if (credential !== undefined) {
    return {
      outcome: 'failure',
      confidence: 'medium',
      method: credential,
      event: EVENT_AUTHN_TOKEN_INVALID,
    };
  }
  if (namesUser) return loginFailure('low', undefined);
  // Nobody tried to log in: an expired session or a first visit. Counting it would drown attacks.
  return { outcome: 'challenge', confidence: 'medium', method: undefined, event: undefined };
}

function loginFailure(confidence: AuthnConfidence, method: string | undefined): StatusOpinion {
  return { outcome: 'failure', confidence, method, event: EVENT_AUTHN_LOGIN_FAIL };
}
