/** What one attempt of a strategy says about authentication, read from the attempt and its request. */
import { IncomingMessage } from 'node:http';
import { type RequestSecurity, guard } from '@spanguard/instrumentation';
import {
  type AuthnScheme,
  type AuthnSignal,
  credentialIn,
  isLoginPage,
  loginFormIn,
  loginNameInBody,
  userIdOf,
} from '@spanguard/verdict';
import type { StrategyKind } from './strategy-kind.ts';

/** One decision of one strategy. */
export interface Attempt {
  readonly attempt: object;
  readonly request: object;
  readonly record: RequestSecurity;
  readonly strategy: {
    /** As the application registered it. */
    readonly name: string;
    readonly kind: StrategyKind;
  };
  readonly outcome: AuthnSignal['outcome'];
  /** What the strategy called Passport with: a user, or a challenge and a status. */
  readonly args: readonly unknown[];
}

// How a login that happened elsewhere comes back: OAuth, CAS, SAML, OpenID, a link in a mail. A shop has
// codes and tickets as well, so the place counts too.
const LOGIN_PARAMETER =
  /[?&](?:code|ticket|oauth_verifier|SAMLResponse|id_token|openid\.mode|token)=/iu;
const LOGIN_PLACE = /callback|auth|sso|oidc|openid|saml|\bcas\b|log-?in|sign-?in|magic/iu;
const targetCharsMax = 4096;

/** `undefined` where the strategy found nobody and refused nobody. */
export function signalOf(seen: Attempt): AuthnSignal | undefined {
  const { args, strategy } = seen;
  const scheme = schemeOf(seen);
  if (seen.outcome === 'success' && !isSomebody(args[0])) return undefined;
  const missing = seen.outcome === 'failure' && !triesCredential(seen, scheme);
  const outcome = missing ? 'challenge' : seen.outcome;
  const userId = userOf(seen, scheme, outcome);
  return {
    source: 'library',
    outcome,
    scheme,
    method: strategy.name,
    ...(seen.outcome === 'failure' ? { reason: reasonOf(scheme, missing) } : {}),
    ...(userId === undefined ? {} : { userId }),
  };
}

// Of a strategy that nobody knows, the request tells what it was asked: most read a credential that
// comes with every request, and calling each of these a login would be one a call.
function schemeOf({ strategy, request, record }: Attempt): AuthnScheme {
  const { kind } = strategy;
  if (kind !== 'unknown' && kind !== 'silent') return kind;
  const { headers, method, rawTarget } = record.start;
  const credential = credentialIn(headers);
  if (credential === 'basic' || credential === 'digest') return 'per_request';
  if (credential !== undefined) return 'token';
  const target = rawTarget.slice(0, targetCharsMax);
  const [path = ''] = target.split('?', 1);
  const comesBack = LOGIN_PARAMETER.test(target) && LOGIN_PLACE.test(path);
  const isPosted = method === 'POST' && isLoginPage(path);
  const isLogin = comesBack || isPosted || formIn(bodyOf(request)) === 'complete';
  return isLogin ? 'login' : 'per_request';
}

// A fallback that lets anybody in calls success with nobody, or with somebody who has no name.
function isSomebody(user: unknown): boolean {
  if (user === undefined || user === null || user === false || user === '') return false;
  return typeof user !== 'object' || Reflect.get(user, 'anonymous') !== true;
}

// Whom a login was tried with counts; whom a token names is the token's to say, not the body's. A client
// is no user.
function userOf(
  { args, attempt, request }: Attempt,
  scheme: AuthnScheme,
  outcome: AuthnSignal['outcome'],
): string | undefined {
  if (scheme === 'client') return undefined;
  const field: unknown = Reflect.get(attempt, '_usernameField');
  const named =
    scheme === 'login'
      ? nameIn(bodyOf(request), typeof field === 'string' ? field : undefined)
      : undefined;
  return named ?? (outcome === 'success' ? idOf(args[0]) : undefined);
}

// Without a credential nobody tried anything: counting that as a failure would drown attacks.
function triesCredential(
  { attempt, args, request, strategy }: Attempt,
  scheme: AuthnScheme,
): boolean {
  // By their own convention strategies say 400 of a form with a field missing.
  if (scheme === 'login') return !(args.includes(400) && lacksField(attempt, bodyOf(request)));
  if (request instanceof IncomingMessage && credentialIn(request.headers) !== undefined)
    return true;
  if (scheme === 'client') return holds(bodyOf(request), CLIENT_SECRETS) === true;
  const [challenge] = args;
  // A credential may also come in a cookie, the body or the query: then the library's words tell.
  if (challenge instanceof Error) return !NOTHING_CAME.test(challenge.message);
  if (strategy.kind === 'unknown') return false;
  return typeof challenge === 'string' && challenge.includes('error=');
}

const NOTHING_CAME = /^(?:no auth token|missing api key)$/iu;
const CLIENT_SECRETS = ['client_secret', 'client_assertion'];

function lacksField(attempt: object, body: unknown): boolean {
  for (const mark of ['_usernameField', '_passwordField']) {
    const field: unknown = Reflect.get(attempt, mark);
    if (typeof field === 'string' && holds(body, [field]) === false) return true;
  }
  return formIn(body, 'login') !== 'complete';
}

// Bodies and users are the application's, with getters and proxies of its own: what cannot be read costs the
// name, never the outcome.
const formIn = guard('passport.form', loginFormIn);
const nameIn = guard('passport.login_name', loginNameInBody);
const idOf = guard('passport.user', userIdOf);
const holds = guard('passport.field', (body: unknown, names: readonly string[]): boolean => {
  if (typeof body !== 'object' || body === null) return false;
  return names.some((name) => {
    const value: unknown = Object.getOwnPropertyDescriptor(body, name)?.value;
    return value !== undefined && value !== null && value !== '';
  });
});

function bodyOf(request: object): unknown {
  return Object.getOwnPropertyDescriptor(request, 'body')?.value;
}

/** Our own words: a challenge's text is the application's, and may hold anything. */
function reasonOf(scheme: AuthnScheme, isMissing: boolean): string {
  if (isMissing) return 'missing_credentials';
  return scheme === 'token' ? 'invalid_token' : 'invalid_credentials';
}
