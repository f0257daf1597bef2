/** The value transformations of Sigma: encodings and dash variants. Bytes are Latin-1 strings. */

const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'] as const;
const OFFSET_STARTS = [0, 2, 3] as const;
const OFFSET_ENDS = [undefined, -3, -2] as const;

/** UTF-8 bytes of a text. */
export function utf8Bytes(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

/** UTF-16 bytes of a text, without a byte order mark. */
export function utf16Bytes(text: string, order: 'le' | 'be'): string {
  let bytes = '';
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const low = String.fromCharCode(code & 0xff);
    const high = String.fromCharCode(code >> 8);
    bytes += order === 'le' ? low + high : high + low;
  }
  return bytes;
}

/** Base64 of bytes. */
export function base64(bytes: string): string {
  return btoa(bytes);
}

/** The three shapes bytes take inside a longer base64 text, one per offset. */
export function base64Offsets(bytes: string): readonly string[] {
  return OFFSET_STARTS.map((start, offset) => {
    const end = OFFSET_ENDS[(bytes.length + offset) % 3];
    return btoa(' '.repeat(offset) + bytes).slice(start, end);
  });
}

/** A command line flag with every dash Windows programs accept. */
export function dashVariants(text: string): readonly string[] {
  return [...new Set([text, ...DASHES.map((dash) => text.replaceAll(/\B[-/]\b/g, dash))])];
}
