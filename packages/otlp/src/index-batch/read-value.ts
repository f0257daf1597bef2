/** Reads values the index points at: numbers and texts, made only when somebody asks. */

import { FieldCursor, WIRE } from '../wire/field-cursor.ts';
import { FIELD_END } from '../wire/schema.ts';
import type { OtlpIndex } from './otlp-index.ts';
import { CANDIDATE, VALUE } from './tables.ts';
import { isLongNumber } from './value-cursor.ts';

/** Where a value is and what it is: a cell, a body. */
export interface ValueRange {
  /** One of `VALUE`. */
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
const TEXTS_MAX = 64;
const UINT32_RANGE = 4_294_967_296;

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
  // Two's complement: a negative number is exact because both halves are turned over first.
  if (high < 0) return -((~high >>> 0) * UINT32_RANGE + (~low >>> 0) + 1);
  return high * UINT32_RANGE + (low >>> 0);
}

/** Whether a number candidate has so many digits that it could be a card or a phone: 11 or more. */
export function isLongNumberCandidate(index: OtlpIndex, candidate: number): boolean {
  const { candidates, frames, bytes } = index;
  const type = candidates.placeOf(candidate) % FIELD_END;
  const start = candidates.valueAt[candidate] ?? 0;
  return isLongNumber(bytes, {
    type,
    start,
    end: frames.end[candidates.frame[candidate] ?? 0] ?? 0,
  });
}

/**
 * The decimal digits of a number candidate, exact for every 64-bit integer; `true` or `false` for a
 * bool; empty for candidates of other kinds. A card number of 19 digits is beyond 2^53.
 */
export function candidateNumberText(index: OtlpIndex, candidate: number): string {
  const { candidates, bytes } = index;
  if (candidates.kindOf(candidate) !== CANDIDATE.number) return '';
  const type = candidates.placeOf(candidate) % FIELD_END;
  const start = candidates.valueAt[candidate] ?? 0;
  let end = start;
  while ((bytes[end] ?? 0) >= 0x80) end++;
  return readNumberText(bytes, { type, start, end: type === VALUE.double ? start + 8 : end + 1 });
}

/** The digits of an int or double, `true` or `false` of a bool. Exact: ids of 64 bits are beyond 2^53. */
export function readNumberText(bytes: Uint8Array, value: ValueRange): string {
  const number = readNumber(bytes, value);
  if (value.type === VALUE.bool) return String(number !== 0);
  const isExact = value.type === VALUE.double || Number.isSafeInteger(number);
  return isExact ? String(number) : exactInteger(bytes, value.start, value.end);
}

function exactInteger(bytes: Uint8Array, start: number, end: number): string {
  let value = 0n;
  for (let at = end - 1; at >= start; at--) value = (value << 7n) | BigInt((bytes[at] ?? 0) & 0x7f);
  return String(BigInt.asIntN(64, value));
}

/**
 * The strings of an array's payload, at most `max` (default 64) of them; of a map's, `key=string`. Items of
 * other kinds are left out.
 */
export function readTexts(
  bytes: Uint8Array,
  { type = VALUE.array, start, end }: Partial<ValueRange> & Pick<ValueRange, 'start' | 'end'>,
  max: number = TEXTS_MAX,
): string[] {
  const texts: string[] = [];
  const items = new FieldCursor(bytes, start, end);
  while (texts.length < max && items.next()) {
    if (items.field !== 1 || items.wireType !== WIRE.length) continue;
    const text = type === VALUE.map ? textOfEntry(items) : textOfValue(items);
    if (text !== undefined) texts.push(text);
  }
  return texts;
}

/** `key=string` of the KeyValue a cursor stands on. */
function textOfEntry({ bytes, start, end }: FieldCursor): string | undefined {
  const fields = new FieldCursor(bytes, start, end);
  let key = '';
  let text: string | undefined;
  while (fields.next()) {
    if (fields.wireType !== WIRE.length) continue;
    if (fields.field === 1) key = readText(bytes, fields.start, fields.end);
    if (fields.field === 2) text = textOfValue(fields);
  }
  return text === undefined ? undefined : `${key}=${text}`;
}

/** The string of the AnyValue a cursor stands on. */
function textOfValue({ bytes, start, end }: FieldCursor): string | undefined {
  const members = new FieldCursor(bytes, start, end);
  let text: string | undefined;
  while (members.next()) {
    const isText = members.field === VALUE.string && members.wireType === WIRE.length;
    if (isText) text = readText(bytes, members.start, members.end);
  }
  return text;
}
