/** What the body of a request tries: a user's login, filled in or not, or something that is none. */
import { isObject, ownValue } from '../body/own-value.ts';
import { isLoginNameField, loginNameInBody } from './login-name.ts';

/**
 * - `complete`: names a user and carries a password or the like.
 * - `incomplete`: a login form with a field empty or missing; nobody tried a password.
 * - `refresh`: asks for a new token in exchange for an older one (RFC 6749 §6).
 * - `client`: asks for a token in the name of a client or of a login that happened elsewhere.
 *
 * Absent where the body was not seen, or its fields have names of their own.
 */
export type LoginForm = 'complete' | 'incomplete' | 'refresh' | 'client';

const fieldsMax = 64;
// `client_secret` is not among them: it is a client that knows it.
const SECRET_FIELD =
  /^(?:user|login|account)?[-_]?(?:pass(?:word|wd|code|phrase|wort)?|pwd|pin|otp|totp|code|secret)$/iu;
// Fields that stand in login forms and are neither name nor secret.
const BESIDE =
  /^(?:_|csrf|xsrf|remember|stay|keep|redirect|return|next|lang|locale|state|scope|grant_type|client_id|submit|commit|utf8$|captcha|g-recaptcha)/iu;

/** Reads a parsed body: names of fields and whether they are empty, never what a secret is. */
export function loginFormIn(body: unknown): LoginForm | undefined {
  if (!isObject(body) || Array.isArray(body)) return undefined;
  const grant = ownValue(body, 'grant_type');
  if (grant === 'refresh_token') return 'refresh';
  if (typeof grant === 'string' && grant !== 'password') return 'client';
  const nested = ownValue(body, 'user') ?? ownValue(body, 'data');
  return (isObject(nested) ? formOf(nested) : undefined) ?? formOf(body);
}

/** Whether the body asks a token endpoint for a token, in whoever's name (RFC 6749). */
export function isTokenRequest(body: unknown): boolean {
  return isObject(body) && typeof ownValue(body, 'grant_type') === 'string';
}

function formOf(form: object): LoginForm | undefined {
  const namesUser = loginNameInBody(form) !== undefined;
  let hasSecret = false;
  let lacksSecret = false;
  let lacksName = false;
  let mayHoldSecret = false;
  for (const name of Object.keys(form).slice(0, fieldsMax)) {
    const value = ownValue(form, name);
    const isEmpty = value === undefined || value === null || value === '';
    if (SECRET_FIELD.test(name)) {
      if (isEmpty) lacksSecret = true;
      else hasSecret = true;
    } else if (isLoginNameField(name)) {
      if (isEmpty) lacksName = true;
    } else if (!isEmpty && !BESIDE.test(name)) mayHoldSecret = true;
  }
  if (namesUser && hasSecret) return 'complete';
  if (lacksSecret && !hasSecret) return 'incomplete';
  if (hasSecret) return lacksName ? 'incomplete' : undefined;
  // A name, and nothing beside it that could be a password under a name of its own.
  if ((namesUser || lacksName) && !mayHoldSecret) return 'incomplete';
  return undefined;
}
