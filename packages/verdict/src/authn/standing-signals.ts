/** Which of the signals of a request stand beside its answer, and what each of them is a signal of. */
import type { AuthnFacts } from './authn-facts.ts';
import type { AuthnSignal } from './authn-signal.ts';

/** The signals of a request, each called what it is. */
export interface StandingSignals {
  readonly signals: readonly AuthnSignal[];
  /** A password was right, and its request refused all the same. */
  readonly wasRight: boolean;
  /** A password was checked that was no login: the old one beside a new one, a pin to confirm an order. */
  readonly confirmation: 'success' | 'failure' | undefined;
}

/** Drops what the answer contradicts, and calls clients, tokens and passwords of every request by their name. */
export function standingSignals(seen: readonly AuthnSignal[], facts: AuthnFacts): StandingSignals {
  const signals: AuthnSignal[] = [];
  let wasRight = false;
  let confirmation: StandingSignals['confirmation'];
  for (const raw of seen) {
    const signal = raw.source === 'check' ? ofCheck(raw, facts) : ofLibrary(raw, facts);
    if (signal === undefined) {
      // Of several, one that was right is enough.
      if (raw.source === 'check' && raw.outcome !== 'challenge' && confirmation !== 'success')
        confirmation = raw.outcome;
    } else if (signal.source !== 'api' && isContradicted(signal, facts)) {
      wasRight ||= signal.outcome === 'success' && signal.scheme === 'login';
    } else signals.push(signal);
  }
  return { signals, wasRight, confirmation };
}

// A check knows a password, not what it was asked for: that is for the request to say.
function ofCheck(signal: AuthnSignal, facts: AuthnFacts): AuthnSignal | undefined {
  if (signal.scheme !== 'login') return signal;
  const { credential, form, isAuthRoute, isTokenRequest, renews } = facts;
  switch (form) {
    case 'complete':
      // A token endpoint asks the client for its secret first; only the user's password is a login, and a
      // right one of either kind is outdone by a wrong one, since the answer is a refusal then.
      return signal;
    case 'client':
      return { ...signal, scheme: 'client', userId: undefined };
    case 'refresh':
      return { ...signal, scheme: 'token', userId: undefined };
    case 'account':
    case 'password_change':
      return undefined;
    case 'incomplete':
      // Compared with nothing. Where it was right all the same, our reading of the form was wrong.
      if (signal.outcome === 'failure') return undefined;
      break;
    case undefined:
  }
  if (credential === 'basic' || credential === 'digest') {
    if (isTokenRequest === true) return { ...signal, scheme: 'client', userId: undefined };
    return isAuthRoute ? signal : { ...signal, scheme: 'per_request' };
  }
  if (isAuthRoute && !(renews === true && form === undefined)) return signal;
  // The secret of a key or an opaque token, kept as one keeps passwords.
  if (credential !== undefined && facts.knowsUser !== true && form === undefined) {
    return isAuthRoute ? undefined : { ...signal, scheme: 'token', userId: undefined };
  }
  return undefined;
}

function ofLibrary(signal: AuthnSignal, facts: AuthnFacts): AuthnSignal | undefined {
  if (signal.source === 'api') return signal;
  if (signal.scheme === 'per_request' && facts.isTokenRequest === true) {
    return { ...signal, scheme: 'client', userId: undefined };
  }
  // Some make accounts by a strategy as well; "this name is taken" is no failed login.
  const isAccount = facts.form === 'account' && !facts.isAuthRoute;
  return isAccount && signal.scheme !== 'token' ? undefined : signal;
}

// A password that was right and refused all the same (locked, no second factor, a wrong tenant) logged
// nobody in; a token that was right may still ask for what is not there or not allowed.
function isContradicted({ outcome, scheme }: AuthnSignal, facts: AuthnFacts): boolean {
  const { statusCode, isAuthRoute, form, redirectsToLogin, saysNo, asksMore } = facts;
  if (statusCode === undefined) return false;
  if (outcome === 'success') {
    if (scheme === 'token') return false;
    if (scheme !== 'login') return statusCode === 401;
    const isLogin = isAuthRoute || form === 'complete';
    const isNo = redirectsToLogin || saysNo === true || asksMore === true;
    return statusCode >= 400 || (isLogin && isNo);
  }
  // Nobody tried, and was answered all the same: there was nothing to authenticate for.
  return outcome === 'challenge' && scheme !== 'login' && statusCode < 300;
}
