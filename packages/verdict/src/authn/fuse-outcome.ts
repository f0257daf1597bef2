/** Fuses what was seen in one request into one authentication outcome. Pure: facts in, outcome out. */
import type {
  AuthnConfidence,
  AuthnOutcome,
  AuthnSignals,
  SecurityEventName,
} from '@spanguard/conventions';
import {
  EVENT_AUTHN_LOGIN_FAIL,
  EVENT_AUTHN_LOGIN_SUCCESS,
  EVENT_AUTHN_TOKEN_INVALID,
} from '@spanguard/conventions';
import type { AuthnFacts } from './authn-facts.ts';
import { type StatusOpinion, statusOpinion } from './status-opinion.ts';

/**
 * What an attempt proves: a user's login, a credential sent with every request, a token, or that a
 * client (RFC 6749 §2.3) is the one it says, which is nobody's login.
 */
export type AuthnScheme = 'login' | 'per_request' | 'token' | 'client';

/** What one observer says about authentication in this request. */
export interface AuthnSignal {
  /** The application's own call, a password or token check seen where it happened, or a library's verdict. */
  readonly source: 'api' | 'check' | 'library';
  readonly outcome: 'success' | 'failure' | 'challenge';
  readonly scheme: AuthnScheme;
  /** Strategy or method, low-cardinality. */
  readonly method?: string | undefined;
  readonly reason?: string | undefined;
  readonly userId?: string | undefined;
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

/** Explicit API over library over status. `undefined` where nobody saw authentication happen. */
export function fuseOutcome(
  seen: readonly AuthnSignal[],
  facts: AuthnFacts,
): FusedOutcome | undefined {
  const status = statusOpinion(facts);
  const signals = standing(seen, facts);
  const deciding = decide(signals, status, facts);
  if (deciding === undefined) return undefined;
  if (!('source' in deciding)) return fromStatus(deciding);

  const { source, outcome, scheme } = deciding;
  const isPublicTokenFailure =
    source === 'library' && outcome === 'failure' && scheme === 'token' && isAnswered(facts);
  return {
    // A bad token on a route that answers anyway is a bad token, not a failed authentication.
    outcome: isPublicTokenFailure ? 'none' : outcome,
    method: deciding.method ?? status?.method,
    reason: deciding.reason,
    userId: deciding.userId,
    confidence: 'high',
    signals: agreeing(signals, outcome, status?.outcome),
    event: eventOf(deciding),
  };
}

/** The signals that stand beside this answer, a client's credentials called what they are. */
function standing(seen: readonly AuthnSignal[], facts: AuthnFacts): readonly AuthnSignal[] {
  if (seen.length === 0) return seen;
  return seen.flatMap((signal) => {
    if (signal.source === 'api') return [signal];
    if (isContradicted(signal, facts)) return [];
    const isClient = signal.scheme === 'per_request' && facts.isTokenRequest === true;
    return [isClient ? { ...signal, scheme: 'client' as const, userId: undefined } : signal];
  });
}

// A password that was right and refused all the same (locked, no second factor, a wrong tenant) logged
// nobody in; a token that was right may still ask for what is not there or not allowed.
function isContradicted({ outcome, scheme }: AuthnSignal, facts: AuthnFacts): boolean {
  const { statusCode, isAuthRoute, redirectsToLogin } = facts;
  if (statusCode === undefined) return false;
  if (outcome === 'success') {
    if (scheme !== 'login') return statusCode === 401;
    return statusCode >= 400 || (isAuthRoute && redirectsToLogin);
  }
  // Nobody tried, and was answered all the same: there was nothing to authenticate for.
  return outcome === 'challenge' && scheme !== 'login' && statusCode < 300;
}

/** Who decides, by rank; among equals the last. What users do ranks before tokens and clients. */
function decide(
  signals: readonly AuthnSignal[],
  status: StatusOpinion | undefined,
  facts: AuthnFacts,
): AuthnSignal | StatusOpinion | undefined {
  const told = signals.findLast(({ source }) => source === 'api');
  if (told !== undefined) return told;
  const isRefused = facts.statusCode !== undefined && facts.statusCode >= 400;
  const last = (outcome: AuthnSignal['outcome'], ...schemes: AuthnScheme[]) =>
    signals.findLast((signal) => signal.outcome === outcome && schemes.includes(signal.scheme));
  const login = last('success', 'login') ?? last('failure', 'login');
  if (login !== undefined) return login;

  const judged = status?.event === undefined ? undefined : status;
  if (facts.form === 'complete' && facts.isAuthRoute && judged !== undefined) return judged;
  // Several strategies are tried in turn and one is enough; a refusal is told by the one that failed.
  const failed = last('failure', 'per_request', 'client') ?? last('failure', 'token');
  const accepted = last('success', 'per_request', 'token');
  // A strategy that found a field of its form missing knows its form better than we do.
  const untried = last('challenge', 'login');
  return (
    (isRefused ? (failed ?? untried ?? judged ?? accepted) : (accepted ?? failed ?? judged)) ??
    last('success', 'client') ??
    untried ??
    last('challenge', 'per_request', 'token', 'client') ??
    status
  );
}

function isAnswered({ statusCode }: AuthnFacts): boolean {
  return statusCode !== undefined && statusCode < 400;
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
  for (const source of ['api', 'check', 'library'] as const) {
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
