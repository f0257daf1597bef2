/** What is said between correlation's consumer and what runs the rules, wherever that runs. */
import type { Alert } from '../model/alert.ts';
import type { RuleText } from '../model/rule-text.ts';
import type { CounterName } from '../pipeline/catalogue.ts';

/** What an analysis is made of. It is copied into the thread. */
export interface AnalysisSettings {
  /** Rules that were checked. */
  readonly rules: readonly RuleText[];
  readonly latenessMs: number;
  /** Memory of all entities that rules count. */
  readonly groupBytesMax: number;
  /** The file that windows are saved in, and how often. */
  readonly snapshotPath: string;
  readonly snapshotIntervalMs: number;
  /** Key of the alerts' ids. */
  readonly alertKey: Uint8Array;
}

/** What the consumer says. */
export type AnalysisRequest =
  /** The facts of the next entry, answered with `done`. */
  | { readonly kind: 'entry'; readonly sequence: number; readonly facts: Uint8Array<ArrayBuffer> }
  /** An entry that is to be taken for done without a look; not answered. */
  | { readonly kind: 'passed'; readonly sequence: number }
  /** An alert or letter is on disk, or will never be. */
  | { readonly kind: 'settled'; readonly number: number }
  /** Answers `full`. */
  | { readonly kind: 'room'; readonly isMade: boolean }
  /** Nothing follows. Answered with `finished` when all is done, durable and saved. */
  | { readonly kind: 'finish' };

/** What came to counters since they were told last. */
export type Counts = ReadonlyMap<CounterName, number>;

/** What the analysis says, in its order. */
export type AnalysisReport =
  /** Once, and first: entries up to `sequence`, -1 for none, are in the windows it begins with. */
  | { readonly kind: 'ready'; readonly sequence: number; readonly counts: Counts }
  /** Is to be durable, and answered with `settled`: windows that decided it are not saved before. */
  | { readonly kind: 'alert'; readonly number: number; readonly alert: Alert }
  /** What the rules cannot cope with; the same. */
  | {
      readonly kind: 'letter';
      readonly number: number;
      readonly of: 'row' | 'section';
      readonly bytes: Uint8Array;
      readonly reason: string;
    }
  | { readonly kind: 'done'; readonly sequence: number; readonly counts: Counts }
  /** Windows are looked at, to be saved: `saved` follows, or nothing where that fails. */
  | { readonly kind: 'looked' }
  /** Entries up to `sequence` are in windows that are on disk. */
  | { readonly kind: 'saved'; readonly sequence: number }
  /** The disk is full; it waits for `room`. */
  | { readonly kind: 'full' }
  | {
      readonly kind: 'said';
      readonly level: 'warn' | 'error';
      readonly message: string;
      readonly reason: string;
    }
  | { readonly kind: 'finished' };

/** A way to an analysis that runs. */
export interface AnalysisPort {
  post(request: AnalysisRequest): void;
  /** Ends it at once, wherever it is; nothing is reported any more. */
  end(): Promise<void>;
}

/** Who listens to an analysis. */
export interface AnalysisListener {
  readonly onReport: (report: AnalysisReport) => void;
  /** It is gone, or was ended since it hung. Nothing is reported any more. */
  readonly onDeath: (error: unknown, isHung?: boolean) => void;
}

/** Begins an analysis. */
export type StartAnalysis = (
  settings: AnalysisSettings,
  listener: AnalysisListener,
) => AnalysisPort;
