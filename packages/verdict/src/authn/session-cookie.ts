/** Tells cookies that carry a login from those that carry a message, a language or a form's guard. */

const cookieCharsMax = 4096;
const cookiesMax = 64;

// Not a list of all names there are: a login whose cookie is called otherwise is told by libraries.
const CARRIES_LOGIN =
  /(?:^|[^a-z])(?:s?sid|jsessionid|phpsessid|asp\.net[\w.]*|connect\.sid|jwt|sso|uid)(?:$|[^a-z])|sess|auth|token|remember|login|log-?in|signed|identity/iu;
const CARRIES_NO_LOGIN =
  /^_(?:hj|ga|gid|fb|gcl)|^(?:amp|mp|ajs)_|csrf|xsrf|flash|message|notice|alert|error|consent|locale|lang|theme|return|redirect|next|state|nonce|pre[-_]?auth/iu;

/** Whether a cookie of this name carries a login, as names go. */
export function isSessionCookie(name: string): boolean {
  const head = name.slice(0, 128);
  return CARRIES_LOGIN.test(head) && !CARRIES_NO_LOGIN.test(head);
}

/** Whether `Set-Cookie` gives the client a session or a token; taking one away is no gift. */
export function givesSession(setCookie: unknown): boolean {
  const lines: readonly unknown[] = Array.isArray(setCookie) ? setCookie : [setCookie];
  return lines.slice(0, cookiesMax).some((line) => typeof line === 'string' && gives(line));
}

/** Whether a request's `Cookie` header carries a session or a token. */
export function carriesSession(cookie: unknown): boolean {
  return sessionIn(cookie) !== undefined;
}

/** The session or token that a request's `Cookie` header carries, the first of several. It is a secret. */
export function sessionIn(cookie: unknown): string | undefined {
  if (typeof cookie !== 'string') return undefined;
  const pairs = cookie.slice(0, cookieCharsMax).split(';', cookiesMax);
  const found = pairs.find((pair) => isSessionCookie(nameOf(pair)) && !isEmpty(pair));
  return found?.slice(found.indexOf('=') + 1).trim();
}

function gives(line: string): boolean {
  const [pair = '', ...attributes] = line.slice(0, cookieCharsMax).split(';', cookiesMax);
  if (!isSessionCookie(nameOf(pair)) || isEmpty(pair)) return false;
  // How servers delete a cookie: no age left, or an end at the beginning of time.
  return !attributes.some((text) =>
    /^\s*(?:max-age=(?:0|-\d+)|expires=[^;]*\b19[67]\d)\b/iu.test(text),
  );
}

function nameOf(pair: string): string {
  const equals = pair.indexOf('=');
  return (equals === -1 ? '' : pair.slice(0, equals)).trim();
}

function isEmpty(pair: string): boolean {
  const value = pair.slice(pair.indexOf('=') + 1).trim();
  return value === '' || value === '""' || /^(?:deleted|j:null)$/iu.test(value);
}
