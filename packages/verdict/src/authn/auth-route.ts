/** Recognises by name the routes where people and machines log in. */
import { RecentAnswers } from '@spanguard/memory';

/** Longest path looked at, in characters. Login routes are short. */
const pathCharsMax = 512;
const cachedPathsMax = 256;

// These name a login wherever they stand in a path ("/login/callback", "/api/sign-in/email") ...
const ANYWHERE =
  /(?:^|\/)(?:log-?_?in|log-?_?on|sign-?_?in|authenticate|oauth2?|openid-connect|saml2?|sso)(?:[/.]|$)/iu;
// ... and these only at its end: "/sessions" is a login, "/sessions/7/messages" is not.
const AT_END =
  /(?:^|\/)(?:sessions?|tokens?|auth|authorize|2fa|mfa|otp|totp|passkeys?|webauthn)(?:\/verify)?\/?$/iu;
// What ends a login, carries one on or asks about one is none, whatever stands around it.
const NEVER =
  /(?:^|\/)(?:(?:log|sign)-?_?(?:out|off)|end-?_?session|revoke|introspect|refresh|renew|extend|keep-?_?alive|heartbeat|ping)(?:[-_/.]|$)/iu;
// Here people type a password; at the other names above sessions and tokens are also renewed or made.
const LOGIN_PAGE = /(?:^|\/)(?:log-?_?in|log-?_?on|sign-?_?in|authenticate)(?:\.\w{1,8})?\/?$/iu;

/** Says whether a route or path is a login route; `true` only for what a POST can log in at. */
export type AuthRouteTest = (path: string) => boolean;

/**
 * Compiles the names above with the application's own routes: a string matches the whole route or
 * path without regard to case, a RegExp by `test`.
 */
export function compileAuthRoutes(own: readonly (string | RegExp)[]): AuthRouteTest {
  const names = new Set<string>();
  const patterns: RegExp[] = [];
  for (const route of own) {
    if (typeof route === 'string') names.add(route.toLowerCase());
    // A global or sticky expression remembers its position; a copy without these flags does not.
    else patterns.push(new RegExp(route.source, route.flags.replaceAll(/[gy]/gu, '')));
  }
  const answers = new RecentAnswers<boolean>({
    answersMax: cachedPathsMax,
    charactersMax: pathCharsMax,
  });
  return (path) => {
    if (path.length > pathCharsMax) return false;
    const known = answers.get(path);
    if (known !== undefined) return known;
    const isOwn = names.has(path.toLowerCase()) || patterns.some((pattern) => pattern.test(path));
    const answer = isOwn || (!NEVER.test(path) && (ANYWHERE.test(path) || AT_END.test(path)));
    answers.set(path, answer);
    return answer;
  };
}

/** Where a request went. */
export interface RequestPlace {
  readonly method: string | undefined;
  /** The matched route with placeholders; absent where nothing matched or nobody told. */
  readonly route: string | undefined;
  /** The path as sent, without query. */
  readonly path: string | undefined;
}

/** Whether the request is a POST to a route or path that is a login. */
export function isAuthRequest(place: RequestPlace, isAuthRoute: AuthRouteTest): boolean {
  const { method, route, path } = place;
  if (method !== 'POST') return false;
  return (route !== undefined && isAuthRoute(route)) || (path !== undefined && isAuthRoute(path));
}

/** Whether the path is by its name the very page where people log in: `/login`, `/account/sign-in`. */
export function isLoginPage(path: string): boolean {
  return path.length <= pathCharsMax && !NEVER.test(path) && LOGIN_PAGE.test(path);
}
