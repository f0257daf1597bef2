/** Names as the words they are made of: `X-Api-Key`, `apiKey`, `api_key` and `API.KEY` are all `api key`. */

import { percentEscape, unicodeEscape } from '../detectors/text-escapes.ts';

/** Longer names are cut at the front: what a value is stands at the end of its name. */
const NAME_BYTES_MAX = 128;
const [UPPER_A, UPPER_Z, LOWER_A, LOWER_Z, ZERO, NINE, PERCENT, BACKSLASH] = [
  0x41, 0x5a, 0x61, 0x7a, 0x30, 0x39, 0x25, 0x5c,
] as const;

/**
 * Words of a name in small letters, by the parts that separators make of it: of `x-apiKey`, `x` and `api key`.
 * Words of one part end where a capital follows a small letter, and before the last of several capitals that
 * a small letter follows (`HTTPToken`). Anything but letters and digits separates. Escaped letters
 * (`pass%77ord`, `pass\\u0077ord`) count as what they stand for.
 */
export function nameParts(bytes: Uint8Array, start: number, end: number): readonly string[][] {
  const name = unescaped(bytes, Math.max(start, end - NAME_BYTES_MAX), end);
  const parts: string[][] = [];
  let part: string[] = [];
  let word = '';
  for (let at = 0; at <= name.length; at++) {
    const byte = name[at] ?? 0;
    const isEnd = !isWordByte(byte);
    if (word !== '' && (isEnd || beginsWord(name, at))) {
      part.push(word);
      word = '';
    }
    if (!isEnd) word += String.fromCharCode(isUpper(byte) ? byte | 0x20 : byte);
    else if (part.length > 0) {
      parts.push(part);
      part = [];
    }
  }
  return parts;
}

/** Bytes with escapes as what they stand for; the backslashes before `u0077` go with it, however many. */
function unescaped(bytes: Uint8Array, start: number, end: number): readonly number[] {
  const name: number[] = [];
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const isBackslash = byte === BACKSLASH;
    while (bytes[at] === BACKSLASH && bytes[at + 1] === BACKSLASH && at + 1 < end) at += 1;
    let escaped = -1;
    if (isBackslash) escaped = unicodeEscape(bytes, at, end);
    else if (byte === PERCENT) escaped = percentEscape(bytes, at, end);
    name.push(escaped < 0 ? byte : escaped);
    if (escaped >= 0) at += isBackslash ? 5 : 2;
  }
  return name;
}

function beginsWord(name: readonly number[], at: number): boolean {
  const previous = name[at - 1] ?? 0;
  if (!isUpper(name[at] ?? 0)) return false;
  return isLower(previous) || (isUpper(previous) && isLower(name[at + 1] ?? 0));
}

function isWordByte(byte: number): boolean {
  return isUpper(byte) || isLower(byte) || (byte >= ZERO && byte <= NINE);
}

function isUpper(byte: number): boolean {
  return byte >= UPPER_A && byte <= UPPER_Z;
}

function isLower(byte: number): boolean {
  return byte >= LOWER_A && byte <= LOWER_Z;
}
