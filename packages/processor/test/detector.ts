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
import { decodeFacts } from '../src/model/facts/decode-facts.ts';
import { FactBatch } from '../src/model/facts/fact-batch.ts';
import { TEXT_COLUMNS } from '../src/model/facts/fact-slots.ts';
import { factsOfRow, type FactValue } from '../src/model/facts/fact-row.ts';
import { type AskedRowKind, REQUEST } from '../src/model/facts/row-kinds.ts';
import { BatchRedactor } from '../src/redaction/batch-redactor.ts';
import { factMaskOf } from '../src/service/create-stages.ts';

/** Now, for every detector; records that say nothing of it are a second old. */
export const NOW_MS: number = Date.UTC(2026, 0, 1, 12);

const pseudonyms = createPseudonyms({ masterKey: new Uint8Array(32).fill(7) });
const policy = compilePolicy({}, { pseudonyms });
const keyTable = new KeyTable({
  classify: policy.classifyKey,
  names: policy.names,
  columns: DETECTION_COLUMNS,
});
const index = new OtlpIndex();

/** How a user whose name the policy hides is shown. */
export const pseudonymOf = (user: string): string => pseudonyms.pseudonym('email', user);

/** A row as tests look at it. */
export interface TestRow {
  readonly event: string;
  readonly timeMs: number;
  readonly id: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Fields by name, but for those that say event, time and weight. */
  readonly attributes: Readonly<Record<string, FactValue>>;
  /** What the fields of texts are grouped and counted by. */
  readonly keys: Readonly<Record<string, string>>;
}

/** What a detector of tests may be given. */
export interface TestDetectorOptions {
  readonly key?: number;
  readonly rowsMax?: number;
  readonly rowKinds?: ReadonlySet<AskedRowKind>;
}

/** A detector of its own memory. */
export class TestDetector {
  readonly clock: FakeClock = new FakeClock({ nowMs: NOW_MS });
  /** The rows of the last batch, as a consumer reads them. */
  readonly facts: FactBatch = new FactBatch();
  /** The last batch as it leaves. */
  exported: Buffer = Buffer.alloc(0);
  readonly #redactor = new BatchRedactor(policy, { add: () => undefined });
  readonly #detector: BatchDetector;

  constructor({ key = 1, rowsMax = 1_000_000, rowKinds }: TestDetectorOptions = {}) {
    this.#detector = new BatchDetector({
      mask: factMaskOf({ policy, pseudonyms }),
      recordKey: new Uint8Array(32).fill(key),
      entityKey: new Uint8Array(32).fill(key),
      ...(rowKinds === undefined ? {} : { rowKinds }),
      clock: this.clock,
      counters: { add: () => undefined },
      rowsMax,
    });
  }

  /** Every row of a request as it came. */
  rows(signal: 'traces' | 'logs', bytes: Uint8Array): TestRow[] {
    const marked = this.#redactor.mark(bytes);
    const { marks } = marked;
    const indexed = indexOtlp(index, {
      ...{ signal, bytes, ...marked },
      keys: keyTable,
      limits: OTLP_LIMITS,
    });
    if (!indexed.ok) throw new Error(indexed.error.message);
    const classes = this.#redactor.decide({ signal, index });
    const encoded = this.#detector.detect({ signal, index, marks, classes });
    const batch = this.#redactor.rewrite({ signal, index, itemCount: indexed.recordCount });
    this.exported = Buffer.from(batch.bytes);
    this.#redactor.giveBack(batch);
    const decoded = decodeFacts(encoded, this.facts);
    if (!decoded.ok) throw new Error(decoded.refusal);
    return Array.from({ length: this.facts.count }, (_, row) => rowOf(this.facts, row));
  }

  /** The events of a request as it came. */
  observe(signal: 'traces' | 'logs', bytes: Uint8Array): TestRow[] {
    return this.rows(signal, bytes).filter(({ event }) => event !== REQUEST);
  }

  /** Events of server spans of one service. */
  spans(...spans: readonly TestSpan[]): TestRow[] {
    return this.observe('traces', tracesOf(...spans));
  }

  /** The requests of server spans of one service. */
  requests(...spans: readonly TestSpan[]): TestRow[] {
    return this.rows('traces', tracesOf(...spans)).filter(({ event }) => event === REQUEST);
  }

  /** Events of log records of one service. */
  logs(...records: readonly LogRecord[]): TestRow[] {
    const resource = { attributes: [attribute('service.name', 'shop')] };
    const resourceLogs = [{ resource, scopeLogs: [{ logRecords: [...records] }] }];
    return this.observe('logs', encodeRequest('logs', { resourceLogs }));
  }
}

function rowOf(facts: FactBatch, row: number): TestRow {
  const { event, timestamp, weight: _weight, ...attributes } = factsOfRow(facts, row);
  const { traceId, spanId } = facts.refOf(row);
  const keys = Object.fromEntries(
    TEXT_COLUMNS.map(({ name }, column) => [
      name,
      facts.texts.keyOf(facts.textColumns[column]?.[row] ?? 0),
    ]),
  );
  return {
    ...{ event: String(event), timeMs: Number(timestamp), id: facts.idOf(row) },
    ...{ traceId, spanId, attributes, keys },
  };
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
