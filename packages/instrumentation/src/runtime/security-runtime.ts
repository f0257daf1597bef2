/** What instrumentations need from the SDK: where events go, how text is masked, what is recognised. Holds no policy. */
import type {
  IndicatorConfidence,
  IndicatorKind,
  IndicatorPlace,
  SecurityEventName,
} from '@spanguard/conventions';
import type { Context } from '@opentelemetry/api';
import { OWN_NETWORKS } from '@spanguard/verdict';

/** Values an event attribute may have: what both a span and a LogRecord carry unchanged. */
export type SecurityAttributeValue = string | number | boolean | string[];

/** One security event, ready to become a LogRecord whose EventName is `name`. */
export interface SecurityEvent {
  readonly name: SecurityEventName;
  readonly attributes: Record<string, SecurityAttributeValue>;
  /** OpenTelemetry context of the request's span; recording or not, its ids are valid. */
  readonly context: Context;
  /** Milliseconds since the Unix epoch, from {@link SecurityRuntime.now}. */
  readonly timestamp: number;
}

/** One sign of attack in one input of a request. */
export interface RecognisedIndicator {
  readonly kind: IndicatorKind;
  readonly place: IndicatorPlace;
  readonly confidence: IndicatorConfidence;
  /** Stable id of the recogniser. */
  readonly rule: string;
  /** Parameter name as the client wrote it; we neutralise and cap it. */
  readonly parameter?: string | undefined;
  /** Decodings that were undone before the sign showed, e.g. `['url', 'base64']`. */
  readonly decoding?: readonly string[] | undefined;
}

/** The redaction policy, as seen from an instrumentation. None of these may throw; all are total. */
export interface SecurityMask {
  /** Masks free text or a serialised payload (JSON, form). Returns the text unchanged when clean. */
  text(text: string): string;
  /** Masks a raw request target (`/path?query`), keeping what is not secret byte for byte. */
  target(rawTarget: string): string;
  /** Masks one attribute value by its key; `undefined` means: drop the attribute. */
  attribute(key: string, value: SecurityAttributeValue): SecurityAttributeValue | undefined;
}

/** Headers of a request by name in lower case; several of one name as a list. */
export interface RequestHeaders {
  readonly [name: string]: string | readonly string[] | undefined;
}

/** Signs of attack, from `@spanguard/indicators`. Called at most once each per request. */
export interface SecurityRecognisers {
  /** `rawTarget` is `req.url` as received, of any length: the recogniser bounds what it reads. */
  target(rawTarget: string): readonly RecognisedIndicator[];
  /** What the framework's parser produced, or text or bytes; the recogniser bounds its own walk. */
  body(parsed: unknown): readonly RecognisedIndicator[];
  /** `userAgent` is the raw header, of any length. */
  userAgent(userAgent: string): readonly RecognisedIndicator[];
  /** Headers as Node gives them, the user agent passed over. */
  headers(headers: RequestHeaders): readonly RecognisedIndicator[];
}

/** When a payload is serialised: on a signal (status >= 400, auth route, indicator), never, always. */
export type PayloadCapture = 'on_signal' | 'never' | 'always';

/** How the payload of a request is recorded. */
export interface PayloadSettings {
  readonly capture: PayloadCapture;
  /** Longest request payload recorded, in UTF-8 bytes. Default 8192, at most 65536. */
  readonly requestBytesMax: number;
  /** Longest response payload recorded, in UTF-8 bytes. Default 4096, at most 65536. */
  readonly responseBytesMax: number;
}

/** Settings every instrumentation shares. `defaultSecuritySettings()` gives the defaults. */
export interface SecuritySettings {
  /**
   * Who may be believed about the client's address: CIDRs, addresses and the presets `loopback`,
   * `linklocal`, `uniquelocal`; or the number of proxies in front of this process.
   * Default `['loopback', 'linklocal', 'uniquelocal']`.
   */
  readonly trustedProxies: readonly string[] | number;
  /**
   * `masked` emits `user.id` masked like every attribute: an e-mail address becomes its pseudonym. `plain`
   * leaves e-mail addresses in `user.id` as they are, and masks what else is secret in it. `hash` emits
   * `user.hash` (keyed) instead. Default `masked`.
   */
  readonly userId: 'masked' | 'plain' | 'hash';
  readonly payload: PayloadSettings;
  /**
   * Routes where people log in, besides those recognised by name (`/login`, `/oauth/token`, ...).
   * A string matches the route or the path exactly (case-insensitive), a RegExp by `test`.
   */
  readonly authRoutes: readonly (string | RegExp)[];
}

/** What the SDK installs once per process. */
export interface SecurityRuntime {
  /** Must return at once and never throw; the SDK queues. */
  emit(event: SecurityEvent): void;
  /** Whether what is emitted leaves this process. */
  eventsLeave(): boolean;
  readonly mask: SecurityMask;
  /** Keyed HMAC of `value` in text form; `domain` separates uses (`user.id`, `session.id`, `api_key.id`). */
  hash(domain: string, value: string): string;
  readonly recognise: SecurityRecognisers;
  readonly settings: SecuritySettings;
  /** Our own error, swallowed at `where`. The SDK counts it; it must not log per call. */
  onInternalError(where: string, error: unknown): void;
  /** The hook at `where` has failed too often and is off from now on. Told once for each. */
  onHookDisabled(where: string): void;
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** The defaults of {@link SecuritySettings}. */
export function defaultSecuritySettings(): SecuritySettings {
  return {
    trustedProxies: Array.from(OWN_NETWORKS.keys()),
    userId: 'masked',
    payload: { capture: 'on_signal', requestBytesMax: 8192, responseBytesMax: 4096 },
    authRoutes: [],
  };
}

// One slot a process, found by a registered symbol: a CommonJS and an ES copy of this file share it.
const SLOT_SYMBOL: symbol = Symbol.for('spanguard.runtime.v1');

interface RuntimeSlot {
  runtime: SecurityRuntime | undefined;
}

const slot: RuntimeSlot = findSlot();

/** Installs the process-wide runtime; `undefined` removes it and turns every hook into a no-op. */
export function setSecurityRuntime(runtime: SecurityRuntime | undefined): void {
  slot.runtime = runtime;
}

/** The process-wide runtime, or `undefined` before the SDK installed one. */
export function securityRuntime(): SecurityRuntime | undefined {
  return slot.runtime;
}

function findSlot(): RuntimeSlot {
  const existing: unknown = Reflect.get(globalThis, SLOT_SYMBOL);
  if (isSlot(existing)) return existing;
  const created: RuntimeSlot = { runtime: undefined };
  Object.defineProperty(globalThis, SLOT_SYMBOL, { value: created, configurable: true });
  return created;
}

function isSlot(value: unknown): value is RuntimeSlot {
  return typeof value === 'object' && value !== null && 'runtime' in value;
}
