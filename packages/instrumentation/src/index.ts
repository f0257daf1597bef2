/** What every Spanguard instrumentation shares. */
export { createRequestBackend } from './backend/request-backend.ts';
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
export { type PatchReport, type PatchState, likeOriginal } from './patch/applied-patches.ts';
export {
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
export type { ResponseView } from './request/authn-facts.ts';
export { maskedAgent, maskedTarget } from './request/event-attributes.ts';
export { cutOffRequest, finishRequest } from './request/finish-request.ts';
export {
  bindRequest,
  currentRequestSecurity,
  registerRequest,
  securityOf,
} from './request/request-registry.ts';
export {
  type KnownUser,
  RequestSecurity,
  type RequestStart,
  type RpcMetadata,
  clientAttributes,
  spanClientAttributes,
} from './request/request-security.ts';
export { toolsOf, type RuntimeTools } from './request/runtime-tools.ts';
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
