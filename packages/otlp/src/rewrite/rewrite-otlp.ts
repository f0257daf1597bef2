/** Writes a batch with its edits applied: copies what stays, and mends the lengths around edits. */

import type { OtlpIndex } from '../index-batch/otlp-index.ts';
import type { ByteArena } from '../wire/byte-arena.ts';
import { varintWidth, writeVarint } from '../wire/varint.ts';
import type { EditList } from './edit-list.ts';

/** Below this, a loop is faster than making a view for `set`. */
const LOOP_BYTES_MAX = 48;

/**
 * The bytes of the indexed batch with the edits applied: `index.bytes` itself when there are none,
 * else a view of `out`, valid until `out` is used again.
 *
 * Edits may come in any order. One that lies in the range of another (in a deleted attribute, say)
 * is dropped; of two that overlap otherwise the later begins where the earlier ends.
 *
 * Throws a RangeError, always the caller's fault: when the index is not complete, the list has
 * overflowed, or an edit leaves its frame.
 */
export function rewriteOtlp(index: OtlpIndex, edits: EditList, out: ByteArena): Uint8Array {
  if (!index.isComplete) throw new RangeError('the index is not complete');
  if (edits.overflow) throw new RangeError('the edit list has overflowed');
  if (edits.count === 0) return index.bytes;
  return new Rewrite(index, edits, out).run();
}

/** One rewrite. */
class Rewrite {
  readonly #index: OtlpIndex;
  readonly #edits: EditList;
  readonly #out: ByteArena;
  /** Bytes each frame's payload grows by. */
  readonly #growth: Int32Array;
  /** Edits that are applied, in order of their start. */
  readonly #order: Int32Array;
  #orderCount = 0;
  /** Where each of those begins, after clipping. */
  readonly #from: Int32Array;
  #lastFrame = 0;

  constructor(index: OtlpIndex, edits: EditList, out: ByteArena) {
    this.#index = index;
    this.#edits = edits;
    this.#out = out;
    this.#growth = new Int32Array(index.frames.count);
    this.#order = new Int32Array(edits.count);
    this.#from = new Int32Array(edits.count);
  }

  run(): Uint8Array {
    this.#choose(sortedEdits(this.#edits));
    this.#propagate();
    return this.#write();
  }

  /** Drops covered edits, clips overlapping ones, and adds up the growth of their frames. */
  #choose(sorted: Int32Array): void {
    const { frame: frameOf, start: startOf, end: endOf, replacementAt } = this.#edits;
    const { tagAt } = this.#index.frames;
    let coverStart = -1;
    let coverEnd = -1;
    for (const edit of sorted) {
      this.#check(edit);
      const frame = frameOf[edit] ?? 0;
      const start = startOf[edit] ?? 0;
      const end = endOf[edit] ?? 0;
      const frameTagAt = tagAt[frame] ?? 0;
      const isInside = end <= coverEnd && start < coverEnd;
      // An insertion at the very end of a frame that is gone with everything before it.
      const isGone = frameTagAt >= coverStart && frameTagAt < coverEnd;
      if (isInside || isGone) continue;
      const from = Math.max(start, coverEnd);
      const added = (replacementAt[edit + 1] ?? 0) - (replacementAt[edit] ?? 0);
      this.#order[this.#orderCount] = edit;
      this.#from[this.#orderCount++] = from;
      this.#growth[frame] = (this.#growth[frame] ?? 0) + added - (end - from);
      this.#lastFrame = Math.max(this.#lastFrame, frame);
      if (end > coverEnd) {
        coverStart = from;
        coverEnd = end;
      }
    }
  }

  #check(edit: number): void {
    const { frames } = this.#index;
    const frame = this.#edits.frame[edit] ?? -1;
    const start = this.#edits.start[edit] ?? -1;
    const end = this.#edits.end[edit] ?? -1;
    const isKnown = frame >= 0 && frame < frames.count;
    const isWithin = start >= (frames.start[frame] ?? 0) && end <= (frames.end[frame] ?? 0);
    if (!isKnown || !isWithin || start > end) throw new RangeError('an edit leaves its frame');
  }

  /** Hands each frame's growth, and that of its length, to its parent. Parents come before. */
  #propagate(): void {
    const { parent, start, end } = this.#index.frames;
    for (let frame = this.#lastFrame; frame > 0; frame--) {
      const growth = this.#growth[frame] ?? 0;
      if (growth === 0) continue;
      const length = (end[frame] ?? 0) - (start[frame] ?? 0) + growth;
      const widened = varintWidth(length) - this.#lengthWidth(frame);
      const outer = parent[frame] ?? 0;
      this.#growth[outer] = (this.#growth[outer] ?? 0) + growth + widened;
    }
  }

  /** First byte of the frame's length: right after its tag. */
  #lengthAt(frame: number): number {
    const { bytes } = this.#index;
    let at = this.#index.frames.tagAt[frame] ?? 0;
    while ((bytes[at] ?? 0) >= 0x80) at++;
    return at + 1;
  }

  #lengthWidth(frame: number): number {
    return (this.#index.frames.start[frame] ?? 0) - this.#lengthAt(frame);
  }

  #write(): Uint8Array {
    const { bytes, frames } = this.#index;
    const { start: startOf, end: endOf } = frames;
    const out = this.#out;
    out.clear();
    out.reserve(bytes.length + (this.#growth[0] ?? 0));
    let copied = 0;
    let next = 0;
    for (let frame = 1; frame <= this.#lastFrame; frame++) {
      const growth = this.#growth[frame] ?? 0;
      if (growth === 0) continue;
      const start = startOf[frame] ?? 0;
      // Frames come in the order of their bytes, and so do the edits between their prefixes.
      while (next < this.#orderCount && (this.#from[next] ?? 0) < start) {
        copied = this.#applyEdit(next++, copied);
      }
      this.#copy(copied, this.#lengthAt(frame));
      out.length = writeVarint(out.bytes, out.length, (endOf[frame] ?? 0) - start + growth);
      copied = start;
    }
    while (next < this.#orderCount) copied = this.#applyEdit(next++, copied);
    this.#copy(copied, bytes.length);
    return out.view();
  }

  /** Copies up to the edit and writes its replacement. Returns where copying goes on. */
  #applyEdit(order: number, copied: number): number {
    const { end, replacementAt, replacements } = this.#edits;
    const edit = this.#order[order] ?? 0;
    this.#copy(copied, this.#from[order] ?? 0);
    const from = replacementAt[edit] ?? 0;
    copyBytes(this.#out, replacements.bytes, from, replacementAt[edit + 1] ?? 0);
    return end[edit] ?? 0;
  }

  #copy(from: number, to: number): void {
    copyBytes(this.#out, this.#index.bytes, from, to);
  }
}

/** Appends `[from, to)` of `bytes`; the room is reserved. */
function copyBytes(out: ByteArena, bytes: Uint8Array, from: number, to: number): void {
  const target = out.bytes;
  let at = out.length;
  if (to - from > LOOP_BYTES_MAX) target.set(bytes.subarray(from, to), at);
  else for (let position = from; position < to; position++) target[at++] = bytes[position] ?? 0;
  out.length += to - from;
}

/**
 * Numbers of all edits by start. At the same start insertions come first, those of inner frames
 * before those of outer ones, as an inner frame ends before what follows it; then the longest.
 */
function sortedEdits(edits: EditList): Int32Array {
  const order = new Int32Array(edits.count);
  let isSorted = true;
  for (let edit = 0; edit < edits.count; edit++) {
    order[edit] = edit;
    if (edit > 0 && compare(edits, edit - 1, edit) > 0) isSorted = false;
  }
  // The walk yields candidates in the order of the bytes, so nearly all lists are sorted already.
  return isSorted
    ? order
    : order.toSorted((one, other) => compare(edits, one, other) || one - other);
}

function compare(edits: EditList, one: number, other: number): number {
  const { start, end, frame } = edits;
  const oneStart = start[one] ?? 0;
  const otherStart = start[other] ?? 0;
  if (oneStart !== otherStart) return oneStart - otherStart;
  const oneEnd = end[one] ?? 0;
  const otherEnd = end[other] ?? 0;
  const isInsertion = oneEnd === oneStart || otherEnd === otherStart;
  if (!isInsertion) return otherEnd - oneEnd;
  return oneEnd - otherEnd || (frame[other] ?? 0) - (frame[one] ?? 0);
}
