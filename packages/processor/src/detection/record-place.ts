/** Where and when a record happened, how many it stands for, and what tells it apart from others. */
import { FIELD_DURATION_MS, FIELD_TIMESTAMP, FIELD_WEIGHT } from '@spanguard/conventions';
import type { OtlpIndex } from '@spanguard/otlp';
import { type FactBatch, IDENTITY_BYTES, ORIGIN_BYTES } from '../model/facts/fact-batch.ts';
import { numberColumn } from '../model/facts/fact-slots.ts';
import type { Signal } from '../model/signal.ts';
import type { Clock } from '../pipeline/clock.ts';
import { RecordIdentity } from './record-identity.ts';
import { samplingWeight } from './sampling-weight.ts';

/** A sender's clock may run ahead; further than this it would hold up everybody's windows. */
const AHEAD_MS_MAX = 5000;
const TRACE_ID_BYTES = 16;
const TIMESTAMP = numberColumn(FIELD_TIMESTAMP);
const DURATION = numberColumn(FIELD_DURATION_MS);
const WEIGHT = numberColumn(FIELD_WEIGHT);
const NO_BYTES = Buffer.alloc(0);

/** Writes place and time of the records of one batch after the other. */
export class RecordPlace {
  readonly #facts: FactBatch;
  readonly #identity: RecordIdentity;
  readonly #clock: Clock;
  #isTraces = true;
  #index: OtlpIndex | undefined;
  #bytes: Buffer = NO_BYTES;
  #now = 0;
  /** The record identified last, and in which row. */
  #identified = { record: -1, row: 0 };

  constructor(
    facts: FactBatch,
    { recordKey, clock }: { readonly recordKey: Uint8Array; readonly clock: Clock },
  ) {
    this.#facts = facts;
    this.#identity = new RecordIdentity(recordKey);
    this.#clock = clock;
  }

  beginBatch(signal: Signal, index: OtlpIndex, bytes: Buffer): void {
    this.#isTraces = signal === 'traces';
    this.#index = index;
    this.#bytes = bytes;
    this.#now = this.#clock.now();
    this.#identified = { record: -1, row: 0 };
    this.#identity.beginBatch();
  }

  /** Writes a row's; its service is there already. */
  write(row: number, record: number): void {
    const index = this.#index;
    if (index === undefined) return;
    const { records } = index;
    const ownMs = this.#timeMs(index, record);
    const limitMs = this.#now + AHEAD_MS_MAX;
    const timeMs = ownMs > 0 ? Math.min(ownMs, limitMs) : this.#now;
    this.#facts.setNumber(TIMESTAMP, row, timeMs);
    const weight = this.#isTraces
      ? samplingWeight(
          this.#bytes,
          records.traceStateStart[record] ?? -1,
          records.traceStateEnd[record] ?? -1,
        )
      : 1;
    this.#facts.setNumber(WEIGHT, row, weight);
    if (this.#isTraces) this.#writeDuration(row, record, index);
    const isTraced = this.#writeOrigin(row, record, index);
    // The place and time of a span are its own; but what is not believed of them tells nothing apart.
    if (this.#isTraces && isTraced && ownMs > 0 && ownMs <= limitMs) return;
    this.#writeIdentity(row, record, { isTraced, ownMs });
  }

  /**
   * Whole ms, 0 = absent. A span's end, so that a request drawn out for minutes is as recent as its answer,
   * else its start; a log record's time, else when it was observed.
   */
  #timeMs({ records }: OtlpIndex, record: number): number {
    const startMs = records.startMs[record] ?? 0;
    const endMs = records.endMs[record] ?? 0;
    const [first, second] = this.#isTraces ? [endMs, startMs] : [startMs, endMs];
    return Math.floor(first > 0 ? first : second);
  }

  /** As a float: seven digits are more than clocks are good for, and take half the room. */
  #writeDuration(row: number, record: number, { records }: OtlpIndex): void {
    const startMs = records.startMs[record] ?? 0;
    const endMs = records.endMs[record] ?? 0;
    if (startMs <= 0 || endMs < startMs) return;
    this.#facts.setNumber(DURATION, row, Math.fround(endMs - startMs));
  }

  /** Whether the record has both ids. */
  #writeOrigin(row: number, record: number, { records }: OtlpIndex): boolean {
    const to = this.#facts.origins;
    const at = row * ORIGIN_BYTES;
    const spanAt = at + TRACE_ID_BYTES;
    const hasTrace = this.#copyId(records.traceIdAt[record] ?? -1, to, at, spanAt);
    const hasSpan = this.#copyId(records.spanIdAt[record] ?? -1, to, spanAt, at + ORIGIN_BYTES);
    return hasTrace && hasSpan;
  }

  /** Some senders write zeros where they have no id. */
  #copyId(from: number, to: Buffer, start: number, end: number): boolean {
    if (from < 0) {
      to.fill(0, start, end);
      return false;
    }
    let any = 0;
    for (let at = start, source = from; at < end; at++) {
      const byte = this.#bytes[source++] ?? 0;
      to[at] = byte;
      any |= byte;
    }
    return any !== 0;
  }

  #writeIdentity(
    row: number,
    record: number,
    { isTraced, ownMs }: { readonly isTraced: boolean; readonly ownMs: number },
  ): void {
    const index = this.#index;
    if (index === undefined) return;
    const { frames, records } = index;
    const frame = records.frame[record] ?? 0;
    const bytes = this.#bytes.subarray(frames.start[frame], frames.end[frame]);
    this.#facts.hasIdentities = true;
    const identities = this.#facts.identities;
    const at = row * IDENTITY_BYTES;
    if (record === this.#identified.record) {
      // What else a record tells is told by the same record.
      const known = this.#identified.row * IDENTITY_BYTES;
      identities.copyWithin(at, known, known + IDENTITY_BYTES);
      return;
    }
    this.#identified = { record, row };
    this.#identity.write(identities, at, bytes, {
      service: this.#facts.texts.textOf(this.#facts.sourceOf(row)),
      isPlaced: isTraced && ownMs > 0,
      arrivalMs: ownMs > 0 ? undefined : this.#now,
    });
  }
}
