/** What a finished request and its response show about authentication, without any library. */
import {
  type AuthnFacts,
  carriesSession,
  credentialIn,
  givesSession,
  isLoginPage,
} from '@spanguard/verdict';
import { guard } from '../guard/guard.ts';
import type { GraphqlAnswer } from './graphql-answer.ts';
import type { LoginAttempt } from './login-attempt.ts';
import type { RequestSecurity } from './request-security.ts';
import { pathOf } from './request-target.ts';
import { NO_ANSWER, answerOf } from './response-answer.ts';

/** The response as its server can tell it. */
export interface ResponseView {
  /** Absent when the connection ended before a status was sent. */
  readonly statusCode: number | undefined;
  /** A response header by its lower-case name. */
  header(name: string): unknown;
}

const locationCharsMax = 2048;
const sentenceCharsMax = 256;
// Words by which a redirect says that it leads away from a failed login.
const FAILURE =
  /[?&#=/](?:login_?|auth_?)?(?:error|err|fail|failed|failure|invalid|denied|wrong)\b/iu;

/** What the request tried, and how it was answered. */
export interface Observed {
  readonly attempt: LoginAttempt;
  readonly response: ResponseView;
  readonly graphql: GraphqlAnswer | undefined;
}

/** Gathers the facts. Called only where authentication is in question. */
export function observedFacts(
  record: RequestSecurity,
  { attempt, response, graphql }: Observed,
): AuthnFacts {
  const statusCode = graphql?.statusCode ?? response.statusCode;
  const { headers, rawTarget } = record.start;
  const credential =
    credentialIn(headers) ?? (KEY_IN_QUERY.test(rawTarget) ? 'api_key' : undefined);
  const hasSession = carriesSession(headers['cookie']);
  const answer = readAnswer(record) ?? NO_ANSWER;
  const status = statusCode ?? 0;
  const isRedirect = status >= 300 && status < 400;
  const leadsBack = isRedirect && leadsToLogin(record, response.header('location'));
  const isPage =
    isHtml(response.header('content-type')) && status < 300 && !isSentence(record.responseText);
  const hasToken = credential !== undefined && credential !== 'basic' && credential !== 'digest';
  return {
    statusCode,
    isAuthRoute: attempt.isAuth,
    isRouted: record.knownRoute() !== undefined,
    // Who is in is led on; a page in answer to a login is mostly the login again, with a new cookie.
    grants: answer.hasToken || (!isPage && givesSession(response.header('set-cookie'))),
    redirectsToLogin: leadsBack,
    saysNo: answer.saysNo || graphql !== undefined,
    asksMore: answer.asksMore,
    leadsOn: hasSession && ((isRedirect && !leadsBack) || answer.saysYes),
    renews:
      (hasSession || hasToken) && !isLoginPage(pathOf(rawTarget)) && attempt.form !== 'complete',
    credential,
    form: attempt.form,
    isTokenRequest: attempt.isTokenRequest,
    refusedInput:
      record.refusedInput !== undefined || graphql?.refusedInput === true || answer.refusesInput,
    knowsUser: record.user !== undefined,
    deniesRight: answer.deniesRight,
  };
}

const KEY_IN_QUERY = /[?&](?:api[-_]?key|access[-_]?token|auth[-_]?token)=[^&]/iu;

// Payloads are whatever the application makes of them: a proxy or a getter may throw, and its error costs what
// was to be read there, never the outcome.
const readAnswer = guard('request.answer', answerOf);

function leadsToLogin(record: RequestSecurity, location: unknown): boolean {
  if (typeof location !== 'string') return false;
  const text = location.slice(0, locationCharsMax);
  const path = pathOf(text);
  // A relative one may be all query: the same page with a word about what went wrong.
  return (
    path === '' ||
    path === pathOf(record.start.rawTarget) ||
    isLoginPage(path) ||
    FAILURE.test(text)
  );
}

// Frameworks call every text a page; a word alone is none.
function isSentence(text: string | undefined): boolean {
  return text !== undefined && text.length <= sentenceCharsMax && !text.includes('<');
}

function isHtml(contentType: unknown): boolean {
  return typeof contentType === 'string' && /^\s*text\/html\b/iu.test(contentType);
}
