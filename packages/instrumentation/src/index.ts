/** What every Spanguard instrumentation shares. */
export { createRequestBackend } from './backend/request-backend.ts';
export { clientByHops } from './client-address/client-by-hops.ts';
export {
  type ClientAddress,
  ClientAddressResolver,
  type ClientAddressSettings,
  type ForwardingHeaders,
} from './client-address/client-address-resolver.ts';
export { remoteAddressOf } from './client-address/remote-address.ts';
export {
  type TrustedProxies,
  type TrustsHop,
  compileTrustedProxies,
} from './client-address/trusted-proxies.ts';
export {
  type HookHealth,
  guard,
  hookErrorsMax,
  hookHealth,
  resetHookHealth,
} from './guard/guard.ts';
export type { PatchReport, PatchState } from './patch/applied-patches.ts';
export { type ChannelSubscription, channel, tracingChannel } from './patch/channel.ts';
export { likeOriginal } from './patch/like-original.ts';
export {
  type CallObservation,
  type Settled,
  type SettledObserver,
  observeCall,
} from './patch/observe-call.ts';
export {
  type DeclaredPatch,
  type ExportPatch,
  FilePatch,
  type HolderOf,
  type LibraryMethod,
  type MethodPatch,
  type MethodWrapper,
  ModulePatch,
  patch,
} from './patch/patch.ts';
export {
  type InstrumentationDeclaration,
  type SecurityInstrumentation,
  createSecurityInstrumentation,
} from './patch/security-instrumentation.ts';
export { capturePayload } from './payload/capture-payload.ts';
export { holdAnswer, holdBody } from './payload/hold-payload.ts';
export { type AnswerHead, readHeaders, readSentHead } from './posture/answer-head.ts';
export type { ResponseView } from './request/authn-facts.ts';
export { maskedAgent, maskedTarget } from './request/event-attributes.ts';
export { findSessionUser, findUser } from './request/find-user.ts';
export { cutOffRequest, finishRequest } from './request/finish-request.ts';
export { learnUser } from './request/learn-user.ts';
export { refusedInput } from './request/refused-input.ts';
export {
  bindRequest,
  currentRequestSecurity,
  registerRequest,
  securityOf,
} from './request/request-registry.ts';
export {
  type FrameworkView,
  type KnownUser,
  type RefusedInput,
  RequestSecurity,
  type RequestStart,
  type RpcMetadata,
  clientAttributes,
  spanClientAttributes,
} from './request/request-security.ts';
export { toolsOf, type RuntimeTools } from './request/runtime-tools.ts';
export { joinRoute, patternText } from './route/route-pattern.ts';
export {
  type PayloadCapture,
  type PayloadSettings,
  type RecognisedIndicator,
  type RequestHeaders,
  type SecurityAttributeValue,
  type SecurityEvent,
  type SecurityMask,
  type SecurityRecognisers,
  type SecurityRuntime,
  type SecuritySettings,
  defaultSecuritySettings,
  securityRuntime,
  setSecurityRuntime,
} from './runtime/security-runtime.ts';
