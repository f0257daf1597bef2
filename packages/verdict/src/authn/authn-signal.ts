/** What one observer saw of authentication in one request. */

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
