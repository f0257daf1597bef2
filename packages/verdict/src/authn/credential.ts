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
const API_KEY_HEADERS = ['x-api-key', 'api-key', 'apikey', 'x-auth-token', 'x-access-token'];

/** Request headers as `node:http` gives them. */
export interface CredentialHeaders {
  readonly [name: string]: string | readonly string[] | undefined;
}

/** `Authorization`'s scheme in lower case (`other` where unknown), `api_key`, or nothing. */
export function credentialIn(headers: CredentialHeaders): string | undefined {
  const authorization = headers['authorization'];
  if (typeof authorization === 'string' && authorization !== '') return schemeOf(authorization);
  const hasApiKey = API_KEY_HEADERS.some((name) => headers[name] !== undefined);
  return hasApiKey ? 'api_key' : undefined;
}

/** The first scheme of an `Authorization` or `WWW-Authenticate` value, low-cardinality. */
export function schemeOf(header: string): string {
  const scheme = /^[\w-]{1,24}/u.exec(header)?.[0].toLowerCase() ?? '';
  return KNOWN_SCHEMES.has(scheme) ? scheme : 'other';
}
