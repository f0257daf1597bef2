/** How long the oldest record has waited that a consumer is not done with. */
import type { Entry, EntrySource } from '../pipeline/entry-source.ts';

/** A record that says when it was appended, in its journal's own time. */
export interface DatedEntry extends Entry {
  readonly appendedAtMs: number;
}

/** A source that says whether an entry is there already. */
export interface ReadableSource<T extends Entry> extends EntrySource<T> {
  readonly hasMore: boolean;
}

/** Records appended within so long count as one: ages are right to this, and little is remembered. */
const GRAIN_MS = 250;

interface Stretch {
  readonly sinceMs: number;
  lastSequence: number;
}

/** A source that remembers what it handed out and what of it is not done. */
export class AgedSource<T extends DatedEntry> implements ReadableSource<T> {
  readonly #source: ReadableSource<T>;
  readonly #timeMs: () => number;
  /** The oldest first. */
  readonly #open: Stretch[] = [];

  /** `timeMs` is the journal's own time. */
  constructor(source: ReadableSource<T>, timeMs: () => number) {
    this.#source = source;
    this.#timeMs = timeMs;
  }

  get hasMore(): boolean {
    return this.#source.hasMore;
  }

  /** Age of the oldest record that was handed out and is not done; 0 where there is none. */
  get ageMs(): number {
    const [oldest] = this.#open;
    return oldest === undefined ? 0 : Math.max(0, this.#timeMs() - oldest.sinceMs);
  }

  async next(): Promise<T | undefined> {
    const entry = await this.#source.next();
    if (entry === undefined) return undefined;
    const { sequence, appendedAtMs } = entry;
    const last = this.#open.at(-1);
    if (last !== undefined && appendedAtMs - last.sinceMs < GRAIN_MS) last.lastSequence = sequence;
    else this.#open.push({ sinceMs: appendedAtMs, lastSequence: sequence });
    return entry;
  }

  commit(sequence: number): void {
    this.#close(sequence);
    this.#source.commit(sequence);
  }

  commitDurably(sequence: number): Promise<void> {
    this.#close(sequence);
    return this.#source.commitDurably(sequence);
  }

  close(): void {
    this.#source.close();
  }

  #close(sequence: number): void {
    while ((this.#open[0]?.lastSequence ?? Infinity) <= sequence) this.#open.shift();
  }
}
