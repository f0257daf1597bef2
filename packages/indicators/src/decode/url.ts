/** Percent decoding that never fails, as forgiving as the laxest of servers. */

const ENCODED = /%[0-9a-f]{2}|%u[0-9a-f]{4}/i;
const RUN = /(?:%[0-9a-f]{2})+/gi;
const UNICODE = /%u([0-9a-f]{4})/gi;

export function urlEncoded(text: string): boolean {
  return ENCODED.test(text);
}

/** `%hh` as UTF-8 (overlong forms included, stray bytes as Latin-1) and `%uhhhh`. */
export function urlDecode(text: string): string {
  let decoded = text;
  if (decoded.includes('%u') || decoded.includes('%U')) {
    decoded = decoded.replaceAll(UNICODE, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  return decoded.replaceAll(RUN, decodeRun);
}

function decodeRun(run: string): string {
  let text = '';
  for (let i = 0; i < run.length;) {
    const byte = byteAt(run, i);
    const length = sequenceLength(byte);
    let point = length === 1 ? byte : byte & (0xff >> (length + 1));
    let whole = true;
    for (let k = 1; k < length; k++) {
      const more = byteAt(run, i + 3 * k);
      // Servers that accept overlong forms also accept a bad second byte, as in %c0%2f.
      if ((more & 0xc0) !== 0x80 && !((byte & 0xfe) === 0xc0 && more >= 0)) whole = false;
      point = point * 64 + (more & 0x3f);
    }
    if (!whole || point > 0x10ffff) {
      text += String.fromCharCode(byte);
      i += 3;
    } else {
      text += String.fromCodePoint(point);
      i += 3 * length;
    }
  }
  return text;
}

/** Overlong forms have up to six bytes, as UTF-8 once had; the two highest values begin none. */
function sequenceLength(byte: number): number {
  if (byte < 0xc0 || byte >= 0xfe) return 1;
  if (byte < 0xe0) return 2;
  if (byte < 0xf0) return 3;
  if (byte < 0xf8) return 4;
  return byte < 0xfc ? 5 : 6;
}

function byteAt(run: string, at: number): number {
  return at + 2 < run.length ? Number.parseInt(run.slice(at + 1, at + 3), 16) : -1;
}
