/** Repeated numbers in one length-delimited field: counts and bounds of histograms. */
import { ACTION } from '../wire/schema.ts';

const VARINT_BYTES_MAX = 10;

/** Whether a field of this action holds packed numbers. */
export function isPacked(action: number): boolean {
  return action === ACTION.packedFixed64 || action === ACTION.packedVarint;
}

/**
 * Whether `[start, end)` holds whole numbers and nothing else. Packed bytes are looked at as a text would be, too:
 * a text of the right length would otherwise pass for numbers.
 */
export function fillsField(
  action: number,
  {
    bytes,
    start,
    end,
  }: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
): boolean {
  if (action === ACTION.packedFixed64) return (end - start) % 8 === 0;
  let width = 0;
  for (let at = start; at < end; at++) {
    width = (bytes[at] ?? 0) < 0x80 ? 0 : width + 1;
    if (width >= VARINT_BYTES_MAX) return false;
  }
  return width === 0;
}
