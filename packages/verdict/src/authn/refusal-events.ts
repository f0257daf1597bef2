/** The events a refusing status is worth beside the outcome of authentication. */
import type { AuthnOutcome, SecurityEventName } from '@spanguard/conventions';
import {
  EVENT_AUTHZ_FAIL,
  EVENT_EXCESS_RATE_LIMIT_EXCEEDED,
  EVENT_INPUT_VALIDATION_FAIL,
} from '@spanguard/conventions';

/** What was seen of a refusal. */
export interface Refusal {
  readonly statusCode: number | undefined;
  /** The outcome of authentication in this request, if there was one. */
  readonly outcome: AuthnOutcome | undefined;
  /** The application said itself that it denied access. */
  readonly accessDenied?: boolean | undefined;
}

/**
 * A failed login is not refused input and no denied access as well: each refusal is told once. A token that
 * was refused on a route that answers anyway (`none`) refuses nothing.
 */
export function refusalEvents(refusal: Refusal): SecurityEventName[] {
  const { statusCode, outcome, accessDenied = false } = refusal;
  const isFailedLogin = outcome === 'failure';
  const events: SecurityEventName[] = [];
  if (accessDenied || (statusCode === 403 && !isFailedLogin)) events.push(EVENT_AUTHZ_FAIL);
  if (statusCode === 429) events.push(EVENT_EXCESS_RATE_LIMIT_EXCEEDED);
  if ((statusCode === 400 || statusCode === 422) && !isFailedLogin) {
    events.push(EVENT_INPUT_VALIDATION_FAIL);
  }
  return events;
}
