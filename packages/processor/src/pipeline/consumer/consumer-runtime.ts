/**
 * Runs a consumer over a journal: hands it the entries in order, keeps it going, takes the entry it cannot
 * cope with out of its way, and sees how far behind it is.
 */
import type { CancelTimer, Clock } from '../clock.ts';
import type { Component, Deadline } from '../component.ts';
import type { Counters } from '../counters.ts';
import { errorName } from '../failure-reason.ts';
import type { Logger } from '../logger.ts';
import type { Consumer, ConsumerRun } from './consumer.ts';
import type { Entry, EntrySource, Lag } from './entry-source.ts';
import { OpenEntries } from './open-entries.ts';

/** What a runtime works with. */
export interface ConsumerRuntimeOptions {
  /** What it runs, for log and metrics: `correlation`, `exporter otlp_http/jaeger`. */
  readonly name: string;
  readonly consumer: Consumer;
  readonly source: EntrySource;
  /** Keeps an entry as a dead letter. True: it is durable. Else the consumer gets it again. */
  readonly quarantine: (entry: Entry, reason: string) => Promise<boolean>;
  /** The journal's own time, ms. */
  readonly timeMs: () => number;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
}

/** An entry that a consumer throws on so often is quarantined. */
const TRIES_MAX = 3;
const AGAIN_MS = 1000;
const AGAIN_MS_MAX = 30_000;
/** So long nothing moves, though something is there: that is told. */
const STALL_MS = 60_000;
const LOOK_MS = 10_000;

/** See the head of this file. */
export class ConsumerRuntime implements Component {
  readonly #options: ConsumerRuntimeOptions;
  #open = new OpenEntries();
  /** Up to where the consumer is done by its own account; undefined where the cursor tells. */
  #own: number | undefined;
  #isTaking = false;
  /** Why the consumer has to be started again before it gets anything. */
  #lost: { readonly error: unknown } | undefined;
  /** How often it was lost since it was done with anything: what is read again is no progress. */
  #losses = 0;
  #isDraining = false;
  #isStopping = false;
  #movedMs = 0;
  #isStalled = false;
  #running: Promise<void> | undefined;
  #cancelLook: CancelTimer = () => undefined;
  #endPause: () => void = () => undefined;
  #endWait: () => void = () => undefined;

  constructor(options: ConsumerRuntimeOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#own = await this.#options.consumer.start(this.#run());
    this.#moved();
    this.#armLook();
    this.#running = this.#supervise();
  }

  /** Takes what is there for as long as all goes well, and no longer than the deadline. */
  async shutdown({ atMs }: Deadline): Promise<void> {
    const { clock, consumer, source } = this.#options;
    const hasTime = atMs > clock.monotonic();
    this.#isDraining = true;
    this.#cancelLook();
    if (!hasTime || consumer.drain?.() === false) this.stop();
    else if (!source.hasMore) source.close();
    if (hasTime) {
      let cancel: CancelTimer = () => undefined;
      const timeout = new Promise<void>((resolve) => {
        cancel = clock.after(atMs - clock.monotonic(), resolve);
      });
      await Promise.race([this.#running, timeout]);
      cancel();
    }
    this.stop();
    await consumer.close?.();
  }

  /** Takes nothing more until the next start: its cursor stays, and so does what it is not done with. */
  stop(): void {
    const { consumer, source } = this.#options;
    this.#isStopping = true;
    source.close();
    consumer.stop?.();
    this.#endPause();
  }

  /** Age of the oldest record that it was handed and is not done with; 0 where there is none. */
  get ageMs(): number {
    const { sinceMs } = this.#open;
    return sinceMs === undefined ? 0 : Math.max(0, this.#options.timeMs() - sinceMs);
  }

  /** What it is not done with. */
  get lag(): Lag {
    return this.#options.source.lag;
  }

  /** How long nothing has moved although something is there; 0 where all is well. */
  get stalledMs(): number {
    const { clock, consumer, source } = this.#options;
    const isBusy = this.#isTaking || consumer.isBusy === true;
    // One with a transaction of its own is done with what it took, and commits when it saves.
    const isIdle = this.#own === undefined ? source.lag.records === 0 : !source.hasMore && !isBusy;
    return isIdle ? 0 : clock.monotonic() - this.#movedMs;
  }

  #run(): ConsumerRun {
    const { source } = this.#options;
    const done = (sequence: number): void => {
      this.#open.close(sequence);
      this.#losses = 0;
      this.#moved();
    };
    return {
      get hasMore() {
        return source.hasMore;
      },
      commit: (sequence) => {
        done(sequence);
        source.commit(sequence);
      },
      commitDurably: (sequence) => {
        done(sequence);
        return source.commitDurably(sequence);
      },
      stop: () => this.stop(),
      startAgain: (error) => {
        this.#lost = { error };
        this.#losses += 1;
        this.#endWait();
      },
    };
  }

  /** Reads until everything ends. What fails is told and counted, and then it goes on. Never rejects. */
  async #supervise(): Promise<void> {
    for (let failures = 1; !this.#isStopping; failures += 1) {
      try {
        if (this.#lost !== undefined) await this.#startAgain(this.#lost);
        await this.#read(() => (failures = 0));
        return;
      } catch (error) {
        this.#noteFailure(error);
      }
      await this.#pause(Math.max(failures, this.#losses));
    }
  }

  /** Goes back to where the consumer was. */
  async #startAgain(lost: { readonly error: unknown }): Promise<void> {
    const { consumer, source } = this.#options;
    this.#lost = undefined;
    try {
      this.#own = await consumer.start(this.#run());
    } catch (error) {
      this.#lost = lost;
      throw error;
    }
    this.#open = new OpenEntries();
    source.rewind();
    this.#moved();
  }

  async #read(onEntry: () => void): Promise<void> {
    const { consumer, source } = this.#options;
    while (!this.#isStopping) {
      const entry = await source.next();
      if (this.#lost !== undefined) {
        entry?.release?.();
        throw this.#lost.error;
      }
      if (entry === undefined) {
        await consumer.rest?.();
        if (this.#isDraining) source.close();
        if (!(await this.#wait())) break;
        continue;
      }
      onEntry();
      if (entry.sequence <= (this.#own ?? -1)) entry.release?.();
      else await this.#hand(entry);
    }
    await consumer.finish?.();
  }

  /** False where nothing comes any more. */
  #wait(): Promise<boolean> {
    if (this.#lost !== undefined) return Promise.resolve(true);
    return new Promise<boolean>((resolve, reject) => {
      this.#endWait = () => resolve(true);
      this.#options.source.wait().then(resolve, reject);
    });
  }

  /** Hands an entry over, again where the consumer throws; in the end without it. */
  async #hand(entry: Entry): Promise<void> {
    const { consumer } = this.#options;
    this.#open.add(entry);
    this.#moved();
    this.#isTaking = true;
    for (let failures = 1; !this.#isStopping; failures += 1) {
      try {
        await consumer.take(entry);
        break;
      } catch (error) {
        // It comes again with those before it.
        if (this.#lost !== undefined) break;
        this.#noteFailure(error);
        if (failures >= TRIES_MAX && (await this.#quarantine(entry, error))) break;
      }
      await this.#pause(failures);
    }
    this.#isTaking = false;
    this.#moved();
  }

  /** Whether the entry is out of the way: durable, and passed over. */
  async #quarantine(entry: Entry, error: unknown): Promise<boolean> {
    const { name, consumer, counters, logger, quarantine } = this.#options;
    const { sequence } = entry;
    const reason = `threw ${errorName(error)}`;
    const isKept = await quarantine(entry, reason).catch(() => false);
    logger.error(
      { component: name, sequence, reason },
      isKept
        ? 'a record is left out, since it fails again and again; see spanguard deadletters list'
        : 'a dead letter cannot be kept; the record is tried again',
    );
    if (!isKept) return false;
    counters.add('consumer.quarantined', 1, { component: name });
    consumer.passOver(sequence);
    entry.release?.();
    return true;
  }

  #noteFailure(error: unknown): void {
    const { name, counters, logger } = this.#options;
    counters.add('consumer.failed', 1, { component: name });
    logger.error({ component: name, reason: errorName(error) }, 'it failed, and goes on soon');
  }

  async #pause(failures: number): Promise<void> {
    if (this.#isStopping) return;
    const ms = Math.min(AGAIN_MS_MAX, AGAIN_MS * 2 ** Math.min(Math.max(failures - 2, 0), 10));
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  #moved(): void {
    this.#movedMs = this.#options.clock.monotonic();
  }

  #armLook(): void {
    this.#cancelLook = this.#options.clock.after(LOOK_MS, () => {
      this.#look();
      this.#armLook();
    });
  }

  #look(): void {
    const { name, counters, logger } = this.#options;
    const { stalledMs } = this;
    const wasStalled = this.#isStalled;
    this.#isStalled = stalledMs >= STALL_MS;
    if (!this.#isStalled || wasStalled) return;
    counters.add('consumer.stalled', 1, { component: name });
    logger.warn(
      { component: name, seconds: Math.round(stalledMs / 1000), ...this.lag },
      'nothing has moved for long, though something is there',
    );
  }
}
