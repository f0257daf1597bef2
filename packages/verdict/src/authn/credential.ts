/** What credential a request carries, by its headers: the kind only, never the value. */

const KNOWN_SCHEMES = new Set([
  'basic',
  'bearer',
  'digest',
  'dpop',
  'hoba',
  'mutual',
  'negotiate',
  'ntlm',
  'apikey',
  'token',
  'hawk',
  'aws4-hmac-sha256',
]);
// A key or an opaque token in a header of its own. Guards of forms, pages and idempotency are none.
const API_KEY_HEADER =
  /^(?:x-)?(?:[a-z\d]+-){0,2}(?:api-?key|(?:access|auth|api|session|user|private|client|service|admin|id)?-?token|session|auth|authorization|apikey)$/u;
const NO_API_KEY = /csrf|xsrf|page|cursor|idempot|continuation|upload|device|push|captcha|proxy/u;
const headersMax = 128;

/** Request headers as `node:http` gives them. */
export interface CredentialHeaders {
  readonly [name: string]: string | readonly string[] | undefined;
}

/** `Authorization`'s scheme in lower case (`other` where unknown), `api_key`, or nothing. */
export function credentialIn(headers: CredentialHeaders): string | undefined {
  const authorization = headers['authorization'];
  if (typeof authorization === 'string' && authorization !== '') return schemeOf(authorization);
  return Object.keys(headers).slice(0, headersMax).some(isApiKeyHeader) ? 'api_key' : undefined;
}

function isApiKeyHeader(name: string): boolean {
  // Nine headers in ten do not end like one, which is cheaper to see than what they are.
  const last = name.at(-1);
  if (last !== 'y' && last !== 'n' && last !== 'h') return false;
  return API_KEY_HEADER.test(name) && !NO_API_KEY.test(name);
}

/** The first scheme of an `Authorization` or `WWW-Authenticate` value, low-cardinality. */
export function schemeOf(header: string): string {
  const scheme = /^[\w-]{1,24}/u.exec(header)?.[0].toLowerCase() ?? '';
  return KNOWN_SCHEMES.has(scheme) ? scheme : 'other';
}
