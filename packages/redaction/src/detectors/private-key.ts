/** PEM private keys, whole or cut off (RFC 7468). */
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector, Found, Scanned } from './detector.ts';
import { quoteAt } from './text-escapes.ts';
import { holdsText, textOf } from './text-of.ts';

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASH = 0x2d;
const LABEL_BYTES_MAX = 40;

const LABEL = /^[A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?-----/;
/** What stands before an end without a beginning, and is shorter than this, may be a word. */
const LINE_BYTES_MIN = 16;
const [BACKSLASH, SMALL_N, SMALL_R, SLASH, SPACE, DOT, TILDE] = [
  0x5c, 0x6e, 0x72, 0x2f, 0x20, 0x2e, 0x7e,
] as const;

/**
 * Looks at `-----BEGIN … PRIVATE KEY-----`; a key without its end reaches to the end of the value. Looks at
 * `-----END … PRIVATE KEY-----` as well: a key without its beginning is what lines of base64 stand before it.
 */
export const privateKeyDetector: Detector = {
  name: 'private_key',
  triggers: '-',
  marked: 'trigger',
  findAt: (value, at) => {
    if (holds(value, at, END)) return keyBefore(value, at);
    if (!holds(value, at, BEGIN)) return undefined;
    const from = at + BEGIN.length;
    if (labelBytes(value, from) === 0) return undefined;
    const to = keyEnd(value, from);
    value.reads.spend(to - at);
    return { start: at, end: to };
  },
};

/** Where the key that begins before `from` ends. One that was cut off ends with the text it stands in. */
function keyEnd(value: Scanned, from: number): number {
  const { bytes, end } = value;
  for (let place = from; place < end; place++) {
    const byte = bytes[place];
    const mayBeQuote = byte === 0x22 || byte === BACKSLASH;
    if (mayBeQuote && quoteAt(bytes, place, end) !== undefined) return place;
    if (byte !== DASH || !holds(value, place, END)) continue;
    let close = place + END.length;
    while (close < end && bytes[close] !== DASH) close += 1;
    while (close < end && bytes[close] === DASH) close += 1;
    return close;
  }
  return end;
}

function labelBytes({ bytes, end }: Scanned, from: number): number {
  const label = LABEL.exec(textOf(bytes, from, Math.min(end, from + LABEL_BYTES_MAX)));
  return label?.[0].length ?? 0;
}

/** Linear: what is walked back over has no dash, and so no other end. */
function keyBefore(value: Scanned, at: number): Found | undefined {
  const label = labelBytes(value, at + END.length);
  if (label === 0) return undefined;
  let start = at;
  for (;;) {
    const lineEnd = breaksStart(value, start);
    const lineStart = base64Start(value, lineEnd);
    const isShort = lineEnd - lineStart < LINE_BYTES_MIN;
    // Only the last line of a key is short, and stands on a line of its own.
    const isLast = start === at && lineEnd < at && value.bytes[lineEnd] !== SPACE;
    if (lineStart === lineEnd || (isShort && !isLast)) break;
    start = lineStart;
  }
  return start === at ? undefined : { start, end: at + END.length + label };
}

/** Where the white space before `end` begins; line breaks may be escaped. */
function breaksStart({ bytes, start }: Scanned, end: number): number {
  let at = end;
  while (at > start) {
    const byte = bytes[at - 1];
    if (isClass(byte, CLASS.space)) at -= 1;
    else if (isEscapedBreak(byte) && at - 2 >= start && bytes[at - 2] === BACKSLASH) at -= 2;
    else if (byte === BACKSLASH && at < end) at -= 1;
    else break;
  }
  return at;
}

/** Where the run of base64 before `end` begins; its slashes may be escaped, an escaped break is none of it. */
function base64Start({ bytes, start }: Scanned, end: number): number {
  let at = end;
  while (at > start) {
    const byte = bytes[at - 1];
    if (byte === DASH || byte === TILDE || byte === DOT || !isClass(byte, CLASS.token)) {
      if (byte !== BACKSLASH || at === end) break;
      if (bytes[at] !== SLASH) return isEscapedBreak(bytes[at]) ? at + 1 : at;
    }
    at -= 1;
  }
  return at;
}

function isEscapedBreak(byte: number | undefined): boolean {
  return byte === SMALL_N || byte === SMALL_R;
}

function holds({ bytes, end }: Scanned, at: number, text: string): boolean {
  return at + text.length <= end && holdsText(bytes, at, text);
}
