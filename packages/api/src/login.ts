/** The two calls by which an application reports how a login ended. */
import { type LoginReport, withBackend } from './security-backend.ts';

/** A login that succeeded. */
export interface LoginSuccess {
  /** The user who is now authenticated. */
  readonly userId: string;
  /** What authenticated, e.g. `password`, `totp`, `saml`. */
  readonly method?: string;
}

/** A login that failed. */
export interface LoginFailure {
  /** The user the attempt named, whether or not such a user exists. */
  readonly userId?: string;
  /** Why it failed, low-cardinality, e.g. `wrong_password`, `locked`. Never the password. */
  readonly reason?: string;
  /** What was tried, e.g. `password`, `totp`, `saml`. */
  readonly method?: string;
}

/**
 * Reports that the current request's login succeeded. Wins over what libraries and the response
 * status suggest; the last call in a request counts. Does nothing without an SDK; never throws.
 *
 * @example
 * loginSucceeded({ userId: 'u-17', method: 'password' });
 */
export function loginSucceeded(login: LoginSuccess): void {
  report('success', () => ({ userId: login.userId, method: login.method }));
}

/**
 * Reports that the current request's login failed. Wins over what libraries and the response
 * status suggest; the last call in a request counts. Does nothing without an SDK; never throws.
 *
 * @example
 * loginFailed({ userId: 'eve@example.com', reason: 'wrong_password' });
 */
export function loginFailed(login: LoginFailure = {}): void {
  report('failure', () => ({ userId: login.userId, reason: login.reason, method: login.method }));
}

// The fields are read inside the guard: a JavaScript caller may pass nothing at all.
function report(
  outcome: LoginReport['outcome'],
  fields: () => Pick<LoginReport, 'userId' | 'reason' | 'method'>,
): void {
  withBackend((backend) => {
    backend.login({ outcome, ...fields() });
  });
}
