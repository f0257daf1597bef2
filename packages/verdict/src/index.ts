/** What one request means: the same judgement in the application and in the processor. */
export { isNonPublic, prefixOf, readAddress } from './address/ip-address.ts';
export { clientPrefix } from './address/client-prefix.ts';
export { type AuthRouteTest, compileAuthRoutes } from './authn/auth-route.ts';
export { type CredentialHeaders, credentialIn, schemeOf } from './authn/credential.ts';
export {
  type AuthnFacts,
  type AuthnScheme,
  type AuthnSignal,
  type FusedOutcome,
  fuseOutcome,
} from './authn/fuse-outcome.ts';
export {
  hasPasswordField,
  loginNameInBasic,
  loginNameInBody,
  userIdOf,
} from './authn/login-name.ts';
export { canonicalUser } from './entity/canonical-user.ts';
export { eventOfIndicator } from './indicator/event-of-indicator.ts';
export { RecentAnswers } from './memory/recent-answers.ts';
export { cutAtCharacter, neutralise } from './text/neutralise.ts';
