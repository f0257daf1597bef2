/** The events a refusing status is worth beside the outcome of authentication. */
import type { AuthnOutcome, SecurityEventName } from '@spanguard/conventions';
import {
  EVENT_AUTHZ_FAIL,
  EVENT_EXCESS_RATE_LIMIT_EXCEEDED,
  EVENT_INPUT_VALIDATION_FAIL,
} from '@spanguard/conventions';
import type { LoginForm } from './login-form.ts';

/** What was seen of a refusal. */
export interface Refusal {
  readonly statusCode: number | undefined;
  /** The outcome of authentication in this request, if there was one. */
  readonly outcome: AuthnOutcome | undefined;
  /** The application said itself that it denied access. */
  readonly accessDenied?: boolean | undefined;
  /** The application knows the user of the request, by an earlier login. */
  readonly knowsUser?: boolean | undefined;
  /** What the body tries. */
  readonly form?: LoginForm | undefined;
  /** As the facts have it: it went where people log in. */
  readonly isAuthRoute?: boolean | undefined;
  /** A validator refused the input. */
  readonly refusedInput?: boolean | undefined;
}

/**
 * A failed login is not refused input and no denied access as well: each refusal is told once. A token that
 * was refused on a route that answers anyway (`none`) refuses nothing.
 */
export function refusalEvents(refusal: Refusal): SecurityEventName[] {
  const { statusCode, outcome, accessDenied = false } = refusal;
  const isFailure = outcome === 'failure';
  const isInput = !isFailure && isRefusedInput(refusal);
  const events: SecurityEventName[] = [];
  if (accessDenied || (!isFailure && !isInput && isDenied(refusal))) events.push(EVENT_AUTHZ_FAIL);
  if (statusCode === 429) events.push(EVENT_EXCESS_RATE_LIMIT_EXCEEDED);
  if (isInput) events.push(EVENT_INPUT_VALIDATION_FAIL);
  return events;
}

// Some answer 401 where a role is missing: whoever is known by then was not asked who they are.
function isDenied({ statusCode, outcome, knowsUser, form }: Refusal): boolean {
  if (statusCode === 403) return true;
  if (statusCode !== 401 || form === 'password_change') return false;
  return outcome === 'success' || (outcome === undefined && knowsUser === true);
}

function isRefusedInput(refusal: Refusal): boolean {
  const { statusCode = 0, form, isAuthRoute = false, refusedInput = false } = refusal;
  if (statusCode === 400 || statusCode === 422) return true;
  if (form === 'account' && statusCode === 409) return true;
  const isLoginRefusal = isAuthRoute && [401, 403, 404].includes(statusCode);
  if (isLoginRefusal && (form === 'incomplete' || refusedInput)) return true;
  return refusedInput && [302, 303, 409, 413, 415, 500].includes(statusCode);
}
