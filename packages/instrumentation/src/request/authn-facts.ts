/** What a finished request and its response show about authentication, without any library. */
import {
  type AuthnFacts,
  credentialIn,
  hasPasswordField,
  loginNameInBody,
} from '@spanguard/verdict';
import type { RequestSecurity } from './request-security.ts';
import { toolsOf } from './runtime-tools.ts';

/** The response as its server can tell it. */
export interface ResponseView {
  /** Absent when the connection ended before a status was sent. */
  readonly statusCode: number | undefined;
  /** A response header by its lower-case name. */
  header(name: string): unknown;
}

const tokenSearchCharsMax = 4096;
const TOKEN_FIELD = /"(?:access_?token|id_?token|session_?token|auth_?token|token|jwt)"\s*:\s*"/iu;
const TOKEN_NAMES = ['access_token', 'accessToken', 'token', 'id_token', 'idToken', 'jwt'];
const locationCharsMax = 2048;

/** Whether the request is a POST to a route or path that is a login by name. */
export function isAuthRequest(record: RequestSecurity): boolean {
  if (record.start.method !== 'POST') return false;
  const { isAuthRoute } = toolsOf(record.runtime);
  const route = record.knownRoute();
  return (route !== undefined && isAuthRoute(route)) || isAuthRoute(pathOf(record.start.rawTarget));
}

/** Gathers the facts. Called only where authentication is in question. */
export function observedFacts(
  record: RequestSecurity,
  response: ResponseView,
  isAuthRoute: boolean,
): AuthnFacts {
  const { statusCode } = response;
  return {
    statusCode,
    isAuthRoute,
    grants: response.header('set-cookie') !== undefined || returnsToken(record),
    redirectsToLogin: redirectsToLogin(record, response),
    credential: credentialIn(record.start.headers),
    namesUser:
      loginNameInBody(record.requestBody) !== undefined && hasPasswordField(record.requestBody),
  };
}

function returnsToken({ responseBody, responseText }: RequestSecurity): boolean {
  if (typeof responseBody === 'object' && responseBody !== null) {
    const data: unknown = Object.getOwnPropertyDescriptor(responseBody, 'data')?.value;
    return hasToken(responseBody) || (typeof data === 'object' && data !== null && hasToken(data));
  }
  return responseText !== undefined && TOKEN_FIELD.test(responseText.slice(0, tokenSearchCharsMax));
}

function hasToken(body: object): boolean {
  return TOKEN_NAMES.some((name) => Object.hasOwn(body, name));
}

function redirectsToLogin(record: RequestSecurity, response: ResponseView): boolean {
  const location = response.header('location');
  if (typeof location !== 'string') return false;
  const text = location.slice(0, locationCharsMax);
  const isBackHere = pathOf(text) === pathOf(record.start.rawTarget);
  return (
    isBackHere || toolsOf(record.runtime).isAuthRoute(pathOf(text)) || /[?&]error=/u.test(text)
  );
}

function pathOf(target: string): string {
  const end = target.search(/[?#]/u);
  const path = end === -1 ? target : target.slice(0, end);
  // An absolute-form target or Location: the path begins at the third slash.
  const origin = /^https?:\/\/[^/]*/iu.exec(path);
  return origin === null ? path : path.slice(origin[0].length) || '/';
}
