/** What a request tries, by where it goes and what its body or query carries. */
import {
  formAttempt,
  graphqlAttempt,
  isGraphqlRequest,
  isObject,
  isTokenRequest,
  type LoginForm,
  type Place,
  placeOf,
} from '@spanguard/verdict';
import { guard } from '../guard/guard.ts';
import type { RequestSecurity } from './request-security.ts';
import { pathOf } from './request-target.ts';
import { toolsOf } from './runtime-tools.ts';

/** What a request tries. */
export interface LoginAttempt {
  readonly form: LoginForm | undefined;
  readonly loginName: string | undefined;
  /** It tries a login by where it goes: a POST, or a filled form, to what is a login by name. */
  readonly isAuth: boolean;
  readonly isTokenRequest: boolean;
  readonly isGraphql: boolean;
}

const queryCharsMax = 4096;
const parametersMax = 64;
// A query is a form only where a secret is in it.
const SECRET_IN_QUERY = /[?&](?:[\w[\]-]{0,24})(?:pass|pwd|pin=|otp=|code=)/iu;

const NOTHING: LoginAttempt = {
  form: undefined,
  loginName: undefined,
  isAuth: false,
  isTokenRequest: false,
  isGraphql: false,
};

/** Reads the attempt; most requests ask for something, with no secret in their query, and are not looked at. */
export function loginAttempt(record: RequestSecurity): LoginAttempt {
  const { method, rawTarget } = record.start;
  const isAsking = method !== 'POST' && !isObject(record.requestBody);
  if ((isAsking || method === 'GET' || method === 'HEAD') && !hasSecretInQuery(rawTarget)) {
    return NOTHING;
  }
  const { isAuthRoute } = toolsOf(record.runtime);
  const at = { method, route: record.knownRoute(), path: pathOf(rawTarget) };
  const place = placeOf(at, isAuthRoute);
  // Guarded by itself: bodies are whatever the application makes of them, and one that cannot be read costs
  // what is in it, never the outcome.
  return readTried(record, place) ?? attempt(method, place, {});
}

function hasSecretInQuery(rawTarget: string): boolean {
  return rawTarget.includes('?') && SECRET_IN_QUERY.test(rawTarget.slice(0, queryCharsMax));
}

const readTried = guard('request.form', (record: RequestSecurity, place: Place): LoginAttempt => {
  const { requestBody, start } = record;
  const { method, rawTarget } = start;
  const isGraphql = isGraphqlRequest(requestBody);
  if (isGraphql) {
    const tried = graphqlAttempt(requestBody);
    // A query may be named like a login and be none; what logs in is given a password.
    const isNamed = tried?.place === 'login' && tried.form !== undefined;
    const named = isNamed ? 'login' : (tried?.place ?? 'other');
    return { ...attempt(method, named, tried ?? {}), isGraphql };
  }
  const tried = isObject(requestBody) ? formAttempt(requestBody, place) : undefined;
  if (tried?.form !== undefined || tried?.loginName !== undefined) {
    return attempt(method, place, { ...tried, isTokenRequest: isTokenRequest(requestBody) });
  }
  const asked = hasSecretInQuery(rawTarget) ? formAttempt(queryOf(rawTarget), place) : undefined;
  if (asked?.form === 'complete') return attempt(method, place, asked);
  const form = isEmptyForm(record) ? ('incomplete' as const) : undefined;
  return attempt(method, place, { form, isTokenRequest: isTokenRequest(requestBody) });
});

function attempt(
  method: string,
  place: Place,
  tried: Partial<Pick<LoginAttempt, 'form' | 'loginName' | 'isTokenRequest'>>,
): LoginAttempt {
  const { form, loginName, isTokenRequest: asksToken = false } = tried;
  const isAuth = place === 'login' && (method === 'POST' || form === 'complete');
  return { form, loginName, isAuth, isTokenRequest: asksToken, isGraphql: false };
}

// Parsers also give an empty object where they did not know the type; then nobody saw the form.
function isEmptyForm({ requestBody, start }: RequestSecurity): boolean {
  if (!isObject(requestBody) || start.method === 'GET') return false;
  const { 'content-length': length, 'transfer-encoding': encoding } = start.headers;
  const isEmpty = encoding === undefined && (length === undefined || Number(length) <= 2);
  return isEmpty && Object.keys(requestBody).length === 0;
}

function queryOf(rawTarget: string): object {
  const target = rawTarget.slice(0, queryCharsMax);
  const parameters = new URLSearchParams(target.slice(target.indexOf('?') + 1));
  const form: Record<string, string> = Object.create(null);
  let left = parametersMax;
  for (const [name, value] of parameters) {
    if (left === 0) break;
    left -= 1;
    form[name] ??= value;
  }
  return form;
}
