/** Runs all detectors over one value in a single pass. */
import { DETECTORS } from '../detectors/all-detectors.ts';
import type { Detector, Found, Scanned } from '../detectors/detector.ts';
import { placeholderEnd } from '../detectors/placeholder.ts';
import { behindLastMark } from '../prefilter/marks.ts';

/** Something found, and who found it. */
export interface Finding extends Found {
  readonly detector: string;
}

/** More findings than this, and the value is replaced as a whole. */
export const FINDINGS_MAX = 256;
const [BRACKET, PERCENT, BACKSLASH] = [0x5b, 0x25, 0x5c] as const;

/** Detectors by the byte they want to look at: at a marked one, and at any. */
const BY_MARKED = triggerTable(DETECTORS);
const BY_ANY = triggerTable(DETECTORS.filter(({ isTriggerMarked }) => !isTriggerMarked));
/** 1 for bytes at which something is to be done at all: two in three need no more than this. */
const IS_LOOKED_AT = Uint8Array.from(BY_MARKED, (detectors, byte) =>
  detectors !== undefined || byte === BRACKET || isEscape(byte) ? 1 : 0,
);

/**
 * Findings in order, none overlapping another; undefined where there are more than {@link FINDINGS_MAX}.
 * After a finding the scan goes on behind it.
 */
export function scanValue(value: Scanned): readonly Finding[] | undefined {
  const { bytes, marks } = value;
  let findings: Finding[] | undefined;
  let covered = value.start;
  // Whatever is found holds a marked byte, and what triggers its detector stands at or before that byte.
  const limit = marks === undefined ? value.end : behindLastMark(marks, value.start, value.end);
  for (let at = value.start; at < limit; at++) {
    const byte = bytes[at] ?? 0;
    if (IS_LOOKED_AT[byte] === 0) continue;
    if (byte === BRACKET) {
      // What was replaced before is not looked at again.
      const after = placeholderEnd(bytes, at, value.end);
      if (after > 0) {
        covered = after;
        at = after - 1;
      }
      continue;
    }
    const isMarked = marks === undefined || (((marks[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
    // An escape may hide a sign or a name anywhere in the value: then every byte is looked at.
    if (marks !== undefined && isMarked && isEscape(byte)) {
      return scanValue({ ...value, marks: undefined });
    }
    const detectors = (isMarked ? BY_MARKED : BY_ANY)[byte];
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

function isEscape(byte: number): boolean {
  return byte === PERCENT || byte === BACKSLASH;
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

function triggerTable(detectors: readonly Detector[]): (readonly Detector[] | undefined)[] {
  const table: (Detector[] | undefined)[] = Array.from({ length: 256 }, () => undefined);
  for (const detector of detectors) {
    for (const character of detector.triggers)
      (table[character.charCodeAt(0)] ??= []).push(detector);
  }
  return table;
}
