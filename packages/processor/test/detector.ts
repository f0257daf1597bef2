/** A detector as the processor runs it: over a real index, with the policy that needs no configuration. */
import { indexOtlp, KeyTable, OTLP_LIMITS, OtlpIndex } from '@spanguard/otlp';
import { compilePolicy, createPseudonyms } from '@spanguard/redaction';
import {
  encodeRequest,
  FakeClock,
  type KeyValue,
  type LogRecord,
  type Span,
} from '@spanguard/testkit';
import { BatchDetector } from '../src/detection/batch-detector.ts';
import { DETECTION_COLUMNS } from '../src/detection/columns.ts';
import type { Observation } from '../src/model/observation.ts';

/** Now, for every detector; records that say nothing of it are a second old. */
export const NOW_MS: number = Date.UTC(2026, 0, 1, 12);

const pseudonyms = createPseudonyms({ masterKey: new Uint8Array(32).fill(7) });
const policy = compilePolicy({}, { pseudonyms });
const keys = new KeyTable({
  classify: policy.classifyKey,
  names: policy.names,
  columns: DETECTION_COLUMNS,
});
const index = new OtlpIndex();

/** How a user whose name the policy hides is shown. */
export const pseudonymOf = (user: string): string => pseudonyms.pseudonym('email', user);

/** A detector of its own memory. */
export class TestDetector {
  readonly clock: FakeClock = new FakeClock({ nowMs: NOW_MS });
  readonly #detector: BatchDetector;

  constructor({ key = 1, observationsMax = 1_000_000 } = {}) {
    this.#detector = new BatchDetector({
      mask: {
        attribute: (name, value) => policy.redactAttribute(name, value),
        pseudonym: (value) => pseudonyms.pseudonym('user', value),
      },
      recordKey: new Uint8Array(32).fill(key),
      clock: this.clock,
      counters: { add: () => undefined },
      observationsMax,
    });
  }

  /** Observations of a request as it came. */
  observe(signal: 'traces' | 'logs', bytes: Uint8Array): Observation[] {
    const marked = policy.mark(bytes);
    const indexed = indexOtlp(index, { signal, bytes, ...marked, keys, limits: OTLP_LIMITS });
    if (!indexed.ok) throw new Error(indexed.error.message);
    return this.#detector.detect(signal, index, bytes);
  }

  /** Observations of server spans of one service. */
  spans(...spans: readonly TestSpan[]): Observation[] {
    return this.observe('traces', tracesOf(...spans));
  }

  /** Observations of log records of one service. */
  logs(...records: readonly LogRecord[]): Observation[] {
    const resource = { attributes: [attribute('service.name', 'shop')] };
    const resourceLogs = [{ resource, scopeLogs: [{ logRecords: [...records] }] }];
    return this.observe('logs', encodeRequest('logs', { resourceLogs }));
  }
}

/** Attributes by name, and what else a span has. */
export interface TestSpan {
  readonly attributes: Readonly<Record<string, Value>>;
  readonly also?: Partial<Span>;
}

type Value =
  string | number | boolean | bigint | Uint8Array | readonly string[] | Map<string, string>;

/** A request of server spans. */
export function tracesOf(...spans: readonly TestSpan[]): Uint8Array {
  const resource = { attributes: [attribute('service.name', 'shop')] };
  const all = spans.map(({ attributes, also }) => ({
    kind: 2,
    startTimeUnixNano: nanoseconds(NOW_MS - 2000),
    endTimeUnixNano: nanoseconds(NOW_MS - 1000),
    ...also,
    attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  }));
  return encodeRequest('traces', { resourceSpans: [{ resource, scopeSpans: [{ spans: all }] }] });
}

/** A security event as our SDK sends it. */
export function securityEvent(
  attributes: Readonly<Record<string, Value>>,
  also: Partial<LogRecord> = {},
): LogRecord {
  return {
    eventName: 'security.authn_login_fail',
    timeUnixNano: nanoseconds(NOW_MS - 1000),
    ...also,
    attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  };
}

/** Milliseconds as OTLP writes times. */
export function nanoseconds(ms: number): string {
  return `${ms}000000`;
}

/** An attribute of any shape. */
function attribute(key: string, value: Value): KeyValue {
  if (typeof value === 'string') return { key, value: { stringValue: value } };
  if (typeof value === 'boolean') return { key, value: { boolValue: value } };
  if (typeof value === 'number') return { key, value: { intValue: value } };
  if (typeof value === 'bigint') return { key, value: { intValue: String(value) } };
  if (value instanceof Uint8Array) return { key, value: { bytesValue: value } };
  if (value instanceof Map) {
    const values = Array.from(value, ([name, text]) => attribute(name, text));
    return { key, value: { kvlistValue: { values } } };
  }
  const values = value.map((text) => ({ stringValue: text }));
  return { key, value: { arrayValue: { values } } };
}
