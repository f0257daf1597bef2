/** Who hears of an instant at which the condition of a correlation holds. */
import type { CompiledCorrelation, Consumer, Hearing } from './compiled-rules.ts';
import type { Group } from './group.ts';

/**
 * Whether nobody can learn anything from the instants since `fromMs`: the newest belongs to an episode that is
 * told, so that no earlier one can begin another or make it last longer, and so is whoever stands on the
 * correlation.
 */
export function isWhollyTold(
  { consumers, hearing }: CompiledCorrelation,
  { window, lastTrueMs, onwardMs }: Group,
  fromMs: number,
): boolean {
  const latestMs = window?.latestMs ?? Infinity;
  if (latestMs > lastTrueMs || hearing.counting.length > 0) return false;
  return consumers.length === 0 || (fromMs >= onwardMs && isOnePart(latestMs, onwardMs, hearing));
}

function isOnePart(aMs: number, bMs: number, { partMs }: Hearing): boolean {
  return Math.floor(aMs / partMs) === Math.floor(bMs / partMs);
}

/**
 * Who is told of an instant. That something happened is told once for each part of time, and again only of
 * an instant before the one that was told: who counts how often hears of every one.
 */
export function hearingOf(
  { consumers, hearing }: CompiledCorrelation,
  group: Group,
  timeMs: number,
): readonly Consumer[] {
  const isTold = timeMs >= group.onwardMs && isOnePart(timeMs, group.onwardMs, hearing);
  if (isTold) return hearing.counting;
  group.onwardMs = timeMs;
  return consumers;
}
