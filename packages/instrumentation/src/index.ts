/** What every Spanguard instrumentation shares. */
export {
  type PayloadCapture,
  type PayloadSettings,
  type RecognisedIndicator,
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
