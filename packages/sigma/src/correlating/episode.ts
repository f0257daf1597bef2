/** What is said of an instant at which a correlation's condition holds. */
import type { CompiledCorrelation } from './compiled-rules.ts';
import type { CorrelationMatch, Crossing, Entry } from './entry.ts';
import type { Group } from './group.ts';

/** The last instant a Date can hold. */
const DATE_MAX_MS = 8_640_000_000_000_000;

/** The match of a crossing that begins an episode. */
export function matchOf(
  { rule, type, groupBy }: CompiledCorrelation,
  { texts, window }: Group,
  { crossing, quietMs, evidenceMax }: { crossing: Crossing; quietMs: number; evidenceMax: number },
): CorrelationMatch {
  const { firstMs, timeMs, count, distinctCount } = crossing;
  return {
    rule,
    group: texts.map((value, index) => ({ field: groupBy[index] ?? '', value })),
    episode: episodeOf(timeMs, quietMs),
    firstMs,
    lastMs: timeMs,
    count,
    ...(distinctCount === undefined || type !== 'value_count' ? {} : { distinctCount }),
    approximate: window?.approximate ?? false,
    evidence: crossing.evidence(evidenceMax),
  };
}

/** What a correlation says to those that stand on it: an event at the instant its condition held. */
export function onwardEntry(crossing: Crossing, evidenceMax: number): Entry {
  const { timeMs, firstMs, count } = crossing;
  return { timeMs, firstMs, count, evidence: crossing.evidence(evidenceMax) };
}

/**
 * Names an episode by the stretch of time it begins in, each as long as the quiet time. Two of one
 * group never begin in one stretch, so the name needs no memory and repeats only for the same
 * attack, seen again. Late events may move the beginning; the name changes only where that takes it
 * over the end of a stretch.
 */
function episodeOf(timeMs: number, quietMs: number): string {
  const stretchMs = Math.max(1, quietMs);
  const beginMs = Math.floor(timeMs / stretchMs) * stretchMs;
  const isDate = Math.abs(beginMs) <= DATE_MAX_MS;
  return isDate ? new Date(beginMs).toISOString() : String(beginMs);
}
