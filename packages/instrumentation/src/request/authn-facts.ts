/** What a finished request and its response show about authentication, without any library. */
import {
  type AuthnFacts,
  carriesSession,
  credentialIn,
  givesSession,
  isAuthRequest as isAuthPlace,
  isLoginPage,
  isTokenRequest,
  type LoginForm,
  loginFormIn,
} from '@spanguard/verdict';
import { guard } from '../guard/guard.ts';
import type { RequestSecurity } from './request-security.ts';
import { NO_ANSWER, answerOf } from './response-answer.ts';
import { toolsOf } from './runtime-tools.ts';

/** The response as its server can tell it. */
export interface ResponseView {
  /** Absent when the connection ended before a status was sent. */
  readonly statusCode: number | undefined;
  /** A response header by its lower-case name. */
  header(name: string): unknown;
}

const locationCharsMax = 2048;
// Words by which a redirect says that it leads away from a failed login.
const FAILURE =
  /[?&#=/](?:login_?|auth_?)?(?:error|err|fail|failed|failure|invalid|denied|wrong)\b/iu;

/** Whether the request is a POST to a route or path that is a login by name. */
export function isAuthRequest(record: RequestSecurity): boolean {
  const { method, rawTarget } = record.start;
  if (method !== 'POST') return false;
  const place = { method, route: record.knownRoute(), path: pathOf(rawTarget) };
  return isAuthPlace(place, toolsOf(record.runtime).isAuthRoute);
}

/** Gathers the facts. Called only where authentication is in question. */
export function observedFacts(
  record: RequestSecurity,
  response: ResponseView,
  isAuthRoute: boolean,
): AuthnFacts {
  const { statusCode = 0 } = response;
  const { headers, rawTarget } = record.start;
  const credential = credentialIn(headers);
  const hasSession = carriesSession(headers['cookie']);
  const answer = readAnswer(record) ?? NO_ANSWER;
  const tried = readForm(record);
  const isRedirect = statusCode >= 300 && statusCode < 400;
  const leadsBack = isRedirect && leadsToLogin(record, response.header('location'));
  const isPage = isHtml(response.header('content-type')) && statusCode < 300;
  const hasToken = credential !== undefined && credential !== 'basic' && credential !== 'digest';
  return {
    statusCode: response.statusCode,
    isAuthRoute,
    isRouted: record.knownRoute() !== undefined,
    // Who is in is led on; a page in answer to a login is mostly the login again, with a new cookie.
    grants: answer.hasToken || (!isPage && givesSession(response.header('set-cookie'))),
    redirectsToLogin: leadsBack || answer.saysNo,
    leadsOn: hasSession && ((isRedirect && !leadsBack) || answer.saysYes),
    renews: (hasSession || hasToken) && !isLoginPage(pathOf(rawTarget)),
    credential,
    form: tried?.form,
    isTokenRequest: tried?.isTokenRequest,
  };
}

// Payloads are whatever the application makes of them: a proxy or a getter may throw, and its error costs what
// was to be read there, never the outcome.
const readAnswer = guard('request.answer', answerOf);
const readForm = guard('request.form', (record: RequestSecurity) => ({
  form: formOf(record),
  isTokenRequest: isTokenRequest(record.requestBody),
}));

function formOf(record: RequestSecurity): LoginForm | undefined {
  const { requestBody, start } = record;
  const form = loginFormIn(requestBody);
  if (form !== undefined || typeof requestBody !== 'object' || requestBody === null) return form;
  // Parsers also give an empty object where they did not know the type; then nobody saw the form.
  const { 'content-length': length, 'transfer-encoding': encoding } = start.headers;
  const isEmpty = encoding === undefined && (length === undefined || Number(length) <= 2);
  return isEmpty && Object.keys(requestBody).length === 0 ? 'incomplete' : undefined;
}

function leadsToLogin(record: RequestSecurity, location: unknown): boolean {
  if (typeof location !== 'string') return false;
  const text = location.slice(0, locationCharsMax);
  const path = pathOf(text);
  return path === pathOf(record.start.rawTarget) || isLoginPage(path) || FAILURE.test(text);
}

function isHtml(contentType: unknown): boolean {
  return typeof contentType === 'string' && /^\s*text\/html\b/iu.test(contentType);
}

function pathOf(target: string): string {
  const end = target.search(/[?#]/u);
  const path = end === -1 ? target : target.slice(0, end);
  // An absolute-form target or Location: the path begins at the third slash.
  const origin = /^https?:\/\/[^/]*/iu.exec(path);
  return origin === null ? path : path.slice(origin[0].length) || '/';
}
