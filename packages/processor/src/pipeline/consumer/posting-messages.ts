/** What is said between a consumer that posts entries and what works on them, wherever that runs. */
import type { CounterName } from '../catalogue.ts';

/** What every such consumer says. */
export type PostedRequest =
  /** The facts of the next entry, answered with `done`. */
  | { readonly kind: 'entry'; readonly sequence: number; readonly facts: Uint8Array<ArrayBuffer> }
  /** An entry that is to be taken for done without a look; not answered. */
  | { readonly kind: 'passed'; readonly sequence: number }
  /** Nothing follows. Answered with `finished` when all is done and saved, or cannot be. */
  | { readonly kind: 'finish' };

/** What came to counters since they were told last. */
export type Counts = ReadonlyMap<CounterName, number>;

/** What is answered, in its order. */
export type PostedReport = (
  | {
      /** Once, and first: entries up to `sequence`, -1 for none, are in what it begins with. */
      readonly kind: 'ready';
      readonly sequence: number;
    }
  | { readonly kind: 'done'; readonly sequence: number }
  | {
      /** Entries up to `sequence` are on disk. */
      readonly kind: 'saved';
      readonly sequence: number;
    }
  | {
      readonly kind: 'said';
      readonly level: 'warn' | 'error';
      readonly message: string;
      readonly reason: string;
    }
  | { readonly kind: 'finished' }
) & { readonly counts?: Counts };

/** A way to what works on entries. */
export interface Port<Request> {
  post(request: Request): void;
  /** Ends it at once, wherever it is; nothing is reported any more. */
  end(): Promise<void>;
}

/** Who listens to it. */
export interface PortListener<Report> {
  readonly onReport: (report: Report) => void;
  /** It is gone, or was ended since it hung. Nothing is reported any more. */
  readonly onDeath: (error: unknown, isHung?: boolean) => void;
}

/** Begins it. */
export type StartPort<Settings, Request, Report> = (
  settings: Settings,
  listener: PortListener<Report>,
) => Port<Request>;
