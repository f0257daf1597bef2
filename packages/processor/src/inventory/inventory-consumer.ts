/**
 * The inventory as a consumer of the journal: posts facts to what keeps it, and moves the cursor behind
 * what the store holds. One that dies is begun again from there.
 */
import { NO_FACTS } from '../model/facts/encode-facts.ts';
import { SECTION } from '../model/sections.ts';
import type { Consumer, ConsumerRun } from '../pipeline/consumer/consumer.ts';
import { DeadlyEntries, DeadlyEntryError } from '../pipeline/consumer/deadly-entries.ts';
import type { ConsumerNeeds } from '../pipeline/consumer/define-consumer.ts';
import type { Entry } from '../pipeline/consumer/entry-source.ts';
import { PostedEntries } from '../pipeline/consumer/posted-entries.ts';
import { Waiting } from '../pipeline/consumer/waiting.ts';
import { errorName } from '../pipeline/failure-reason.ts';
import type {
  InventoryCounts,
  InventoryPort,
  InventoryReport,
  InventorySettings,
  StartInventory,
} from './messages.ts';

/** What the consumer works with. */
export interface InventoryConsumerOptions extends Pick<ConsumerNeeds, 'counters' | 'logger'> {
  readonly settings: InventorySettings;
  readonly start: StartInventory;
  /** Bytes of facts posted and not answered. */
  readonly waitingBytesMax: number;
}

const COMPONENT = 'inventory';
const POSTED_MAX = 1024;

/** See the head of this file. */
export class InventoryConsumer implements Consumer {
  readonly #options: InventoryConsumerOptions;
  readonly #posted: PostedEntries;
  readonly #deadly = new DeadlyEntries();
  #run: ConsumerRun | undefined;
  #port: InventoryPort | undefined;
  #isStopped = false;
  #committing: Promise<void> = Promise.resolve();
  /** Whoever waits for an answer: for its beginning, for room, or for its end. */
  #begun: Waiting<number | undefined> | undefined;
  #room: Waiting<void> | undefined;
  #finished: Waiting<void> | undefined;

  constructor(options: InventoryConsumerOptions) {
    this.#options = options;
    this.#posted = new PostedEntries({ entriesMax: POSTED_MAX, bytesMax: options.waitingBytesMax });
  }

  /** Rejects where it does not come up. */
  async start(run: ConsumerRun): Promise<number | undefined> {
    this.#run = run;
    this.#posted.clear();
    await this.#port?.end();
    if (this.#isStopped) return undefined;
    const { settings, start } = this.#options;
    const begun = (this.#begun = new Waiting<number | undefined>());
    this.#port = start(settings, {
      onReport: (report) => this.#hear(report),
      onDeath: (error) => this.#mourn(error),
    });
    return begun.promise;
  }

  /** Settles when it is posted. */
  async take(entry: Entry): Promise<void> {
    const { sequence } = entry;
    if (this.#deadly.has(sequence)) throw new DeadlyEntryError();
    const facts = entry.section(SECTION.facts) ?? NO_FACTS;
    if (facts.length > 0) {
      await this.#roomFor(facts.length);
      // Not posted, it comes again at the next start.
      if (this.#isStopped) return;
      this.#posted.add(sequence, facts.length);
      // A copy in memory of its own: the thread takes it over, and `slice` of a buffer is a view.
      this.#port?.post({ kind: 'entry', sequence, facts: new Uint8Array(facts) });
    } else this.passOver(sequence);
    entry.release?.();
  }

  passOver(sequence: number): void {
    this.#port?.post({ kind: 'passed', sequence });
  }

  /** Settles when all is saved, or cannot be now; rejects where what keeps it dies meanwhile. */
  async finish(): Promise<void> {
    if (this.#isStopped) return;
    this.#finished = new Waiting<void>();
    this.#port?.post({ kind: 'finish' });
    await this.#finished.promise;
    await this.#committing;
  }

  stop(): void {
    this.#isStopped = true;
    this.#begun?.resolve(undefined);
    this.#room?.resolve();
    this.#finished?.resolve();
  }

  async close(): Promise<void> {
    await this.#port?.end();
  }

  async #roomFor(bytes: number): Promise<void> {
    if (!this.#posted.isFullFor(bytes)) return;
    this.#options.counters.add('inventory.waiting', 1);
    while (this.#posted.isFullFor(bytes) && !this.#isStopped) {
      this.#room = new Waiting<void>();
      await this.#room.promise;
    }
  }

  #hear(report: InventoryReport): void {
    switch (report.kind) {
      case 'ready':
        this.#begun?.resolve(report.sequence);
        this.#begun = undefined;
        return;
      case 'done':
        this.#count(report.counts);
        this.#posted.remove(report.sequence);
        this.#room?.resolve();
        return;
      case 'saved':
        this.#count(report.counts);
        this.#committing = this.#commit(report.sequence);
        return;
      case 'said':
        this.#count(report.counts);
        this.#options.logger[report.level](
          { component: COMPONENT, reason: report.reason },
          report.message,
        );
        return;
      case 'finished':
        this.#finished?.resolve();
    }
  }

  /** Whoever waits is told; one that was up is begun again by the runtime. */
  #mourn(error: unknown): void {
    if (this.#isStopped) return;
    if (this.#begun === undefined) {
      this.#deadly.died(this.#posted.oldest);
      this.#run?.startAgain(error);
    }
    for (const waiting of [this.#begun, this.#room, this.#finished]) waiting?.reject(error);
    this.#begun = undefined;
  }

  /** The cursor only tells what may go: that it moves later does no harm. */
  async #commit(sequence: number): Promise<void> {
    try {
      await this.#run?.commitDurably(sequence);
    } catch (error) {
      this.#options.logger.error(
        { component: COMPONENT, reason: errorName(error) },
        'how far the inventory is could not be saved; more is kept than is needed',
      );
    }
  }

  #count(counts: InventoryCounts): void {
    for (const [name, value] of counts) this.#options.counters.add(name, value);
  }
}
