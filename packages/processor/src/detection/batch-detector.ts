/** Looks at one indexed batch, raw and in memory, and writes down observations: never payload. */
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_CLIENT_PREFIX,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_SERVICE_NAME,
  ATTR_USER_HASH,
  ATTR_USER_ID,
} from '@spanguard/conventions';
import type { OtlpIndex } from '@spanguard/otlp';
import type { Observation, ObservationValue } from '../model/observation.ts';
import type { Signal } from '../model/signal.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Counters } from '../pipeline/counters.ts';
import { clientPrefix } from './client-prefix.ts';
import { OBSERVED_ATTRIBUTES } from './columns.ts';
import { ForeignSpanJudge, type FoundEvent } from './foreign-span.ts';
import { RecordReader } from './record-reader.ts';

/** What detection needs of the redaction policy: observations are stored, so they are masked too. */
export interface ObservationMask {
  /** The value as it may be shown, or undefined where it must not be. */
  attribute(name: string, value: ObservationValue): ObservationValue | undefined;
  /** A keyed pseudonym: equal for equal values, and nobody without the key finds the value. */
  pseudonym(value: string): string;
}

/** What a detector works with. */
export interface BatchDetectorDependencies {
  readonly mask: ObservationMask;
  readonly clock: Clock;
  readonly counters: Counters;
  /** Observations of one batch; further ones are dropped, counted. */
  readonly observationsMax: number;
}

/** A sender's clock may run ahead; further than this it would hold up everybody's windows. */
const AHEAD_MS_MAX = 5000;
const EVENT_PREFIX = new TextEncoder().encode('security.');
const EVENT_NAME = /^security\.[a-z][a-z0-9_]{0,63}$/;

/** Values that name someone: where policy hides them, their pseudonym still tells them apart. */
const ENTITY_ATTRIBUTES: ReadonlySet<string> = new Set([
  ATTR_USER_ID,
  ATTR_CLIENT_ADDRESS,
  ATTR_CLIENT_PREFIX,
]);

/** Observes batches. Stateless but for memory of clean inputs. */
export class BatchDetector {
  readonly #dependencies: BatchDetectorDependencies;
  readonly #judge = new ForeignSpanJudge();

  constructor(dependencies: BatchDetectorDependencies) {
    this.#dependencies = dependencies;
  }

  /** Observations of a batch, in the order of its records. Metrics have none. */
  detect(signal: Signal, index: OtlpIndex, bytes: Uint8Array): Observation[] {
    if (signal === 'metrics') return [];
    const { observationsMax, counters } = this.#dependencies;
    const record = new RecordReader(index, bytes);
    const observations: Observation[] = [];
    let dropped = 0;
    for (let row = 0; row < index.records.count; row++) {
      record.moveTo(row);
      const events = signal === 'logs' ? eventOfLog(record) : this.#judge.judge(record);
      for (const event of events) {
        if (observations.length < observationsMax) observations.push(this.#observe(record, event));
        else dropped += 1;
      }
    }
    if (observations.length > 0) counters.add('detection.observations', observations.length);
    if (dropped > 0) counters.add('detection.dropped', dropped);
    return observations;
  }

  #observe(record: RecordReader, { event, attributes: found }: FoundEvent): Observation {
    const now = this.#dependencies.clock.now();
    const timeMs = Math.min(record.timeMs() || now, now + AHEAD_MS_MAX);
    const attributes: Record<string, ObservationValue> = Object.create(null) as Record<
      string,
      ObservationValue
    >;
    for (const name of OBSERVED_ATTRIBUTES) this.#copy(name, record.get(name), attributes);
    for (const [name, value] of Object.entries(found)) this.#copy(name, value, attributes);
    this.#copy(ATTR_SERVICE_NAME, record.get(ATTR_SERVICE_NAME), attributes);
    this.#completeEntities(record, attributes);
    const [traceId, spanId] = [record.traceId(), record.spanId()];
    const origin = traceId === '' ? JSON.stringify(attributes) : `${traceId}:${spanId}`;
    return { event, timeMs, id: `${origin}:${event}:${timeMs}`, traceId, spanId, attributes };
  }

  #copy(
    name: string,
    value: ObservationValue | undefined,
    to: Record<string, ObservationValue>,
  ): void {
    if (value === undefined) return;
    const { mask } = this.#dependencies;
    const shown = mask.attribute(name, value);
    if (shown === value || !ENTITY_ATTRIBUTES.has(name)) {
      if (shown !== undefined) to[name] = shown;
      return;
    }
    to[name] = mask.pseudonym(String(value));
  }

  /** Every observation names its client's network and its user under one name each, where known. */
  #completeEntities(record: RecordReader, attributes: Record<string, ObservationValue>): void {
    const hash = attributes[ATTR_USER_HASH];
    if (attributes[ATTR_USER_ID] === undefined && hash !== undefined)
      attributes[ATTR_USER_ID] = hash;
    if (attributes[ATTR_CLIENT_PREFIX] !== undefined) return;
    const address = record.text(ATTR_CLIENT_ADDRESS) ?? record.text(ATTR_NETWORK_PEER_ADDRESS);
    const prefix = address === undefined ? undefined : clientPrefix(address);
    this.#copy(ATTR_CLIENT_PREFIX, prefix, attributes);
  }
}

/** Our own events: a log record whose EventName is one of the vocabulary's. */
function eventOfLog(record: RecordReader): readonly FoundEvent[] {
  if (!record.nameBeginsWith(EVENT_PREFIX)) return [];
  const event = record.name();
  return EVENT_NAME.test(event) ? [{ event, attributes: {} }] : [];
}
