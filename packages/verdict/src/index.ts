/** What one request means: the same judgement in the application and in the processor. */
export { isNonPublic, prefixOf, readAddress } from './address/ip-address.ts';
export { isOnOwnNetwork, OWN_NETWORKS } from './address/own-network.ts';
export { clientPrefix } from './address/client-prefix.ts';
export {
  type AuthRouteTest,
  compileAuthRoutes,
  isAuthRequest,
  isLoginPage,
  type Place,
  placeOf,
  type RequestPlace,
} from './authn/auth-route.ts';
export { type AuthnFacts, factsOfSpan, type SpanView } from './authn/authn-facts.ts';
export { type CredentialHeaders, credentialIn, schemeOf } from './authn/credential.ts';
export type { AuthnScheme, AuthnSignal } from './authn/authn-signal.ts';
export { type FusedOutcome, fuseOutcome } from './authn/fuse-outcome.ts';
export { type GraphqlAttempt, graphqlAttempt, isGraphqlRequest } from './authn/graphql-login.ts';
export {
  type FormAttempt,
  formAttempt,
  isTokenRequest,
  type LoginForm,
  loginFormIn,
  loginNameInBody,
} from './authn/login-form.ts';
export { loginNameInBasic, userIdOf } from './authn/login-name.ts';
export { type Refusal, refusalEvents } from './authn/refusal-events.ts';
export { carriesSession, givesSession, sessionIn } from './authn/session-cookie.ts';
export { isObject, ownValue } from './body/own-value.ts';
export { canonicalUser } from './entity/canonical-user.ts';
export { eventOfIndicator } from './indicator/event-of-indicator.ts';
export { parameterName, type Sign, strongestSigns } from './indicator/strongest-signs.ts';
export { cutAtBoundary } from './text/cut-at-boundary.ts';
export { methodName } from './text/method-name.ts';
export { cutAtCharacter, neutralise } from './text/neutralise.ts';
