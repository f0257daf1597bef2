/** Recognises routes where people log in, for applications that say nothing of it themselves. */

const LOGIN_WORDS: ReadonlySet<string> = new Set([
  ...['login', 'log-in', 'log_in', 'signin', 'sign-in', 'sign_in', 'logon', 'session', 'sessions'],
  ...['authenticate', 'auth', 'token', 'oauth', 'connect'],
]);

/** Whether the last or next to last part of a route or path is a word for logging in. */
export function isLoginRoute(route: string): boolean {
  const parts = (route.split('?', 1)[0] ?? '').toLowerCase().split('/');
  return parts.slice(-2).some((part) => LOGIN_WORDS.has(part));
}
