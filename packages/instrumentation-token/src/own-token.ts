/** Whether a token is the one its request came with. Compares, and keeps nothing. */
import type { RequestSecurity } from '@spanguard/instrumentation';

const tokenCharsMax = 16_384;
const headersMax = 128;
const schemeCharsMax = 24;

// What comes with a request and is another's business: the token for the next token, of a form, of a mail.
const OTHER_TOKEN =
  /refresh|csrf|xsrf|id[-_]?token|state|nonce|pkce|verif|confirm|reset|invit|remember/iu;
const QUERY_TOKEN = /[?&](?:access_token|auth_token|jwt)=([^&#]*)/giu;
const targetCharsMax = 32_768;

/**
 * Whether `token` came as a credential of the request: in a header (with or without a scheme before it), a cookie,
 * or the query's `access_token` (RFC 6750).
 */
export function isOwnToken(token: string, { start }: RequestSecurity): boolean {
  if (token === '' || token.length > tokenCharsMax) return false;
  const { authorization } = start.headers;
  // Where nearly all tokens come; the other headers are not looked at then.
  if (typeof authorization === 'string' && isHeaderValue(token, authorization)) return true;
  let seen = 0;
  for (const name in start.headers) {
    if ((seen += 1) > headersMax) break;
    const value = start.headers[name];
    if (typeof value !== 'string' || value.length < token.length) continue;
    if (name === 'cookie') {
      if (isInCookie(token, value)) return true;
    } else if (isHeaderValue(token, value) && !OTHER_TOKEN.test(name)) return true;
  }
  return isInQuery(token, start.rawTarget);
}

// `Bearer x`, `JWT x`, `x`: what stands before the token is one word.
function isHeaderValue(token: string, value: string): boolean {
  if (value === token) return true;
  const space = value.indexOf(' ');
  return space !== -1 && space <= schemeCharsMax && value.slice(space + 1).trim() === token;
}

function isInCookie(token: string, cookies: string): boolean {
  for (let at = cookies.indexOf(token); at !== -1; at = cookies.indexOf(token, at + token.length)) {
    const begin = cookies.lastIndexOf(';', at) + 1;
    const end = cookies.indexOf(';', at);
    const [name = '', ...rest] = cookies.slice(begin, end === -1 ? undefined : end).split('=');
    if (!isCookieValue(token, rest.join('=').trim())) continue;
    if (!OTHER_TOKEN.test(name)) return true;
  }
  return false;
}

// As it is, in quotes, or signed by cookie-parser: `s:<value>.<signature>`.
function isCookieValue(token: string, value: string): boolean {
  if (value === token || value === `"${token}"`) return true;
  return value.startsWith(`s%3A${token}.`) || value.startsWith(`s:${token}.`);
}

function isInQuery(token: string, target: string): boolean {
  if (target.length < token.length || target.length > targetCharsMax) return false;
  for (const match of target.matchAll(QUERY_TOKEN)) {
    if (match[1] === token) return true;
  }
  return false;
}
