/** What is said between correlation's consumer and what runs the rules, wherever that runs. */
import type { Alert } from '../model/alert.ts';
import type { RuleText } from '../model/rule-text.ts';
import type {
  Port,
  PostedReport,
  PostedRequest,
  StartPort,
} from '../pipeline/consumer/posting-messages.ts';

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

/** What its consumer says besides what every one does. */
export type OwnRequest =
  /** An alert or letter is on disk, or will never be. */
  | { readonly kind: 'settled'; readonly number: number }
  /** Answers `full`. */
  | { readonly kind: 'room'; readonly isMade: boolean };

/** What it says besides. Windows that decided an alert or a letter are not saved before that is settled. */
export type OwnReport =
  /** Is to be durable, and answered with `settled`. */
  | { readonly kind: 'alert'; readonly number: number; readonly alert: Alert }
  /** What the rules cannot cope with; the same. */
  | {
      readonly kind: 'letter';
      readonly number: number;
      readonly of: 'row' | 'section';
      readonly bytes: Uint8Array;
      readonly reason: string;
    }
  /** Windows are looked at, to be saved: `saved` follows, or nothing where that fails. */
  | { readonly kind: 'looked' }
  /** The disk is full; it waits for `room`. */
  | { readonly kind: 'full' };

export type AnalysisRequest = PostedRequest | OwnRequest;
export type AnalysisReport = PostedReport | OwnReport;
export type AnalysisPort = Port<AnalysisRequest>;
export type StartAnalysis = StartPort<AnalysisSettings, AnalysisRequest, AnalysisReport>;
