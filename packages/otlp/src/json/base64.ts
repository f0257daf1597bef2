/** Base64 as the protobuf JSON mapping reads and writes it (RFC 4648 §4 and §5). */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const ENCODE = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const PADDING = 0x3d;
const INVALID = 0xff;
const DECODE = decodeTable();

function decodeTable(): Uint8Array {
  const table = new Uint8Array(256).fill(INVALID);
  for (const [value, byte] of ENCODE.entries()) table[byte] = value;
  // Writers of the URL-safe alphabet are to be understood too.
  table[0x2d] = 62;
  table[0x5f] = 63;
  return table;
}

/**
 * Decodes `bytes` from `from` to `to` in place, at `from`. The offset after the decoded bytes, or
 * -1: a character of neither alphabet, an impossible length, or padding that does not fit. Padding
 * may be missing.
 */
export function decodeBase64InPlace(bytes: Uint8Array, from: number, to: number): number {
  let end = to;
  while (end > from && to - end < 2 && bytes[end - 1] === PADDING) end--;
  const rest = (end - from) & 3;
  if (rest === 1 || (end < to && ((to - from) & 3) !== 0)) return -1;
  let out = from;
  let bits = 0;
  let count = 0;
  for (let at = from; at < end; at++) {
    const value = DECODE[bytes[at] ?? 0] ?? INVALID;
    if (value === INVALID) return -1;
    bits = ((bits << 6) | value) & 0xff_ff_ff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes[out++] = (bits >> count) & 0xff;
    }
  }
  return out;
}

/** Bytes of the base64 text, padding included, of `length` bytes. */
export function base64Length(length: number): number {
  return Math.ceil(length / 3) * 4;
}

/** Encodes `source` into `target` from `at` on, with padding. The offset after it. */
export function encodeBase64(source: Uint8Array, target: Uint8Array, at: number): number {
  let out = at;
  let index = 0;
  for (; index + 2 < source.length; index += 3) {
    const bits =
      ((source[index] ?? 0) << 16) | ((source[index + 1] ?? 0) << 8) | (source[index + 2] ?? 0);
    target[out++] = ENCODE[bits >> 18] ?? 0;
    target[out++] = ENCODE[(bits >> 12) & 63] ?? 0;
    target[out++] = ENCODE[(bits >> 6) & 63] ?? 0;
    target[out++] = ENCODE[bits & 63] ?? 0;
  }
  const rest = source.length - index;
  if (rest === 0) return out;
  const bits = ((source[index] ?? 0) << 16) | (rest === 2 ? (source[index + 1] ?? 0) << 8 : 0);
  target[out++] = ENCODE[bits >> 18] ?? 0;
  target[out++] = ENCODE[(bits >> 12) & 63] ?? 0;
  target[out++] = rest === 2 ? (ENCODE[(bits >> 6) & 63] ?? 0) : PADDING;
  target[out++] = PADDING;
  return out;
}
