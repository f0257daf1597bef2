/** Credentials after their scheme: `Bearer …`, `Basic …`, `Digest …`, `Token …` (RFC 6750, 7617). */
import { isAnyMarked } from '../prefilter/marks.ts';
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector } from './detector.ts';
import { isEscapeEnd, percentEscape } from './text-escapes.ts';

const TOKEN_BYTES_MIN = 8;
/** What a token is shows at its beginning. Read to its end, each of many schemes in a row would read all the others. */
const HEAD_BYTES = 64;
const EQUALS = 0x3d;
const SCHEMES = ['bearer', 'basic'] as const;

/** Looks at the first letter of a scheme; replaces what follows it. */
export const credentialsDetector: Detector = {
  name: 'credentials',
  triggers: 'bB',
  marked: 'near',
  findAt: ({ bytes, start, end, reads, marks }, at) => {
    // Of `Bearer` the first letter is marked, of `Basic` the second.
    if (marks !== undefined && !isAnyMarked(marks, at, at + 2)) return undefined;
    const isInWord = at > start && isClass(bytes[at - 1], CLASS.letter);
    if (isInWord && !isEscapeEnd(bytes, start, at - 1)) return undefined;
    const scheme = SCHEMES.find((name) => startsWith(bytes, at, end, name));
    if (scheme === undefined) return undefined;
    let from = at + scheme.length;
    const gap = spaces(bytes, from, end);
    if (gap === 0) return undefined;
    from += gap;
    const headEnd = tokenEnd(bytes, from, Math.min(end, from + HEAD_BYTES));
    if (headEnd - from < TOKEN_BYTES_MIN || !looksLikeToken(bytes, from, headEnd)) return undefined;
    const to = tokenEnd(bytes, headEnd, end);
    reads.spend(to - from);
    return { start: from, end: to };
  },
};

/** Spaces, plain or percent-encoded or as plus, as bytes. */
function spaces(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && at - from < 8) {
    if (bytes[at] === 0x20 || bytes[at] === 0x2b) at += 1;
    else if (percentEscape(bytes, at, end) === 0x20) at += 3;
    else break;
  }
  return at - from;
}

function tokenEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isClass(bytes[at], CLASS.token)) at += 1;
  return at;
}

/** Prose goes on with a word in small letters: "basic authentication". A token has digits or capitals. */
function looksLikeToken(bytes: Uint8Array, from: number, to: number): boolean {
  let hasCapitals = false;
  for (let at = from + 1; at < to; at++) {
    // `bearer expires_in=3600`: a name and its value.
    const isSign = bytes[at] === EQUALS && at + 2 < to && bytes[at + 1] !== EQUALS;
    if (isSign && !hasCapitals) return false;
    if (isClass(bytes[at], CLASS.digit)) return true;
    hasCapitals ||= isCapital(bytes[at]);
  }
  return hasCapitals || to - from >= 20;
}

function isCapital(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a;
}

function startsWith(bytes: Uint8Array, at: number, end: number, lower: string): boolean {
  if (at + lower.length > end) return false;
  for (let index = 0; index < lower.length; index++) {
    if (((bytes[at + index] ?? 0) | 0x20) !== lower.charCodeAt(index)) return false;
  }
  return true;
}
