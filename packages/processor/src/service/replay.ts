/**
 * What the rules would have told of telemetry: the stages from marking to correlation, without door, journal
 * or thread, on a clock that the telemetry itself moves. Equal input gives equal alerts.
 */
import { indexOtlp, KeyTable, type OtlpError, OTLP_LIMITS, OtlpIndex } from '@spanguard/otlp';
import { compilePolicy, createPseudonyms } from '@spanguard/redaction';
import { CorrelationEngine, type Ruleset } from '@spanguard/sigma';
import { Correlator } from '../correlation/correlator.ts';
import { rowKindsOf } from '../correlation/compile-rules.ts';
import { BatchDetector } from '../detection/batch-detector.ts';
import { DETECTION_COLUMNS } from '../detection/columns.ts';
import type { Alert } from '../model/alert.ts';
import { NO_FACTS } from '../model/facts/encode-facts.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Counters } from '../pipeline/counters.ts';
import { BatchRedactor } from '../redaction/batch-redactor.ts';
import { factMaskOf } from './create-stages.ts';

/** What a replay may be given. */
export interface ReplaySettings {
  readonly ruleset: Ruleset;
  /** Where counts go. Default: nowhere. */
  readonly counters?: Counters;
}

/** What a batch came to. */
export type Replayed =
  | {
      readonly ok: true;
      readonly alerts: readonly Alert[];
      readonly records: number;
      /** Rows the rules could not cope with. */
      readonly leftOut: number;
    }
  | { readonly ok: false; readonly error: OtlpError };

const ROWS_MAX = 50_000;
/** Nothing of a replay is kept or leaves, so its keys need not be secret. */
const KEY = new Uint8Array(32).fill(1);
const NOWHERE: Counters = { add: () => undefined };

/** See the head of this file. */
export class Replay {
  readonly #correlator: Correlator;
  readonly #detector: BatchDetector;
  readonly #redactor: BatchRedactor;
  readonly #keys: KeyTable;
  readonly #index = new OtlpIndex();
  /** The latest time that any record told, ms. */
  #nowMs = 0;

  constructor({ ruleset, counters = NOWHERE }: ReplaySettings) {
    const pseudonyms = createPseudonyms({ masterKey: KEY });
    const policy = compilePolicy({}, { pseudonyms });
    const clock: Clock = {
      now: () => this.#nowMs,
      monotonic: () => this.#nowMs,
      after: () => () => undefined,
    };
    this.#redactor = new BatchRedactor(policy, counters);
    this.#keys = new KeyTable({
      classify: policy.classifyKey,
      names: policy.names,
      columns: DETECTION_COLUMNS,
    });
    this.#detector = new BatchDetector({
      mask: factMaskOf({ policy, pseudonyms }),
      ...{ recordKey: KEY, entityKey: KEY, clock, counters },
      rowKinds: rowKindsOf(ruleset),
      rowsMax: ROWS_MAX,
    });
    const engine = new CorrelationEngine(ruleset, { now: () => this.#nowMs });
    this.#correlator = new Correlator({ engine, alertKey: KEY, counters });
  }

  /** Takes an OTLP request, as protobuf; those before it are older, or not much younger. */
  take(signal: 'traces' | 'logs', bytes: Uint8Array): Replayed {
    const [redactor, index] = [this.#redactor, this.#index];
    const marked = redactor.mark(bytes);
    const settings = { signal, bytes, ...marked, keys: this.#keys, limits: OTLP_LIMITS };
    const indexed = indexOtlp(index, settings);
    if (!indexed.ok) return { ok: false, error: indexed.error };
    const records = indexed.recordCount;
    if (records === 0) return { ok: true, alerts: [], records, leftOut: 0 };
    this.#moveClock();
    const classes = redactor.decide({ signal, index });
    const facts = this.#detector.detect({ signal, index, marks: marked.marks, classes });
    // What deciding noted of the batch ends with its rewrite.
    redactor.giveBack(redactor.rewrite({ signal, index, itemCount: records }));
    if (facts === NO_FACTS) return { ok: true, alerts: [], records, leftOut: 0 };
    const { alerts, leftOut } = this.#correlator.take(facts);
    return { ok: true, alerts, records, leftOut: leftOut.length };
  }

  #moveClock(): void {
    const { count, startMs, endMs } = this.#index.records;
    for (let row = 0; row < count; row++) {
      this.#nowMs = Math.max(this.#nowMs, startMs[row] ?? 0, endMs[row] ?? 0);
    }
  }
}
