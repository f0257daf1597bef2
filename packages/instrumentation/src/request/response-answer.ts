/** What the payload of a response says about a login. Looks at shapes and names, never at a token. */
import { isObject, ownValue } from '@spanguard/verdict';
import type { RequestSecurity } from './request-security.ts';

/** What was found in a payload. */
export interface Answer {
  /** A token is in it. */
  readonly hasToken: boolean;
  /** It shows the login again or reports an error, whatever the status. */
  readonly saysNo: boolean;
  /** It says that the login succeeded, or shows the user. */
  readonly saysYes: boolean;
}

const searchCharsMax = 65_536;
const TOKEN_FIELD =
  /"(?:access_?token|id_?token|session_?token|auth_?token|token|jwt)"\s{0,8}:\s{0,8}"[^"]/iu;
const TOKEN_NAMES = ['access_token', 'accessToken', 'token', 'id_token', 'idToken', 'jwt'];
const NO_NAMES = ['error', 'errors', 'error_description'];
const SAYING_NAMES = ['success', 'ok', 'authenticated', 'loggedIn'];
const PASSWORD_INPUT = /<input\b[^>]{0,512}\btype\s?=\s?["']?password/iu;
/** What an answer says that nobody could read. */
export const NO_ANSWER: Answer = { hasToken: false, saysNo: false, saysYes: false };

/** Reads the payload by reference, bounded; what nobody saw says nothing. */
export function answerOf({ responseBody, responseText }: RequestSecurity): Answer {
  if (typeof responseBody === 'object' && responseBody !== null) return answerIn(responseBody);
  if (responseText === undefined) return NO_ANSWER;
  const text = responseText.slice(0, searchCharsMax);
  return { hasToken: TOKEN_FIELD.test(text), saysNo: PASSWORD_INPUT.test(text), saysYes: false };
}

function answerIn(body: object): Answer {
  const data = ownValue(body, 'data');
  const hasToken = holdsToken(body) || (isObject(data) && holdsToken(data));
  const says = SAYING_NAMES.map((name) => ownValue(body, name));
  const saysNo = says.includes(false) || NO_NAMES.some((name) => isSaid(ownValue(body, name)));
  const saysYes = !saysNo && (says.includes(true) || isObject(ownValue(body, 'user')));
  return { hasToken, saysNo: saysNo && !hasToken, saysYes };
}

function holdsToken(body: object): boolean {
  return TOKEN_NAMES.some((name) => {
    const value = ownValue(body, name);
    return typeof value === 'string' && value !== '';
  });
}

function isSaid(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0;
}
