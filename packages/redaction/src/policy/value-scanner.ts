/** Runs all detectors over one value in a single pass. */
import { DETECTORS } from '../detectors/all-detectors.ts';
import type { Detector, Found, Scanned } from '../detectors/detector.ts';
import { placeholderEnd } from '../detectors/placeholder.ts';

/** Something found, and who found it. */
export interface Finding extends Found {
  readonly detector: string;
}

/** More findings than this, and the value is replaced as a whole. */
export const FINDINGS_MAX = 256;
const BRACKET = 0x5b;

/** Detectors by the byte they want to look at. */
const BY_TRIGGER: readonly (readonly Detector[] | undefined)[] = triggerTable();

/**
 * Findings in order, none overlapping another; undefined where there are more than {@link FINDINGS_MAX}.
 * After a finding the scan goes on behind it.
 */
export function scanValue(value: Scanned): readonly Finding[] | undefined {
  let findings: Finding[] | undefined;
  let covered = value.start;
  for (let at = value.start; at < value.end; at++) {
    if (value.bytes[at] === BRACKET) {
      // What was replaced before is not looked at again.
      const after = placeholderEnd(value.bytes, at, value.end);
      if (after > 0) {
        covered = after;
        at = after - 1;
      }
      continue;
    }
    const detectors = BY_TRIGGER[value.bytes[at] ?? 0];
    if (detectors === undefined) continue;
    const finding = firstFinding(detectors, value, at);
    if (finding === undefined || finding.end <= covered) continue;
    findings ??= [];
    if (findings.length >= FINDINGS_MAX) return undefined;
    findings.push(finding.start < covered ? { ...finding, start: covered } : finding);
    covered = finding.end;
    at = Math.max(at, finding.end - 1);
  }
  return findings ?? [];
}

function firstFinding(
  detectors: readonly Detector[],
  value: Scanned,
  at: number,
): Finding | undefined {
  for (const detector of detectors) {
    const found = detector.findAt(value, at);
    if (found !== undefined) return { ...found, detector: detector.name };
  }
  return undefined;
}

function triggerTable(): (readonly Detector[] | undefined)[] {
  const table: (Detector[] | undefined)[] = Array.from({ length: 256 }, () => undefined);
  for (const detector of DETECTORS) {
    for (const character of detector.triggers)
      (table[character.charCodeAt(0)] ??= []).push(detector);
  }
  return table;
}
