/** Recognises by name the routes where people and machines log in. */
import { RecentAnswers } from '@spanguard/memory';

/** Longest path looked at, in characters. Login routes are short. */
const pathCharsMax = 512;
const cachedPathsMax = 256;

// These name a login wherever they stand in a path ("/login/callback", "/api/sign-in/email") ...
const ANYWHERE =
  /(?:^|\/)(?:log-?_?in|log-?_?on|sign-?_?in|authenticate|oauth2?|openid-connect|saml2?|sso|callback\/credentials)(?:[/.]|$)/iu;
// ... and these only at its end: "/sessions" is a login, "/sessions/7/messages" is not.
const AT_END =
  /(?:^|\/)(?:sessions?|tokens?|auth|authorize|2fa|mfa|otp|totp|passkeys?|webauthn)(?:\/verify)?\/?$/iu;
// Here accounts are made, whatever stands around it, and passwords are chosen anew ...
const ACCOUNT =
  /(?:^|\/)(?:register|registration|sign-?_?up|join|enrol(?:l|ment|lment)?|onboarding|invitations?|(?:create|new|make)-?_?(?:account|user)|(?:forgot|forgotten|reset|recover|change|update|set)-?_?(?:my-?_?)?(?:password|pwd)|password(?:s|-?_?reset)?)(?:[/.]|$)/iu;
// ... and here, where nothing follows: "/users" is where they are made, "/users/login" where people log in.
const ACCOUNT_AT_END =
  /(?:^|\/)(?:users?|accounts?|members?|customers?|employees|admins?|people|profile|me)(?:\/[^/]{1,64})?\/?$/iu;
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
    const answer = isOwn || isLoginByName(path);
    answers.set(path, answer);
    return answer;
  };
}

function isLoginByName(path: string): boolean {
  return !NEVER.test(path) && !ACCOUNT.test(path) && (ANYWHERE.test(path) || AT_END.test(path));
}

/**
 * What a place is there for: `login`; `account`, where accounts are made and changed, and a name and a password are
 * no login; or something else, which may log people in all the same.
 */
export type Place = 'login' | 'account' | 'other';

/** Where a request went. */
export interface RequestPlace {
  readonly method: string | undefined;
  /** The matched route with placeholders; absent where nothing matched or nobody told. */
  readonly route: string | undefined;
  /** The path as sent, without query. */
  readonly path: string | undefined;
}

/** What the place is there for, by its names. */
export function placeOf({ route, path }: RequestPlace, isAuthRoute: AuthRouteTest): Place {
  const names = [route, path].filter((name) => name !== undefined);
  if (names.some(isAuthRoute)) return 'login';
  return names.some(isAccountPlace) ? 'account' : 'other';
}

/** Whether the request is a POST to a route or path that is a login. */
export function isAuthRequest(place: RequestPlace, isAuthRoute: AuthRouteTest): boolean {
  return place.method === 'POST' && placeOf(place, isAuthRoute) === 'login';
}

/** Whether the path is by its name the very page where people log in: `/login`, `/account/sign-in`. */
export function isLoginPage(path: string): boolean {
  return path.length <= pathCharsMax && !NEVER.test(path) && LOGIN_PAGE.test(path);
}

// Applications have few places, and a name says the same each time.
const accountPlaces = new RecentAnswers<boolean>({
  answersMax: cachedPathsMax,
  charactersMax: pathCharsMax,
});

function isAccountPlace(path: string): boolean {
  if (path.length > pathCharsMax) return false;
  const known = accountPlaces.get(path);
  if (known !== undefined) return known;
  const answer = ACCOUNT.test(path) || ACCOUNT_AT_END.test(path);
  accountPlaces.set(path, answer);
  return answer;
}
