/** Bytes as text, for patterns: offsets in the text are offsets in the bytes. */

/** Never throws; known to every build of Node. */
const LATIN1 = new TextDecoder('latin1');
/** Shorter texts are put together faster than a decoder is called. */
const DECODED_BYTES_MIN = 13;

/** One character for each byte of `[start, end)`. Spreading the bytes into `fromCharCode` takes four times as long. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start >= DECODED_BYTES_MIN) return LATIN1.decode(bytes.subarray(start, end));
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** Whether the bytes at a place are an ASCII text; makes no string. */
export function holdsText(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
