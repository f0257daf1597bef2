/** The edits redaction makes of a candidate, whatever its kind. */

import type { OtlpIndex } from '../index-batch/otlp-index.ts';
import { CANDIDATE } from '../index-batch/tables.ts';
import { ByteArena } from '../wire/byte-arena.ts';
import { varintWidth, writeVarint } from '../wire/varint.ts';
import type { EditList } from './edit-list.ts';

const STRING_VALUE_TAG = 0x0a;
const NOTHING = new Uint8Array(0);

/**
 * Replaces the whole value: a text by a text, bytes by bytes, a number by a string value of that
 * text; removes packed numbers. False when the list is full.
 */
export function replaceCandidate(
  edits: EditList,
  index: OtlpIndex,
  candidate: number,
  replacement: Uint8Array,
): boolean {
  const { frames, candidates } = index;
  const frame = candidates.frame[candidate] ?? -1;
  const start = frames.start[frame] ?? 0;
  const end = frames.end[frame] ?? 0;
  const kind = candidates.kindOf(candidate);
  if (kind === CANDIDATE.packed) return deleteFrame(edits, index, frame);
  if (kind !== CANDIDATE.number) return edits.replace(frame, start, end, replacement);
  return edits.replace(frame, start, end, stringValue(replacement));
}

/**
 * Removes the innermost attribute or map entry around the value; where there is none (a name, a log
 * body), empties the value. False when the list is full.
 */
export function deleteCandidate(edits: EditList, index: OtlpIndex, candidate: number): boolean {
  const { frames, candidates } = index;
  const keyValue = candidates.keyValue[candidate] ?? -1;
  const isField = candidates.kindOf(candidate) >= CANDIDATE.unknown;
  if (keyValue >= 0) return deleteFrame(edits, index, keyValue);
  const frame = candidates.frame[candidate] ?? -1;
  if (isField) return deleteFrame(edits, index, frame);
  return edits.replace(frame, frames.start[frame] ?? 0, frames.end[frame] ?? 0, NOTHING);
}

/** Removes a whole field: its tag, its length and its payload. */
export function deleteFrame(edits: EditList, index: OtlpIndex, frame: number): boolean {
  const { parent, tagAt, end } = index.frames;
  return edits.replace(parent[frame] ?? -1, tagAt[frame] ?? 0, end[frame] ?? 0, NOTHING);
}

/** An AnyValue's payload that holds a string. */
function stringValue(text: Uint8Array): Uint8Array {
  const value = new ByteArena(1 + varintWidth(text.length) + text.length);
  value.bytes[0] = STRING_VALUE_TAG;
  value.length = writeVarint(value.bytes, 1, text.length);
  value.append(text);
  return value.bytes;
}
