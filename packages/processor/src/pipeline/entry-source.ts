/** How consumers read a journal: in order, each with a cursor of its own. */

/** One record of a journal. */
export interface Entry {
  /** Monotonic; later entries have higher numbers. */
  readonly sequence: number;
  /** The payload. Valid until it is released. */
  readonly bytes: Uint8Array;
  /** Gives the memory of `bytes` back, to be used for another entry. Never called, it is garbage. */
  release?(): void;
}

/** A consumer's view of a journal. */
export interface EntrySource<T extends Entry = Entry> {
  /** The next entry; waits for one; undefined once closed. */
  next(): Promise<T | undefined>;
  /** Everything up to `sequence` is done with; saved soon. Losing it means seeing entries again. */
  commit(sequence: number): void;
  /** The same, saved when the promise settles. */
  commitDurably(sequence: number): Promise<void>;
  close(): void;
}
