/** What windows hold, and what they tell. */
import type { RuleHeader } from '../rule.ts';

/** One event that shows what happened. */
export interface Evidence {
  readonly id: string;
  /** What was given with the event; never looked at. JSON-serialisable when snapshots are taken. */
  readonly ref: unknown;
}

/** One event, shared by all windows it is in. */
export interface Entry {
  readonly timeMs: number;
  readonly id: string;
  /** How many events it stands for: its own sampling weight, or those of a correlation. */
  readonly count: number;
  /** Earliest event it stands for. */
  readonly firstMs: number;
  readonly ref: unknown;
  /** For the match of a correlation that feeds another: the events behind it. */
  readonly evidence?: readonly Evidence[];
}

/** How an event enters one window. */
export interface Insertion {
  readonly entry: Entry;
  /** The value that is counted, where distinct values are. */
  readonly value: string;
  /** What is summed: the event's weight, or a value of it. */
  readonly amount: number;
  /** Which of the correlation's rules it matched. */
  readonly input: number;
}

/** An instant at which a correlation's condition holds. */
export interface Crossing {
  readonly timeMs: number;
  readonly firstMs: number;
  readonly count: number;
  readonly distinctCount: number | undefined;
  /** First and last events kept. Valid until the window changes. */
  evidence(max: number): readonly Evidence[];
  /** Entries at this instant that were not taken before. */
  takeEntries(): readonly Entry[];
}

/** The state of one group of one correlation. */
export interface GroupWindow {
  /** Slots held, for the bound on all of them. */
  readonly size: number;
  /** Event time of the newest entry. */
  readonly latestMs: number;
  /** Whether a bound was hit, so that counts are "at least". */
  readonly approximate: boolean;
  /** False when the entry is older than all that is kept. */
  insert(insertion: Insertion): boolean;
  /** Whether the condition holds at the newest entry. */
  holdsNow(): boolean;
  /** Instants from `fromMs` on at which the condition holds, in order. */
  crossings(fromMs: number): readonly Crossing[];
  toJson(): unknown;
}

/** One field an episode is keyed by. */
export interface GroupField {
  readonly field: string;
  readonly value: string;
}

/** An attack, told once: the first crossing of an episode of one rule and group. */
export interface CorrelationMatch {
  readonly rule: RuleHeader;
  readonly group: readonly GroupField[];
  /**
   * With rule and group it names the episode: when the stretch of time began, as long as the quiet
   * time, in which the condition first held. Needs no memory, and late events seldom change it.
   */
  readonly episode: string;
  /** Event time of the first event of the window. */
  readonly firstMs: number;
  /** Event time at which the condition first held, as far as was known. */
  readonly lastMs: number;
  /** Events in the window, each by its weight. */
  readonly count: number;
  /** Distinct values, for value_count. */
  readonly distinctCount?: number;
  /** Counts are a lower bound: the window passed its own bound. */
  readonly approximate: boolean;
  readonly evidence: readonly Evidence[];
}

/** Slots a window keeps; beyond, it thins itself out. */
export const WINDOW_SLOTS_MAX = 4_096;

/** First and last of a list of entries, evidence of correlations unfolded. */
export function evidenceOf(entries: readonly Entry[], max: number): readonly Evidence[] {
  const all = entries.flatMap((entry) => entry.evidence ?? [{ id: entry.id, ref: entry.ref }]);
  return firstAndLast(all, max);
}

/** The list itself when short, else its first and its last half of `max`. */
export function firstAndLast<T>(all: readonly T[], max: number): readonly T[] {
  if (all.length <= max) return all;
  const head = Math.ceil(max / 2);
  return [...all.slice(0, head), ...all.slice(all.length - (max - head))];
}
