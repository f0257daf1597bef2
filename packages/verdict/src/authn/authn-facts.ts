/** What request and response show about authentication without any library's help, and how little a span shows. */
import { type AuthRouteTest, isAuthRequest, type RequestPlace } from './auth-route.ts';
import type { LoginForm } from './login-form.ts';

/** The facts {@link fuseOutcome} judges by. What nobody saw is absent or `false`. */
export interface AuthnFacts {
  /** Absent when the response never began. */
  readonly statusCode: number | undefined;
  /** Tries a login by where it went: a POST or a filled form to a route, path or field that is one by name. */
  readonly isAuthRoute: boolean;
  /** A route of the application answered: a 404 is then its own answer and not the server's. */
  readonly isRouted?: boolean | undefined;
  /** The response gives a session cookie or a token. */
  readonly grants: boolean;
  /** The response leads back to the login, or shows its page once more. */
  readonly redirectsToLogin: boolean;
  /** The body of the response says no, whatever the status. */
  readonly saysNo?: boolean | undefined;
  /** The body of the response asks for another factor: nobody is in yet. */
  readonly asksMore?: boolean | undefined;
  /** The response leads a client that has a session already away from the login, or says it is in. */
  readonly leadsOn?: boolean | undefined;
  /**
   * The request came with a session or token, to a place where such are renewed and made as well: what
   * it gives is no login then.
   */
  readonly renews?: boolean | undefined;
  /** From `credentialIn`: `basic`, `bearer`, `api_key`, ... */
  readonly credential: string | undefined;
  /** What the body or the query tries, where it was seen and understood. */
  readonly form?: LoginForm | undefined;
  /** The body asks a token endpoint for a token: what came as basic is then a client's. */
  readonly isTokenRequest?: boolean | undefined;
  /** A validator refused the input before anybody looked at what it says. */
  readonly refusedInput?: boolean | undefined;
  /** The application knows the user of the request, by an earlier login. */
  readonly knowsUser?: boolean | undefined;
  /** The response speaks of roles, permissions and the like. */
  readonly deniesRight?: boolean | undefined;
}

/** A request as a span of another SDK shows it. */
export interface SpanView extends RequestPlace {
  readonly statusCode: number | undefined;
}

/** The facts of a foreign span: place and status. Neither bodies nor headers are in it. */
export function factsOfSpan(span: SpanView, isAuthRoute: AuthRouteTest): AuthnFacts {
  return {
    statusCode: span.statusCode,
    isAuthRoute: isAuthRequest(span, isAuthRoute),
    isRouted: span.route !== undefined,
    grants: false,
    redirectsToLogin: false,
    credential: undefined,
  };
}
