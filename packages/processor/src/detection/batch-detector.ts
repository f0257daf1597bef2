/** Looks at one indexed batch, raw and in memory, and writes down observations: never payload. */
import { ATTR_SERVICE_NAME } from '@spanguard/conventions';
import type { OtlpIndex } from '@spanguard/otlp';
import type { Observation } from '../model/observation.ts';
import type { Signal } from '../model/signal.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Counters } from '../pipeline/counters.ts';
import { ForeignSpanJudge, type FoundEvent } from './foreign-span.ts';
import { type ObservationMask, observedAttributes, observedName } from './observed-attributes.ts';
import { RecordIdentity } from './record-identity.ts';
import { RecordReader } from './record-reader.ts';

/** What a detector works with. */
export interface BatchDetectorDependencies {
  readonly mask: ObservationMask;
  /** Key of the ids of records. */
  readonly recordKey: Uint8Array;
  readonly clock: Clock;
  readonly counters: Counters;
  /** Observations of one batch; further ones are dropped, counted. */
  readonly observationsMax: number;
}

/** A sender's clock may run ahead; further than this it would hold up everybody's windows. */
const AHEAD_MS_MAX = 5000;
const EVENT_PREFIX = new TextEncoder().encode('security.');
const EVENT_NAME = /^security\.[a-z][a-z0-9_]{0,63}$/;
/** No name of an event holds so many digits; a card, an account or a phone does. */
const LONG_NUMBER = /(?:\d[a-z_]*){9}/;
const NO_EVENTS: readonly FoundEvent[] = [];

/** Observes batches. Stateless but for memory of clean inputs. */
export class BatchDetector {
  readonly #dependencies: BatchDetectorDependencies;
  readonly #judge = new ForeignSpanJudge();
  readonly #identity: RecordIdentity;

  constructor(dependencies: BatchDetectorDependencies) {
    this.#dependencies = dependencies;
    this.#identity = new RecordIdentity(dependencies.recordKey);
  }

  /** Observations of a batch, in the order of its records. Metrics have none. */
  detect(signal: Signal, index: OtlpIndex, bytes: Uint8Array): Observation[] {
    if (signal === 'metrics') return [];
    const { observationsMax, counters } = this.#dependencies;
    const record = new RecordReader(signal, index, bytes);
    const observations: Observation[] = [];
    let dropped = 0;
    this.#identity.beginBatch();
    for (let row = 0; row < index.records.count; row++) {
      record.moveTo(row);
      const events = signal === 'logs' ? this.#eventOfLog(record) : this.#judge.judge(record);
      if (events.length === 0) continue;
      if (observations.length + events.length > observationsMax) dropped += events.length;
      else this.#observe(record, events, observations);
    }
    if (observations.length > 0) counters.add('detection.observations', observations.length);
    if (dropped > 0) counters.add('detection.dropped', dropped);
    return observations;
  }

  /** Our own events: a log record whose EventName is like those of the vocabulary. */
  #eventOfLog(record: RecordReader): readonly FoundEvent[] {
    if (!record.nameBeginsWith(EVENT_PREFIX)) return NO_EVENTS;
    const name = record.name();
    if (!EVENT_NAME.test(name) || LONG_NUMBER.test(name)) return NO_EVENTS;
    return [{ event: observedName(name, this.#dependencies.mask), attributes: {} }];
  }

  #observe(record: RecordReader, events: readonly FoundEvent[], to: Observation[]): void {
    const { clock, mask } = this.#dependencies;
    const now = clock.now();
    const ownMs = record.timeMs();
    const timeMs = ownMs > 0 ? Math.min(ownMs, now + AHEAD_MS_MAX) : now;
    const [traceId, spanId] = [record.traceId(), record.spanId()];
    const id = this.#identity.of(record.bytes(), {
      service: record.text(ATTR_SERVICE_NAME) ?? '',
      isTraced: traceId !== '',
      arrivalMs: ownMs > 0 ? undefined : now,
    });
    for (const { event, attributes } of events) {
      to.push({
        event,
        timeMs,
        // A span may tell several events, each of another name.
        id: `${id}:${event}`,
        traceId,
        spanId,
        attributes: observedAttributes(record, attributes, mask),
      });
    }
  }
}
