/** What to change in a batch: byte ranges and what stands there instead, as flat integers. */

import { OTLP_LIMITS, type OtlpLimits } from '../limits.ts';
import { ByteArena } from '../wire/byte-arena.ts';

const ROWS_MIN = 64;

/** Edits of one batch, reused for the next. Order does not matter; see `rewriteOtlp`. */
export class EditList {
  count = 0;
  /**
   * A limit was hit and edits are missing. Fail closed: refuse the batch or replace more coarsely
   * after {@link clear}. `rewriteOtlp` refuses such a list.
   */
  overflow = false;
  /** Frame whose payload holds the range. */
  frame: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  start: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  end: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  /** First byte of the replacement in {@link replacements}; it ends where the next edit's begins. */
  replacementAt: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  readonly replacements: ByteArena = new ByteArena(4096);
  readonly #editsMax: number;
  readonly #bytesMax: number;

  constructor(limits: Pick<OtlpLimits, 'edits' | 'replacementBytes'> = OTLP_LIMITS) {
    this.#editsMax = limits.edits;
    this.#bytesMax = limits.replacementBytes;
  }

  clear(): void {
    this.count = 0;
    this.overflow = false;
    this.replacements.clear();
  }

  /**
   * Replaces `[start, end)` of the frame's payload by a copy of `replacement`; an empty replacement
   * removes, an empty range inserts. False, and {@link overflow} set, when a limit is hit.
   */
  replace(frame: number, start: number, end: number, replacement: Uint8Array): boolean {
    const row = this.count;
    const isFull =
      row >= this.#editsMax || this.replacements.length + replacement.length > this.#bytesMax;
    if (isFull) this.overflow = true;
    if (this.overflow) return false;
    if (row + 1 >= this.frame.length) this.#grow();
    this.frame[row] = frame;
    this.start[row] = start;
    this.end[row] = end;
    this.replacementAt[row] = this.replacements.length;
    this.replacements.append(replacement);
    this.replacementAt[row + 1] = this.replacements.length;
    this.count = row + 1;
    return true;
  }

  #grow(): void {
    const rows = this.frame.length * 2;
    this.frame = longer(this.frame, rows);
    this.start = longer(this.start, rows);
    this.end = longer(this.end, rows);
    this.replacementAt = longer(this.replacementAt, rows);
  }
}

function longer(rows: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const result = new Int32Array(length);
  result.set(rows);
  return result;
}
