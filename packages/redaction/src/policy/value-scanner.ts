/** Runs all detectors over one value in a single pass. */
import { DETECTORS } from '../detectors/all-detectors.ts';
import type { Detector, Scanned } from '../detectors/detector.ts';
import { placeholderEnd } from '../detectors/placeholder.ts';
import { behindLastMark } from '../prefilter/marks.ts';
import { addFinding, type Finding } from './findings.ts';

/** More findings than this, and the value is replaced as a whole. */
export const FINDINGS_MAX = 256;
/** Why a value cannot be judged: more than {@link FINDINGS_MAX} findings; more to read than it may cost. */
export type NotJudged = 'too_many' | 'too_costly';

/** A detector, and its place in the registry. */
interface Watcher {
  readonly detector: Detector;
  readonly index: number;
}

const [BRACKET, PERCENT, BACKSLASH] = [0x5b, 0x25, 0x5c] as const;

/** Detectors by the byte they want to look at: at a marked one, and at one that is not. */
const WATCHERS = DETECTORS.map((detector, index) => ({ detector, index }));
const BY_MARKED = triggerTable(WATCHERS);
const BY_ANY = triggerTable(WATCHERS.filter(({ detector }) => detector.marked !== 'trigger'));
/** Where a byte is looked at: at a mark, near one, or anywhere. */
const LOOK = { trigger: 1, near: 2, anywhere: 4 } as const;
const ALL_LOOKS = 7;
/** Bits of {@link LOOK} of each byte: most bytes need no more than this. */
const LOOKS: Uint8Array = Uint8Array.from(BY_MARKED, (watchers = [], byte) => {
  if (byte === BRACKET) return LOOK.anywhere;
  const looks = isEscape(byte) ? LOOK.trigger : 0;
  return watchers.reduce((sum, { detector }) => sum | LOOK[detector.marked], looks);
});
const NONE: readonly Finding[] = [];

/**
 * All that any detector finds, whatever another one finds there, as places that do not overlap; see
 * {@link addFinding}. `isWanted` turns away what the policy
 * lets through: that must not stand for something else that lies within.
 */
export function scanValue(
  value: Scanned,
  isWanted: (finding: Finding) => boolean,
): readonly Finding[] | NotJudged {
  const { bytes, marks, reads } = value;
  reads.begin(value.end - value.start);
  let findings: Finding[] | undefined;
  /** Where each detector goes on. Made for the first finding. */
  let resumes: Int32Array | undefined;
  let replacedTo = value.start;
  // Whatever is found holds a marked byte, and what triggers its detector stands at or before that byte.
  const limit = marks === undefined ? value.end : behindLastMark(marks, value.start, value.end);
  let looks = marks === undefined ? ALL_LOOKS : looksFrom(marks, value.start);
  for (let at = value.start; at < limit; at++) {
    if (marks !== undefined && (at & 31) === 0) looks = looksFrom(marks, at);
    const byte = bytes[at] ?? 0;
    if (((LOOKS[byte] ?? 0) & looks) === 0) continue;
    if (byte === BRACKET) {
      // What was replaced before is not looked at again.
      const after = placeholderEnd(bytes, at, value.end);
      if (after > 0) {
        replacedTo = after;
        at = after - 1;
        if (marks !== undefined) looks = looksFrom(marks, after);
      }
      continue;
    }
    const isMarked = marks === undefined || (((marks[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
    // An escape may hide a sign or a name anywhere in the value: then every byte is looked at.
    if (marks !== undefined && isMarked && isEscape(byte)) {
      return scanValue({ ...value, marks: undefined }, isWanted);
    }
    const watchers = (isMarked ? BY_MARKED : BY_ANY)[byte];
    if (watchers === undefined) continue;
    for (const { detector, index } of watchers) {
      if (resumes !== undefined && at < (resumes[index] ?? 0)) continue;
      const found = detector.findAt(value, at);
      if (reads.isSpent) return 'too_costly';
      if (found === undefined || found.end <= replacedTo) continue;
      resumes ??= new Int32Array(DETECTORS.length);
      if (detector.nests !== true) resumes[index] = found.end;
      for (const one of found.also === undefined ? [found] : [found, ...found.also]) {
        const start = Math.max(one.start, replacedTo);
        const finding = { ...one, start, detector: detector.name };
        if (!isWanted(finding)) continue;
        findings ??= [];
        addFinding(findings, finding);
        if (findings.length > FINDINGS_MAX) return 'too_many';
        const last = findings.at(-1) ?? finding;
        reads.cover(last.start, last.end);
      }
    }
  }
  return findings ?? NONE;
}

/** Words of marks have as many bits as `NEAR_BYTES`: what is near lies in the word of a byte or the next. */
function looksFrom(marks: Uint32Array, at: number): number {
  const word = at >>> 5;
  if (marks[word] !== 0) return ALL_LOOKS;
  return marks[word + 1] === 0 ? LOOK.anywhere : LOOK.anywhere | LOOK.near;
}

function isEscape(byte: number): boolean {
  return byte === PERCENT || byte === BACKSLASH;
}

function triggerTable(watchers: readonly Watcher[]): (readonly Watcher[] | undefined)[] {
  const table: (Watcher[] | undefined)[] = Array.from({ length: 256 }, () => undefined);
  for (const watcher of watchers) {
    for (const character of watcher.detector.triggers)
      (table[character.charCodeAt(0)] ??= []).push(watcher);
  }
  return table;
}
