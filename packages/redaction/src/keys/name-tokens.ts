/** Names as the words they are made of: `X-Api-Key`, `apiKey`, `api_key` and `API.KEY` are all `api key`. */

import { percentEscape, unicodeEscape } from '../detectors/text-escapes.ts';

/** Longer names are cut at the front: what a value is stands at the end of its name. */
const NAME_BYTES_MAX = 128;
const [UPPER_A, UPPER_Z, LOWER_A, LOWER_Z, ZERO, NINE, PERCENT, BACKSLASH] = [
  0x41, 0x5a, 0x61, 0x7a, 0x30, 0x39, 0x25, 0x5c,
] as const;

/**
 * Words of a name in small letters, joined by single spaces. Words end at anything but letters and digits,
 * where a capital follows a small letter, and before the last of several capitals that a small letter
 * follows (`HTTPToken`). Escaped letters (`pass%77ord`, `pass\\u0077ord`) count as what they stand for, other
 * escapes are separators.
 */
export function nameTokens(bytes: Uint8Array, start: number, end: number): string {
  let words = '';
  let isOpen = false;
  for (let at = Math.max(start, end - NAME_BYTES_MAX); at < end; at++) {
    let byte = bytes[at] ?? 0;
    if (byte === PERCENT || byte === BACKSLASH) {
      const isPercent = byte === PERCENT;
      const escaped = isPercent ? percentEscape(bytes, at, end) : unicodeEscape(bytes, at, end);
      at += escaped >= 0 ? (isPercent ? 2 : 5) : 0;
      byte = Math.max(escaped, 0);
    }
    const isUpper = byte >= UPPER_A && byte <= UPPER_Z;
    const isWord =
      isUpper || (byte >= LOWER_A && byte <= LOWER_Z) || (byte >= ZERO && byte <= NINE);
    if (!isWord) {
      isOpen = false;
      continue;
    }
    const previous = bytes[at - 1] ?? 0;
    const next = at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
    const isAfterSmall = previous >= LOWER_A && previous <= LOWER_Z;
    const isBeforeSmall = next >= LOWER_A && next <= LOWER_Z;
    const isAfterUpper = previous >= UPPER_A && previous <= UPPER_Z;
    const begins = !isOpen || (isUpper && (isAfterSmall || (isAfterUpper && isBeforeSmall)));
    if (begins && words !== '') words += ' ';
    words += String.fromCharCode(isUpper ? byte | 0x20 : byte);
    isOpen = true;
  }
  return words;
}
