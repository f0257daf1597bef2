/** What detectors found in one value, as disjoint places: where two overlap, all of both goes. */
import type { Found } from '../detectors/detector.ts';

/** Something found, and who found it. */
export interface Finding extends Found {
  readonly detector: string;
  /** It reaches beyond another one that it took in: what ends a value may stand otherwise behind it. */
  readonly isJoined?: boolean;
}

/**
 * Adds to findings that are in order and do not overlap, and leaves them so. Those that the new one overlaps
 * become one with it; findings that touch stay apart.
 */
export function addFinding(findings: Finding[], finding: Finding): void {
  let to = findings.length;
  while (to > 0 && startOf(findings[to - 1]) >= finding.end) to -= 1;
  let from = to;
  let whole = finding;
  for (; from > 0; from--) {
    const before = findings[from - 1];
    if (before === undefined || before.end <= whole.start) break;
    whole = united(before, whole);
  }
  if (from === findings.length) findings.push(whole);
  else findings.splice(from, to - from, whole);
}

function startOf(finding: Finding | undefined): number {
  return finding?.start ?? 0;
}

/** One that holds the other stands for both. Otherwise the first lends its name, and no value of its own is left. */
function united(first: Finding, second: Finding): Finding {
  if (first.start <= second.start && first.end >= second.end) return first;
  if (second.start <= first.start && second.end >= first.end) return { ...second, isJoined: true };
  const { detector, label = detector } = first;
  const start = Math.min(first.start, second.start);
  const end = Math.max(first.end, second.end);
  const quote = first.quote ?? second.quote;
  const both = { detector, label, start, end, isJoined: true };
  return quote === undefined ? both : { ...both, quote };
}
