/** Security observations become span attributes and log records, masked before they leave. */
export {
  DEFAULT_QUEUE_SETTINGS,
  type SecurityEventCounts,
  SecurityEventQueue,
  type SecurityEventQueueSettings,
} from './events/security-event-queue.ts';
export { SecurityEvents, type SecurityEventsSettings } from './events/security-events.ts';
export { createSecurityMask } from './masking/create-security-mask.ts';
export {
  AttributeMasker,
  DEFAULT_MASK_LIMITS,
  type MaskLimits,
} from './masking/mask-attributes.ts';
export { maskResource } from './masking/mask-resource.ts';
export {
  type OnMaskingError,
  RedactingLogRecordProcessor,
} from './masking/redacting-log-record-processor.ts';
export { RedactingSpanProcessor } from './masking/redacting-span-processor.ts';
export {
  readRedactionFile,
  readRedactionNode,
  type RedactionFile,
  type RedactionFileSource,
  type RedactionNode,
} from './redaction-file/read-redaction-file.ts';
export {
  createSecurityRuntime,
  type SecurityRuntimeParts,
} from './runtime/create-security-runtime.ts';
export { createKeyedHash, HASH_KEY_BYTES_MIN, type KeyedHash } from './runtime/keyed-hash.ts';
export { type SecurityOptions, type StartedSecurity, startSecurity } from './start-security.ts';
export {
  compileTrustedProxies,
  defaultSecuritySettings,
  type PayloadCapture,
  type PayloadSettings,
  type SecuritySettings,
} from '@spanguard/instrumentation';
export {
  PROFILES,
  type Profile,
  type RedactionConfig,
  STRICT_REDACTION,
} from '@spanguard/redaction';
