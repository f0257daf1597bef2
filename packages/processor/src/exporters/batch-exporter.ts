/** Sends the batches of a journal to one backend, of whatever kind: merged, and halved where one is refused. */
import { batchIn, type StoredBatch } from '../model/records.ts';
import type { Signal } from '../model/signal.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Consumer, ConsumerRun } from '../pipeline/consumer/consumer.ts';
import { DeliveryLoop } from '../pipeline/consumer/delivery-loop.ts';
import type { Entry } from '../pipeline/consumer/entry-source.ts';
import type { FailedDelivery } from '../pipeline/consumer/parcel-delivery.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Delivery } from '../pipeline/delivery.ts';
import type { Logger } from '../pipeline/logger.ts';
import type { Backend } from './backend.ts';
import { FlightBudget } from './flight-budget.ts';
import { bytesOf, halvesOf, itemsOf, type Piece, probeOf } from './piece.ts';

/** What an exporter is given by the configuration. */
export interface BatchExporterSettings {
  /** As in the configuration: `otlp_http/jaeger`. */
  readonly name: string;
  /** What of the journal it sends. */
  readonly signals: readonly Signal[];
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Batches are merged up to this, before compression. */
  readonly batchBytesMax: number;
}

/** What a backend will never take. */
export interface DeadBatch extends StoredBatch {
  /** Why, in a few words: never an answer's body. */
  readonly reason: string;
}

/** What an exporter works with. */
export interface BatchExporterDependencies {
  readonly backend: Backend;
  /** Keeps what the backend will never take. True: it is durable. Else it is tried again. */
  readonly deadLetter: (batch: DeadBatch) => Promise<boolean>;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
}

/** Consecutive batches of one signal that travel together; others are added to it. */
interface Group {
  readonly signal: Signal;
  readonly requests: StoredBatch[];
  readonly entries: Entry[];
  readonly bytesMax: number;
  bytes: number;
  sequence: number;
}

/** How far the exporter runs ahead of a group that does not get through: a crash may repeat it, too. */
const GROUPS_MAX = 64;
const AHEAD_REQUESTS_MAX = 16;

/** See the head of this file. */
export class BatchExporter implements Consumer {
  readonly #settings: BatchExporterSettings;
  readonly #dependencies: BatchExporterDependencies;
  readonly #flight: FlightBudget;
  readonly #loop: DeliveryLoop<Piece>;
  #open: Group | undefined;

  constructor(settings: BatchExporterSettings, dependencies: BatchExporterDependencies) {
    const { concurrency, batchBytesMax } = settings;
    const { backend, clock, random } = dependencies;
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#flight = new FlightBudget(settings);
    this.#loop = new DeliveryLoop<Piece>({
      deliverer: {
        send: ({ signal, requests }) =>
          backend.send(
            signal,
            requests.map(({ bytes }) => bytes),
          ),
        accepted: (piece, delivery) => this.#noteAccepted(piece, delivery),
        failed: (_piece, delivery) => this.#noteFailed(delivery),
        bury: (piece, reason) => this.#bury(piece, reason),
        halve: halvesOf,
        probe: probeOf,
      },
      bounds: {
        concurrency,
        aheadMax: GROUPS_MAX + concurrency,
        aheadBytesMax: AHEAD_REQUESTS_MAX * concurrency * batchBytesMax,
        flyingBytesMax: () => this.#flight.bytes,
      },
      savesAtRest: false,
      clock,
      random,
    });
  }

  start(run: ConsumerRun): Promise<undefined> {
    this.#loop.start(run);
    return Promise.resolve(undefined);
  }

  async take(entry: Entry): Promise<void> {
    const batch = batchIn(entry);
    if (batch === undefined || !this.#settings.signals.includes(batch.signal)) {
      this.passOver(entry.sequence);
      entry.release?.();
      return;
    }
    const open = this.#open;
    const bytes = batch.bytes.length;
    const fits = open?.signal === batch.signal && open.bytes + bytes <= open.bytesMax;
    if (open !== undefined && !fits) await this.rest();
    const group = (this.#open ??= this.#newGroup(batch.signal));
    group.requests.push(batch);
    group.entries.push(entry);
    group.bytes += bytes;
    group.sequence = entry.sequence;
    if (group.bytes >= group.bytesMax) await this.rest();
  }

  /** What is merged so far goes. */
  async rest(): Promise<void> {
    const group = this.#open;
    if (group === undefined) return;
    this.#open = undefined;
    const { signal, requests, entries, bytes, sequence } = group;
    await this.#loop.take({
      whole: { signal, requests },
      bytes,
      sequence,
      release: () => {
        for (const entry of entries) entry.release?.();
      },
    });
  }

  passOver(sequence: number): void {
    if (this.#open === undefined) this.#loop.passOver(sequence);
    else this.#open.sequence = sequence;
  }

  drain(): boolean {
    return this.#loop.drain();
  }

  finish(): Promise<void> {
    return this.#loop.finish();
  }

  stop(): void {
    this.#loop.stop();
  }

  close(): void | Promise<void> {
    return this.#dependencies.backend.close();
  }

  #newGroup(signal: Signal): Group {
    const bytesMax = this.#flight.requestBytes;
    return { signal, requests: [], entries: [], bytesMax, bytes: 0, sequence: -1 };
  }

  #noteAccepted(piece: Piece, { rejectedItems }: Extract<Delivery, { kind: 'accepted' }>): void {
    const { counters, logger } = this.#dependencies;
    const { name: exporter } = this.#settings;
    this.#flight.delivered(bytesOf(piece));
    const items = itemsOf(piece);
    const rejected = Math.min(Math.max(0, rejectedItems), items);
    counters.add('exporter.items', items - rejected, { exporter });
    if (rejected === 0) return;
    counters.add('exporter.rejected_items', rejected, { exporter });
    logger.warn({ exporter, items, rejected }, 'the backend rejected a part of what it was sent');
  }

  /** What is refused for good is halved or buried, and counted then. */
  #noteFailed({ kind, reason }: FailedDelivery): void {
    if (kind === 'never' || kind === 'too_large') return;
    const { counters, logger } = this.#dependencies;
    const { name: exporter } = this.#settings;
    counters.add('exporter.failed', 1, { exporter, kind });
    logger.warn({ exporter, reason }, `the backend does not take it: ${kind}`);
  }

  /** Whether every request is kept as a dead letter; what is not must stay before the cursor. */
  async #bury({ signal, requests }: Piece, reason: string): Promise<boolean> {
    const { counters, deadLetter, logger } = this.#dependencies;
    const { name: exporter } = this.#settings;
    let items = 0;
    for (const { bytes, itemCount } of requests) {
      const isKept = await deadLetter({ bytes, itemCount, signal, reason }).catch(() => false);
      if (!isKept) {
        counters.add('exporter.dead_letter_failed', 1, { exporter });
        logger.error({ exporter, reason }, 'a dead letter cannot be kept; it is tried again');
        return false;
      }
      counters.add('exporter.dead_letter_items', itemCount, { exporter });
      items += itemCount;
    }
    const fields = { exporter, reason, signal, items };
    logger.error(fields, 'the backend does not take these; see spanguard deadletters list');
    return true;
  }
}
