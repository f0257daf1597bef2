/** What windows hold, and what they tell. */
import type { EvidenceRef } from '../rows/event-rows.ts';
import type { RuleHeader } from '../rule.ts';
import type { ByteWriter } from '../saving/byte-writer.ts';
import type { SavedRefs } from '../saving/saved-refs.ts';

/** Where the events an entry stands for can be found: one, or those behind a correlation's match. */
export type Evidence = EvidenceRef | readonly EvidenceRef[];

/** One event, or the match of a correlation that another looks at. */
export interface Entry {
  readonly timeMs: number;
  /** Earliest event it stands for. */
  readonly firstMs: number;
  /** How many events it stands for: its own sampling weight, or those of a correlation. */
  readonly count: number;
  readonly evidence: Evidence;
}

/** How an event enters one window. */
export interface Insertion extends Entry {
  /** The value that is counted, where distinct values are. */
  readonly value: string;
  /** What is summed: the event's weight, or a value of it. */
  readonly amount: number;
  /** Which of the correlation's rules it matched. */
  readonly input: number;
}

/** An instant at which a correlation's condition holds. Valid until the window changes. */
export interface Crossing {
  readonly timeMs: number;
  readonly firstMs: number;
  readonly count: number;
  readonly distinctCount: number | undefined;
  /** First and last events kept. */
  evidence(max: number): readonly EvidenceRef[];
  /** Whether something at this instant was not taken before; takes it. */
  take(): boolean;
}

/** The state of one group of one correlation. */
export interface GroupWindow {
  /** About how much memory it takes: never much less than it does. */
  readonly bytes: number;
  /** Event time of the newest entry. */
  readonly latestMs: number;
  /** Whether a bound was hit, so that counts are "at least". */
  readonly approximate: boolean;
  /** False when the entry is older than all that is kept. */
  insert(insertion: Insertion): boolean;
  /** Instants from `fromMs` on at which the condition holds, in order. */
  crossings(fromMs: number): readonly Crossing[];
  save(writer: ByteWriter, refs: SavedRefs): void;
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
  readonly evidence: readonly EvidenceRef[];
}

/** What evidence takes of memory: an object, a trace id and a span id in hex. */
export const EVIDENCE_BYTES = 136;
/** What a text takes besides its characters. */
export const TEXT_BYTES = 24;

/** First and last of a list of entries, evidence of correlations unfolded. */
export function firstAndLastOf(all: readonly Evidence[], max: number): readonly EvidenceRef[] {
  const once: Evidence[] = [];
  for (const each of all) addOnce(once, each);
  return unfolded(firstAndLast(once, max), max);
}

/** Adds what is not there already: an event may be in several entries, one for each of its values. */
export function addOnce(all: Evidence[], evidence: Evidence): void {
  if (all.at(-1) !== evidence) all.push(evidence);
}

/** The events behind entries: first and last of them. */
export function unfolded(entries: readonly Evidence[], max: number): readonly EvidenceRef[] {
  return firstAndLast(entries.flat(), max);
}

/** What it takes of memory: of a list, what is in it but for one stands in windows below as well. */
export function evidenceBytes(evidence: Evidence): number {
  return 'length' in evidence ? EVIDENCE_BYTES + 16 + evidence.length * 8 : EVIDENCE_BYTES;
}

/** The list itself when short, else its first and its last half of `max`. */
export function firstAndLast<T>(all: readonly T[], max: number): readonly T[] {
  if (all.length <= max) return all;
  const head = Math.ceil(max / 2);
  return [...all.slice(0, head), ...all.slice(all.length - (max - head))];
}
