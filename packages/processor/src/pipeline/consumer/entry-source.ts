/** How consumers read a journal: in order, each with a cursor of its own. */
import type { StoredRecord } from '../../model/record.ts';

/** One record of a journal. */
export interface Entry extends StoredRecord {
  /** Monotonic; later entries have higher numbers. */
  readonly sequence: number;
  /** In the journal's own time, ms: near the wall clock, but free of its jumps. */
  readonly appendedAtMs: number;
  /** Gives the memory of its sections back, to be used for another entry. Never called, it is garbage. */
  release?(): void;
}

/** What of a journal a consumer is not done with. */
export interface Lag {
  readonly records: number;
  readonly bytes: number;
}

/** How far a consumer is, as it says itself. */
export interface Progress {
  /** Whether an entry is there that was not handed out yet. */
  readonly hasMore: boolean;
  /** Everything up to `sequence` is done with; saved soon. Losing it means seeing entries again. */
  commit(sequence: number): void;
  /** The same, saved when the promise settles. */
  commitDurably(sequence: number): Promise<void>;
}

/** A consumer's view of a journal. */
export interface EntrySource extends Progress {
  readonly lag: Lag;
  /** The next entry; undefined where none is there now. Not called while a call is under way. */
  next(): Promise<Entry | undefined>;
  /** Settles when there may be another: true; or when there will be none, since it is closed: false. */
  wait(): Promise<boolean>;
  /** Goes back to behind what is committed. Not called while a call of `next` is under way. */
  rewind(): void;
  close(): void;
}
