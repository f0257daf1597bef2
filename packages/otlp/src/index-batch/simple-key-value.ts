/** The common form of an attribute, read in one go: a key, then one plain value, nothing else. */

import { VALUE } from './tables.ts';
import { isLongDouble, LONG_VARINT_BYTES } from './value-cursor.ts';

const KEY_TAG = 0x0a;
const VALUE_TAG = 0x12;
const STRING_TAG = 0x0a;
const BOOL_TAG = 0x10;
const INT_TAG = 0x18;
const DOUBLE_TAG = 0x21;

/** Reads `KeyValue { key, AnyValue { string | bool | int | double } }` with tags of one byte. */
export class SimpleKeyValue {
  keyStart = 0;
  keyEnd = 0;
  /** Payload of the AnyValue; it ends where the KeyValue ends. */
  valueStart = 0;
  /** {@link VALUE} of the value. */
  type = 0;
  /** The text, varint or double. */
  start = 0;
  end = 0;
  /** A number of so many digits that it could be a card or a phone. */
  isLongNumber = false;

  /** True when `[start, end)` has this form to the last byte; all fields are then set. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    // Shortest: key tag, key length, value tag, value length.
    if (end - start < 4 || bytes[start] !== KEY_TAG) return false;
    const keyLength = bytes[start + 1] ?? 0x80;
    const keyEnd = start + 2 + keyLength;
    if (keyLength >= 0x80 || keyEnd + 2 > end || bytes[keyEnd] !== VALUE_TAG) return false;
    let valueStart = keyEnd + 2;
    let length = bytes[keyEnd + 1] ?? 0x80;
    if (length >= 0x80) length = twoByteLength(length, bytes[valueStart++] ?? 0x80);
    if (length === 0 || valueStart + length !== end) return false;
    this.keyStart = start + 2;
    this.keyEnd = keyEnd;
    this.valueStart = valueStart;
    this.end = end;
    return this.#readValue(bytes, valueStart, end);
  }

  #readValue(bytes: Uint8Array, valueStart: number, end: number): boolean {
    const tag = bytes[valueStart] ?? 0;
    let start = valueStart + 1;
    this.isLongNumber = false;
    if (tag === STRING_TAG) {
      let length = bytes[start++] ?? 0x80;
      if (length >= 0x80) length = twoByteLength(length, bytes[start++] ?? 0x80);
      this.type = VALUE.string;
      this.start = start;
      return start + length === end;
    }
    this.start = start;
    if (tag === INT_TAG || tag === BOOL_TAG) {
      this.type = tag === INT_TAG ? VALUE.int : VALUE.bool;
      this.isLongNumber = end - start >= LONG_VARINT_BYTES;
      return isVarint(bytes, start, end);
    }
    if (tag !== DOUBLE_TAG || start + 8 !== end) return false;
    this.type = VALUE.double;
    this.isLongNumber = isLongDouble(bytes, start);
    return true;
  }
}

/** A length of two bytes, or one that fits nowhere when there is a third. */
function twoByteLength(low: number, high: number): number {
  return high < 0x80 ? (low & 0x7f) | (high << 7) : 0x7fff_ffff;
}

/** One varint of at most nine bytes that fills the range; longer ones take the general path. */
function isVarint(bytes: Uint8Array, start: number, end: number): boolean {
  if (start >= end || end - start > 9) return false;
  let at = start;
  while ((bytes[at] ?? 0) >= 0x80 && at < end - 1) at++;
  return at === end - 1 && (bytes[at] ?? 0x80) < 0x80;
}
