/** Everything of Spanguard for a process that sets OpenTelemetry up itself. */
import { randomBytes } from 'node:crypto';
import { context, diag } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { LogRecordExporter, LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { setSecurityBackend } from '@spanguard/api';
import {
  ATTR_ERROR_TYPE,
  EVENT_SYS_CRASH,
  EVENT_SYS_MONITOR_DISABLED,
  type SecurityEventName,
} from '@spanguard/conventions';
import {
  compileTrustedProxies,
  createRequestBackend,
  type SecurityRuntime,
  type SecuritySettings,
  setSecurityRuntime,
} from '@spanguard/instrumentation';
import { machineKey, type RedactionConfig } from '@spanguard/redaction';
import type {
  SecurityEventCounts,
  SecurityEventQueueSettings,
} from './events/security-event-queue.ts';
import { SecurityEvents } from './events/security-events.ts';
import { InternalErrors } from './internal-errors.ts';
import { createSecurityMask } from './masking/create-security-mask.ts';
import {
  AttributeMasker,
  DEFAULT_MASK_LIMITS,
  type MaskLimits,
} from './masking/mask-attributes.ts';
import { maskResource } from './masking/mask-resource.ts';
import { RedactingLogRecordProcessor } from './masking/redacting-log-record-processor.ts';
import { RedactingSpanProcessor } from './masking/redacting-span-processor.ts';
import { createSecurityRuntime } from './runtime/create-security-runtime.ts';
import { createKeyedHash, HASH_KEY_BYTES_MIN } from './runtime/keyed-hash.ts';

/** Options of {@link startSecurity}. All have safe defaults. */
export interface SecurityOptions {
  /** What instrumentations record; see `SecuritySettings`. */
  readonly settings?: Partial<SecuritySettings> | undefined;
  /** Masking policy. Default `{}`: every detector on. */
  readonly redaction?: RedactionConfig | undefined;
  /**
   * Key of user, session and API key hashes, at least 32 bytes. Without it all processes of one user on
   * one machine share a key in a file; where there can be none, a random one is made, and said so through
   * OpenTelemetry's log.
   */
  readonly hashKey?: Uint8Array | undefined;
  /**
   * Where security events go, through a queue of their own that no trace sampler and no flood of
   * logs can touch. Without it they go to the global LoggerProvider.
   */
  readonly eventExporter?: LogRecordExporter | undefined;
  /**
   * Resource of security events; give the one your SDK uses, or a function that knows it by the time
   * of the first event. It is masked here.
   */
  readonly resource?: Resource | (() => Resource | undefined) | undefined;
  /**
   * Whether events are exported. Where they are not, spans do not claim that their requests are told by
   * events, and the processor judges them itself. Default: yes with an `eventExporter`, else as the global
   * LoggerProvider says.
   */
  readonly eventsLeave?: (() => boolean) | undefined;
  readonly queue?: Partial<SecurityEventQueueSettings> | undefined;
  readonly limits?: Partial<MaskLimits> | undefined;
  /** Milliseconds since the Unix epoch. Default: the system's clock. */
  readonly now?: (() => number) | undefined;
}

/** What {@link startSecurity} gives back. */
export interface StartedSecurity {
  /** First in your tracer provider's `spanProcessors`. */
  readonly spanProcessor: SpanProcessor;
  /** First in your logger provider's `processors`. */
  readonly logRecordProcessor: LogRecordProcessor;
  readonly runtime: SecurityRuntime;
  /** Whether hashes and pseudonyms of this process join with those of others: given a key, or a file for one. */
  readonly hashesJoin: boolean;
  /** The same resource with secrets in the command line masked and the account's name dropped. */
  maskResource(resource: Resource): Resource;
  /** Events by fate; `undefined` without an `eventExporter`. */
  eventCounts(): SecurityEventCounts | undefined;
  /** Errors of ours that were swallowed, by place. */
  internalErrors(): ReadonlyMap<string, number>;
  /** Emits that this process is not, or not wholly, watched; `reason` is low-cardinality. */
  monitorDisabled(reason: string): void;
  /** Emits that an exception nobody caught ends this process; nothing of the exception is sent. */
  crashed(): void;
  forceFlush(): Promise<void>;
  /** Removes the runtime, which turns every hook into a no-op, and flushes. Safe to call twice. */
  shutdown(): Promise<void>;
}

/**
 * Installs the security runtime for this process. Throws where an option cannot be used; after it
 * returned, nothing of ours throws.
 *
 * @example
 * const security = startSecurity({ eventExporter: new OTLPLogExporter() });
 * const sdk = new NodeSDK({ spanProcessors: [security.spanProcessor, batching], ... });
 */
export function startSecurity(options: SecurityOptions = {}): StartedSecurity {
  const trustedProxies = options.settings?.trustedProxies;
  // Requests compile it for themselves, where a mistake would switch their hooks off one by one.
  if (trustedProxies !== undefined) compileTrustedProxies(trustedProxies);
  const sharedKey = options.hashKey ?? machineKey();
  const masterKey = sharedKey ?? randomKey();
  const plainUsers = options.settings?.userId === 'plain';
  const mask = createSecurityMask(options.redaction ?? {}, masterKey, { plainUsers });
  const masker = new AttributeMasker(mask, { ...DEFAULT_MASK_LIMITS, ...options.limits });
  const errors = new InternalErrors();
  const onError = (where: string): void => errors.count(where);
  const logRecordProcessor = new RedactingLogRecordProcessor(masker, onError);
  const { resource } = options;
  const events = new SecurityEvents({
    exporter: options.eventExporter,
    resource: () => {
      const known = typeof resource === 'function' ? resource() : resource;
      return known === undefined ? undefined : maskResource(known, masker);
    },
    queue: options.queue,
    redacting: logRecordProcessor,
  });
  const runtime = createSecurityRuntime({
    emit: (event) => events.emit(event),
    eventsLeave: options.eventsLeave ?? (() => events.leave()),
    mask,
    hash: createKeyedHash(masterKey),
    settings: options.settings,
    onInternalError: onError,
    onHookDisabled: (where) => {
      diag.warn(
        `spanguard: ${where} failed too often and is switched off; what it sees is told no more`,
      );
      tell(EVENT_SYS_MONITOR_DISABLED, `hook_disabled.${where}`);
    },
    now: options.now ?? Date.now,
  });
  setSecurityRuntime(runtime);
  setSecurityBackend(createRequestBackend());
  const tell = (name: SecurityEventName, reason: string): void =>
    runtime.emit({
      name,
      attributes: { [ATTR_ERROR_TYPE]: reason },
      context: context.active(),
      timestamp: runtime.now(),
    });
  return {
    spanProcessor: new RedactingSpanProcessor(masker, onError),
    logRecordProcessor,
    runtime,
    hashesJoin: sharedKey !== undefined,
    maskResource: (unmasked) => maskResource(unmasked, masker),
    eventCounts: () => events.counts(),
    internalErrors: () => errors.counts(),
    monitorDisabled: (reason) => tell(EVENT_SYS_MONITOR_DISABLED, reason),
    crashed: () => tell(EVENT_SYS_CRASH, 'uncaught_exception'),
    forceFlush: () => events.forceFlush(),
    shutdown: async () => {
      setSecurityRuntime(undefined);
      setSecurityBackend(undefined);
      await events.shutdown();
    },
  };
}

function randomKey(): Uint8Array {
  diag.warn(
    'spanguard: no hash key is given and none can be kept; hashes hold for this process only',
  );
  return new Uint8Array(randomBytes(HASH_KEY_BYTES_MIN));
}
