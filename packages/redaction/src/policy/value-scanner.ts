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

/** A detector, and its place in the registry. All of one shape: what is called in the loop is read quickly. */
interface Watcher {
  readonly name: string;
  readonly nests: boolean;
  readonly findAt: Detector['findAt'];
  readonly index: number;
}

const [BRACKET, PERCENT, BACKSLASH] = [0x5b, 0x25, 0x5c] as const;

/** Detectors by the byte they want to look at: at a marked one, and at one that is not. */
const BY_MARKED = triggerTable(() => true);
const BY_ANY = triggerTable(({ marked }) => marked !== 'trigger');
/** Where a byte is looked at that is not marked itself: near a mark, or anywhere. */
const LOOK = { trigger: 0, near: 1, anywhere: 2 } as const;
/** Bits of {@link LOOK} of each byte: most bytes need no more than this. */
const LOOKS: Uint8Array = looksTable();
/** Where each detector goes on in the value under way, from the first thing found on. */
const resumes = new Int32Array(DETECTORS.length);
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
  let isAnyFound = false;
  let replacedTo = value.start;
  // Whatever is found holds a marked byte, and what triggers its detector stands at or before that byte.
  const limit = marks === undefined ? value.end : behindLastMark(marks, value.start, value.end);
  for (let at = value.start; at < limit; at++) {
    if (marks !== undefined) at = nextPlace(bytes, marks, at, limit);
    if (at >= limit) break;
    const byte = bytes[at] ?? 0;
    const isMarked = marks === undefined || (((marks[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
    if (byte === BRACKET) {
      // What was replaced before is not looked at again.
      const after = placeholderEnd(bytes, at, value.end);
      if (after > 0) {
        replacedTo = after;
        at = after - 1;
      }
      continue;
    }
    // An escape may hide a sign or a name anywhere in the value: then every byte is looked at.
    if (marks !== undefined && isMarked && isEscape(byte)) {
      return scanValue({ ...value, marks: undefined }, isWanted);
    }
    const watchers = (isMarked ? BY_MARKED : BY_ANY)[byte];
    if (watchers === undefined) continue;
    for (const watcher of watchers) {
      const { index } = watcher;
      if (isAnyFound && at < (resumes[index] ?? 0)) continue;
      const found = watcher.findAt(value, at);
      if (reads.isSpent) return 'too_costly';
      if (found === undefined || found.end <= replacedTo) continue;
      if (!isAnyFound) resumes.fill(0);
      isAnyFound = true;
      if (!watcher.nests) resumes[index] = found.end;
      for (const one of found.also === undefined ? [found] : [found, ...found.also]) {
        const start = Math.max(one.start, replacedTo);
        const finding = { ...one, start, detector: watcher.name };
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

/** The next byte from `from` on that is marked, or looked at without a mark of its own; at most `limit`. */
function nextPlace(bytes: Uint8Array, marks: Uint32Array, from: number, limit: number): number {
  let at = from;
  while (at < limit) {
    // Words of marks have as many bits as `NEAR_BYTES`: what is near lies in the word of a byte or the next.
    const word = marks[at >>> 5] ?? 0;
    const isNear = word !== 0 || marks[(at >>> 5) + 1] !== 0;
    const looks = isNear ? LOOK.near | LOOK.anywhere : LOOK.anywhere;
    const stop = Math.min(limit, (at | 31) + 1);
    for (let bits = word >>> (at & 31); at < stop; at++, bits >>>= 1) {
      if ((bits & 1) !== 0 || ((LOOKS[bytes[at] ?? 0] ?? 0) & looks) !== 0) return at;
    }
  }
  return limit;
}

function isEscape(byte: number): boolean {
  return byte === PERCENT || byte === BACKSLASH;
}

function triggerTable(
  isAsked: (detector: Detector) => boolean,
): (readonly Watcher[] | undefined)[] {
  const table: (Watcher[] | undefined)[] = Array.from({ length: 256 }, () => undefined);
  for (const [index, detector] of DETECTORS.entries()) {
    if (!isAsked(detector)) continue;
    const { name, nests = false, findAt, triggers } = detector;
    for (const character of triggers)
      (table[character.charCodeAt(0)] ??= []).push({ name, nests, findAt, index });
  }
  return table;
}

function looksTable(): Uint8Array {
  const looks = new Uint8Array(256);
  looks[BRACKET] = LOOK.anywhere;
  for (const { triggers, marked } of DETECTORS) {
    for (const character of triggers) {
      const byte = character.charCodeAt(0);
      looks[byte] = (looks[byte] ?? 0) | LOOK[marked];
    }
  }
  return looks;
}
