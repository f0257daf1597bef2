/** A journal as a consumer sees it: entries of a test's own choice, and where the cursor stands. */
import { SECTION } from '#processor/model/sections.ts';
import { type Signal, SIGNALS } from '#processor/model/signal.ts';
import {
  ConsumerRuntime,
  type ConsumerRuntimeOptions,
} from '#processor/pipeline/consumer/consumer-runtime.ts';
import type { Entry, EntrySource, Lag } from '#processor/pipeline/consumer/entry-source.ts';
import { noCounters } from '#processor/pipeline/counters.ts';
import { silentLogger } from '#processor/pipeline/logger.ts';

/** What differs from a batch of traces with one item. */
export interface ScriptedEntry {
  readonly kind?: number;
  readonly signal?: Signal;
  readonly itemCount?: number;
  readonly payload?: Uint8Array;
  readonly facts?: Uint8Array;
  readonly appendedAtMs?: number;
}

/** See the head of this file. Sequences follow each other. */
export class ScriptedSource implements EntrySource {
  readonly entries: Entry[] = [];
  committed: number;
  durableCommits = 0;
  taken = 0;
  /** Reads that are to fail, from now on. */
  failures = 0;
  /** Entries that were given back. */
  readonly released: number[] = [];
  readonly #first: number;
  #isClosed = false;
  #wake: () => void = () => undefined;

  constructor(first = 0) {
    this.#first = first;
    this.committed = first - 1;
  }

  get hasMore(): boolean {
    return !this.#isClosed && this.taken < this.entries.length;
  }

  get lag(): Lag {
    const records = this.entries.length - (this.committed - this.#first + 1);
    return { records, bytes: records * 100 };
  }

  put({
    kind = 0,
    signal = 'traces',
    itemCount = 1,
    appendedAtMs = 0,
    ...sections
  }: ScriptedEntry): void {
    const sequence = this.#first + this.entries.length;
    this.entries.push({
      sequence,
      kind,
      signal: SIGNALS.indexOf(signal),
      itemCount,
      appendedAtMs,
      section: (type) => {
        if (type === SECTION.payload) return sections.payload;
        return type === SECTION.facts ? sections.facts : undefined;
      },
      release: () => void this.released.push(sequence),
    });
    this.#wake();
  }

  next(): Promise<Entry | undefined> {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error('EIO'));
    }
    return Promise.resolve(this.hasMore ? this.entries[this.taken++] : undefined);
  }

  async wait(): Promise<boolean> {
    if (!this.#isClosed && !this.hasMore) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return !this.#isClosed;
  }

  commit(sequence: number): void {
    if (sequence < this.committed) throw new Error('the cursor went back');
    this.committed = sequence;
  }

  commitDurably(sequence: number): Promise<void> {
    this.durableCommits += 1;
    this.commit(sequence);
    return Promise.resolve();
  }

  rewind(): void {
    this.taken = this.committed - this.#first + 1;
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }
}

/** A runtime for a test that cares only for what it names. */
export function runtimeOf(
  options: Pick<ConsumerRuntimeOptions, 'clock' | 'consumer' | 'source'> &
    Partial<ConsumerRuntimeOptions>,
): ConsumerRuntime {
  return new ConsumerRuntime({
    name: 'tested',
    quarantine: () => Promise.resolve(true),
    timeMs: () => 0,
    counters: noCounters,
    logger: silentLogger,
    ...options,
  });
}
