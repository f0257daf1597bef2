/** Looks into an AnyValue or a KeyValue without walking it: what is it, and where. */

import { FieldCursor, WIRE } from '../wire/field-cursor.ts';
import { KEY_OF_VALUE, type KeyTable } from './key-table.ts';
import { VALUE } from './tables.ts';

/** Integers of six varint bytes are 2^35 or more: eleven digits. Negative ones have ten. */
export const LONG_VARINT_BYTES = 6;
/** Biased exponent of doubles of 2^35 or more. */
const LONG_EXPONENT = 1023 + 35;

/** Wire type of each member of AnyValue's oneof, by field number; -1 where there is none. */
const MEMBER_WIRE: readonly number[] = [
  -1,
  WIRE.length,
  WIRE.varint,
  WIRE.varint,
  WIRE.fixed64,
  WIRE.length,
  WIRE.length,
  WIRE.length,
];

/** Whether a little-endian double is so large that it could be a card or a phone. */
export function isLongDouble(bytes: Uint8Array, at: number): boolean {
  const exponent = (((bytes[at + 7] ?? 0) & 0x7f) << 4) | ((bytes[at + 6] ?? 0) >>> 4);
  return exponent >= LONG_EXPONENT;
}

/** Whether a number has so many digits that it could be a card or a phone. */
export function isLongNumber(
  bytes: Uint8Array,
  { type, start, end }: { type: number; start: number; end: number },
): boolean {
  if (type === VALUE.double) return isLongDouble(bytes, start);
  return end - start >= LONG_VARINT_BYTES;
}

/** The result of the last look, kept in fields. */
export class ValueCursor {
  /** {@link VALUE}. */
  type = 0;
  /** Text, bytes, varint, double, or the payload of the array or map. */
  start = -1;
  end = -1;
  readonly #cursor: FieldCursor;

  constructor(bytes: Uint8Array) {
    this.#cursor = new FieldCursor(bytes, 0, 0);
  }

  /**
   * Looks at an AnyValue's payload. Of several oneof members the last counts, as for decoders. What
   * follows broken bytes stays unseen here; the walk refuses those batches.
   */
  describe(start: number, end: number): void {
    const cursor = this.#cursor;
    this.type = VALUE.absent;
    this.start = -1;
    this.end = -1;
    cursor.moveTo(start, end);
    while (cursor.next()) {
      if (MEMBER_WIRE[cursor.field] !== cursor.wireType) continue;
      this.type = cursor.field;
      this.start = cursor.start;
      this.end = cursor.end;
    }
  }

  /**
   * Looks at a KeyValue's payload and describes its last value. Returns the strictest decision of
   * its keys in the low byte, above it the column + 1 of the last key, and `KEY_OF_VALUE` of that.
   */
  describeKeyValue(start: number, end: number, keys: KeyTable): number {
    const cursor = this.#cursor;
    let decision = 0;
    let lastKey = 0;
    let valueStart = 0;
    let valueEnd = 0;
    let hasKey = false;
    cursor.moveTo(start, end);
    while (cursor.next()) {
      if (cursor.wireType !== WIRE.length) continue;
      if (cursor.field === 1) {
        const answer = keys.resolve(cursor.start, cursor.end);
        decision = Math.max(decision, answer & 0xff);
        lastKey = answer & (KEY_OF_VALUE | 0xff00);
        hasKey = true;
      } else if (cursor.field === 2) {
        valueStart = cursor.start;
        valueEnd = cursor.end;
      }
    }
    // A decoder reads a KeyValue without a key as one with an empty key.
    if (!hasKey) decision = keys.resolve(start, start) & 0xff;
    this.describe(valueStart, valueEnd);
    return lastKey | decision;
  }
}
