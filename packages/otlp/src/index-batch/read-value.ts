/** Reads values the index points at: numbers and texts, made only when somebody asks. */

import { FieldCursor, WIRE } from '../wire/field-cursor.ts';
import { VALUE } from './tables.ts';

/** Where a value is and what it is: a cell, a body. */
export interface ValueRange {
  /** One of `VALUE`. */
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
const TEXTS_MAX = 64;
const SIGN_BIT = 0x8000_0000;

/** The text of `[start, end)`, broken UTF-8 replaced by U+FFFD. */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  return DECODER.decode(bytes.subarray(start, end));
}

/** Lower-case hex digits of `length` bytes: a trace id (16) or span id (8). Empty when `at` < 0. */
export function readHex(bytes: Uint8Array, at: number, length: number): string {
  if (at < 0) return '';
  let hex = '';
  for (let position = at; position < at + length; position++) {
    hex += (bytes[position] ?? 0).toString(16).padStart(2, '0');
  }
  return hex;
}

/**
 * The number of an int, double or bool (0 or 1); NaN for everything else. Integers beyond 2^53 are
 * rounded.
 */
export function readNumber(bytes: Uint8Array, value: ValueRange): number {
  const { type, start, end } = value;
  if (type === VALUE.double && end - start === 8) {
    return new DataView(bytes.buffer, bytes.byteOffset + start, 8).getFloat64(0, true);
  }
  if (type !== VALUE.int && type !== VALUE.bool) return Number.NaN;
  let low = 0;
  let high = 0;
  for (let at = start, shift = 0; at < end && shift < 64; at++, shift += 7) {
    const part = (bytes[at] ?? 0) & 0x7f;
    if (shift < 32) low |= part << shift;
    if (shift > 31) high |= part << (shift - 32);
    else if (shift > 25) high |= part >>> (32 - shift);
  }
  if (type === VALUE.bool) return (low | high) === 0 ? 0 : 1;
  const unsigned = (high >>> 0) * 4_294_967_296 + (low >>> 0);
  // Two's complement: exact for small negative numbers because both halves are negated first.
  if (((high >>> 0) & SIGN_BIT) === 0) return unsigned;
  return -((~high >>> 0) * 4_294_967_296 + (~low >>> 0) + 1);
}

/** The strings of an ArrayValue's payload, at most `max` (default 64) of them; others are left out. */
export function readTexts(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  max: number = TEXTS_MAX,
): string[] {
  const texts: string[] = [];
  const items = new FieldCursor(bytes, start, end);
  const item = new FieldCursor(bytes, 0, 0);
  while (texts.length < max && items.next()) {
    if (items.field !== 1 || items.wireType !== WIRE.length) continue;
    let text: string | undefined;
    item.moveTo(items.start, items.end);
    while (item.next()) {
      const isText = item.field === VALUE.string && item.wireType === WIRE.length;
      if (isText) text = readText(bytes, item.start, item.end);
    }
    if (text !== undefined) texts.push(text);
  }
  return texts;
}
