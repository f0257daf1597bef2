/** Base64 that hides readable text; identifiers, hashes and binary blobs are left alone. */

const SHAPE = /^[\w+/-]{4,}={0,2}$/;
const VALUES: Int8Array = valueTable();

function valueTable(): Int8Array {
  const table = new Int8Array(128).fill(-1);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i;
  table[45] = 62;
  table[95] = 63;
  return table;
}

/** The hidden text, or undefined when the input is not base64 of printable text. */
export function base64Text(text: string): string | undefined {
  if (!SHAPE.test(text)) return undefined;
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 61) end--;
  if (end % 4 === 1) return undefined;
  let decoded = '';
  let bits = 0;
  let held = 0;
  let high = 0;
  for (let i = 0; i < end; i++) {
    bits = ((bits << 6) | (VALUES[text.charCodeAt(i)] ?? 0)) & 0xffffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const byte = (bits >> held) & 0xff;
    // The first unprintable byte ends it: most identifiers leave after three characters.
    if (byte < 32 ? byte !== 9 && byte !== 10 && byte !== 13 && byte !== 0 : byte === 127) {
      return undefined;
    }
    if (byte > 127 && ++high > 8 && high > decoded.length / 4) return undefined;
    decoded += String.fromCharCode(byte);
  }
  // Text in any language that is worth hiding has its signs in ASCII.
  return high * 4 > decoded.length ? undefined : decoded;
}
