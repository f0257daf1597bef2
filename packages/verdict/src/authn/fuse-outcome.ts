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
  EVENT_AUTHN_PASSWORD_CHANGE_FAIL,
  EVENT_AUTHN_TOKEN_INVALID,
} from '@spanguard/conventions';
import type { AuthnFacts } from './authn-facts.ts';
import type { AuthnScheme, AuthnSignal } from './authn-signal.ts';
import { standingSignals } from './standing-signals.ts';
import { type StatusOpinion, statusOpinion } from './status-opinion.ts';

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

/**
 * The explicit API decides; then what was checked or judged where it happened; then what body, status and
 * headers of the answer say. `undefined` where nobody saw authentication happen.
 */
export function fuseOutcome(
  seen: readonly AuthnSignal[],
  facts: AuthnFacts,
): FusedOutcome | undefined {
  const { signals, wasRight, confirmation } = standingSignals(seen, facts);
  const beside = {
    wasRight,
    hasChecked: wasRight || signals.some(({ scheme }) => scheme === 'login'),
    isAccepted: lastToken(signals)?.outcome === 'success',
  };
  const status = statusOpinion(facts, beside);
  const deciding = decide(signals, status, facts);
  if (confirmation === 'failure' && !isWorthAnEvent(deciding)) {
    const confirmed = failedConfirmation(facts);
    if (confirmed !== undefined) return confirmed;
  }
  if (deciding === undefined) return undefined;
  if (!('source' in deciding)) return fromStatus(deciding);

  const { source, outcome, scheme } = deciding;
  const isPublicTokenFailure =
    source !== 'api' && outcome === 'failure' && scheme === 'token' && isAnswered(facts);
  return {
    // A bad token on a route that answers anyway is a bad token, not a failed authentication.
    outcome: isPublicTokenFailure ? 'none' : outcome,
    method: deciding.method ?? status?.method,
    reason: deciding.reason ?? status?.reason,
    userId: deciding.userId,
    confidence: 'high',
    signals: agreeing(signals, outcome, status),
    event: eventOf(deciding),
  };
}

function isWorthAnEvent(deciding: AuthnSignal | StatusOpinion | undefined): boolean {
  if (deciding === undefined) return false;
  return ('source' in deciding ? eventOf(deciding) : deciding.event) !== undefined;
}

/**
 * A password that was asked for again and was wrong refuses the request, and is told where a new one was
 * to be chosen: elsewhere, a pin beside an order for example, there is no word for it.
 */
function failedConfirmation(facts: AuthnFacts): FusedOutcome | undefined {
  const { form, redirectsToLogin, saysNo, statusCode = 0 } = facts;
  const isRefused = statusCode >= 400 || redirectsToLogin || saysNo === true;
  if (!isRefused || statusCode >= 500) return undefined;
  return {
    outcome: 'failure',
    method: undefined,
    reason: undefined,
    userId: undefined,
    confidence: 'high',
    signals: ['check'],
    event: form === 'password_change' ? EVENT_AUTHN_PASSWORD_CHANGE_FAIL : undefined,
  };
}

/**
 * Who decides: a login before tokens and clients. Of several checks, or several strategies, one that
 * succeeded is enough; a library knows more than the check it made.
 */
function decide(
  signals: readonly AuthnSignal[],
  status: StatusOpinion | undefined,
  facts: AuthnFacts,
): AuthnSignal | StatusOpinion | undefined {
  const told = signals.findLast(({ source }) => source === 'api');
  if (told !== undefined) return told;
  const login = loginAmong(signals, 'library') ?? loginAmong(signals, 'check');
  if (login !== undefined) return login;

  const isRefused = facts.statusCode !== undefined && facts.statusCode >= 400;
  const judged = status?.event === undefined ? undefined : status;
  if (facts.form === 'complete' && facts.isAuthRoute && judged !== undefined) return judged;
  const last = (outcome: AuthnSignal['outcome'], ...schemes: AuthnScheme[]) =>
    signals.findLast((signal) => signal.outcome === outcome && schemes.includes(signal.scheme));
  // Several strategies are tried in turn and one is enough; a refusal is told by the one that failed. Several
  // keys are tried with a token in turn, and the last one tells.
  const token = lastToken(signals);
  const failed =
    last('failure', 'per_request', 'client') ?? (token?.outcome === 'failure' ? token : undefined);
  const accepted = last('success', 'per_request', 'token');
  // A strategy that found a field of its form missing knows its form better than we do.
  const untried = last('challenge', 'login');
  return (
    (isRefused
      ? (failed ?? untried ?? judged ?? accepted)
      : (accepted ?? failed ?? last('failure', 'token') ?? judged)) ??
    last('success', 'client') ??
    untried ??
    last('challenge', 'per_request', 'token', 'client') ??
    status
  );
}

function loginAmong(
  signals: readonly AuthnSignal[],
  source: AuthnSignal['source'],
): AuthnSignal | undefined {
  const logins = signals.filter((signal) => signal.source === source && signal.scheme === 'login');
  return (
    logins.findLast(({ outcome }) => outcome === 'success') ??
    logins.findLast(({ outcome }) => outcome === 'failure')
  );
}

function lastToken(signals: readonly AuthnSignal[]): AuthnSignal | undefined {
  return signals.findLast(({ scheme, outcome }) => scheme === 'token' && outcome !== 'challenge');
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
  status: StatusOpinion | undefined,
): AuthnSignals[] {
  const signals: AuthnSignals[] = [];
  for (const source of ['api', 'check', 'library'] as const) {
    if (seen.some((signal) => signal.source === source && signal.outcome === outcome)) {
      signals.push(source);
    }
  }
  if (status?.outcome === outcome) signals.push(...status.signals);
  return signals;
}

function fromStatus(opinion: StatusOpinion): FusedOutcome {
  const { outcome, confidence, method, reason, event, signals } = opinion;
  return { outcome, method, reason, userId: undefined, confidence, signals: [...signals], event };
}
