/** What takes the records of a journal, one after the other: the contract of every consumer. */
import type { Entry, Progress } from './entry-source.ts';

/** What a consumer is given to say how far it is. */
export interface ConsumerRun extends Progress {
  /** Reads nothing more until the next start: what is not done with stays in the journal. */
  stop(): void;
  /**
   * What it took and has not committed is lost to it: it is started again soon, and gets those entries again.
   * The error is told and counted.
   */
  startAgain(error: unknown): void;
}

/** See the head of this file. Everything around it is the affair of `ConsumerRuntime`. */
export interface Consumer {
  /**
   * Called before the first entry, and again after `startAgain`. A consumer that keeps in a transaction of its own how far it is
   * gives the last sequence of that, -1 for none: it gets no entry up to there, and what it commits only
   * tells what may be removed. Undefined: what it has not committed comes again after a crash.
   */
  start(run: ConsumerRun): Promise<number | undefined>;
  /**
   * Takes the next entry, which is then its own to release, and settles when it wants another. Where it
   * throws it gets the same entry again; in the end the entry becomes a dead letter.
   */
  take(entry: Entry): Promise<void>;
  /** Whether it works on what it took, where it settles before: nothing that moves then is a stall. */
  readonly isBusy?: boolean;
  /** An entry it threw on again and again is a dead letter now: it is done with. */
  passOver(sequence: number): void;
  /** No entry is there for now: what waits for another to go with it waits no longer. */
  rest?(): Promise<void>;
  /** The processor ends. True: it goes on for as long as all goes well. False: it ends here. */
  drain?(): boolean;
  /** Settles when nothing is under way any more; called after the last entry. */
  finish?(): Promise<void>;
  /** Ends at once. May be called twice. */
  stop?(): void;
  /** Lets go of what it holds open; nothing follows. */
  close?(): void | Promise<void>;
}
