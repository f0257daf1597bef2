/** Takes out of a batch what a strict backend would refuse it for: see `FaultTable`. */

import { FAULT } from '../index-batch/fault-table.ts';
import type { OtlpIndex } from '../index-batch/otlp-index.ts';
import { readText } from '../index-batch/read-value.ts';
import { OTLP_LIMITS, type OtlpLimits } from '../limits.ts';
import { ByteArena } from '../wire/byte-arena.ts';
import { deleteFrame } from './edit-candidate.ts';
import { EditList } from './edit-list.ts';
import { rewriteOtlp } from './rewrite-otlp.ts';

/** A batch without faults. */
export interface MendedBatch {
  /** Memory of its own, or the batch's where it had no fault. Index it again. */
  readonly bytes: Uint8Array;
  /** Spans, log records or data points taken out for an id of a wrong length. */
  readonly recordsRejected: number;
  /** Texts in which what was not UTF-8 became U+FFFD. */
  readonly textsRepaired: number;
}

const ENCODER = new TextEncoder();

/**
 * Mends an indexed batch. Undefined where it has more faults than the limits allow edits.
 *
 * @example
 * const mended = index.faults.count === 0 ? undefined : mendOtlp(index);
 */
export function mendOtlp(
  index: OtlpIndex,
  limits: Pick<OtlpLimits, 'edits' | 'replacementBytes'> = OTLP_LIMITS,
): MendedBatch | undefined {
  const { faults, frames, bytes } = index;
  const edits = new EditList(limits);
  let recordsRejected = 0;
  for (let row = 0; row < faults.count; row++) {
    const frame = faults.frame[row] ?? 0;
    if (faults.kind[row] === FAULT.recordId) {
      recordsRejected++;
      deleteFrame(edits, index, frame);
    } else {
      const [start, end] = [frames.start[frame] ?? 0, frames.end[frame] ?? 0];
      edits.replace(frame, start, end, ENCODER.encode(readText(bytes, start, end)));
    }
  }
  if (edits.overflow) return undefined;
  return {
    bytes: rewriteOtlp(index, edits, new ByteArena(bytes.length)),
    recordsRejected,
    textsRepaired: faults.count - recordsRejected,
  };
}
