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

const FLAG_DASH = /\B[-/]\b/;
const FLAGS_MAX = 5;

/**
 * A command line with every dash Windows programs accept at each of its flags: 5 variants a flag.
 * Undefined beyond 5 flags.
 */
export function dashVariants(text: string): readonly string[] | undefined {
  const [first = '', ...rest] = text.split(FLAG_DASH);
  if (rest.length > FLAGS_MAX) return undefined;
  let variants: readonly string[] = [first];
  for (const part of rest) {
    variants = variants.flatMap((before) => DASHES.map((dash) => before + dash + part));
  }
  return variants;
}
