/** The name before a sign, as documents, forms, SQL and prose write it. */
import { NAME_DISTANCE_MAX } from '../prefilter/scalar-prefilter.ts';
import { CLASS, isClass } from './byte-classes.ts';
import type { Scanned } from './detector.ts';
import { DETECTOR_LABELS, placeholderEnd } from './placeholder.ts';
import {
  hexValue,
  isEscapeEnd,
  percentEscape,
  type Quote,
  quoteBefore,
  unicodeEscape,
} from './text-escapes.ts';
import { textOf } from './text-of.ts';

const NAME_BYTES_MAX = 128;
const ESCAPE_BYTES_MAX = 16;
const SPACES_MAX = 3;
const SQL_BYTES = 8;
const SQL_BEFORE_NAME = /(?:(?:^|[\s(])(?:set|where|and|or)\s|,)\s{0,2}$/i;
const [BRACKET, BRACKET_END, BACKSLASH, BACKTICK, PERCENT, SPACE] = [
  0x5b, 0x5d, 0x5c, 0x60, 0x25, 0x20,
] as const;

/** A name before a sign, and the quote that ends it. */
export interface Name {
  readonly start: number;
  readonly end: number;
  readonly quote: Quote | undefined;
}

/** The name that ends before the sign at this place; undefined where there is none. */
export function nameBefore(value: Scanned, at: number): Name | undefined {
  const { bytes, start } = value;
  let end = at;
  while (end > start && bytes[end - 1] === SPACE && at - end < SPACES_MAX) end -= 1;
  const quote = quoteBefore(bytes, start, end);
  if (quote !== undefined) end -= quote.text.length;
  // ``SET `password` = 'x'``: a name of SQL, which says nothing of the quotes of its value.
  else if (bytes[end - 1] === BACKTICK && end > start) end -= 1;
  // `%22password%22%3A`: the escaped quote is not part of the name.
  while (end - 3 >= start && bytes[end - 3] === PERCENT && bytes[end - 2] === 0x32) end -= 3;
  const from = wordsStart(bytes, start, end);
  if (from === end || at - lastWordByte(bytes, from, end) > NAME_DISTANCE_MAX) return undefined;
  return isReplacement(value, from, end) ? undefined : { start: from, end, quote };
}

/** `[email]: x`: a replacement of ours is no name. `user[password]=x` is one. */
export function isReplacement(value: Scanned, start: number, end: number): boolean {
  const { bytes } = value;
  if (bytes[end - 1] !== BRACKET_END) return false;
  let from = end - 1;
  while (from > start && bytes[from] !== BRACKET) from -= 1;
  if (placeholderEnd(bytes, from, end) !== end) return false;
  const label = textOf(bytes, from + 1, end - 1);
  if (DETECTOR_LABELS.includes(label)) return true;
  // `user[profile][password]` is a name, `[email][ssn]` two replacements.
  if (from !== start) return isReplacement(value, start, from);
  // These are found without a name as well: what stands before the sign may be ours.
  return label === 'pan' || label === 'ssn' || !isSqlName(value, start, end);
}

/** `SET [password] = `, `, u.[password]=`: brackets around a name are those of SQL. */
function isSqlName({ bytes, start, end: valueEnd }: Scanned, from: number, to: number): boolean {
  const before = textOf(bytes, Math.max(start, from - SQL_BYTES), from);
  const after = textOf(bytes, to, Math.min(valueEnd, to + 3));
  return SQL_BEFORE_NAME.test(before) && /^ ?=(?!>)/.test(after);
}

/** Where the name that ends at `end` begins: letters, digits, dots, dashes and brackets, escaped ones too. */
export function wordsStart(bytes: Uint8Array, start: number, end: number): number {
  let from = end;
  const limit = Math.max(start, end - NAME_BYTES_MAX);
  while (from > limit) {
    const byte = bytes[from - 1];
    if (!isClass(byte, CLASS.name)) break;
    if (isEscapeEnd(bytes, start, from - 1)) {
      // An escaped letter belongs to the name: `pass\u0077ord`, `pass%77ord`. A line break does not.
      const width = escapedLetter(bytes, start, from);
      if (width === 0) break;
      from -= width;
    } else from -= 1;
  }
  return Math.max(from, limit);
}

/** Width of the escape that ends before `end`, where it stands for part of a name; else 0. */
function escapedLetter(bytes: Uint8Array, start: number, end: number): number {
  if (hexValue(bytes[end - 1]) < 0) return 0;
  if (end - 3 >= start) {
    const byte = percentEscape(bytes, end - 3, end);
    if (byte >= 0) return isClass(byte, CLASS.name) ? 3 : 0;
  }
  if (end - 6 < start) return 0;
  const byte = unicodeEscape(bytes, end - 6, end);
  if (byte < 0 || !isClass(byte, CLASS.name)) return 0;
  // In a text within a text: `pass\\u0077ord`.
  let width = 6;
  while (end - width > start && bytes[end - width - 1] === BACKSLASH && width < ESCAPE_BYTES_MAX) {
    width += 1;
  }
  return width;
}

/** Names that end in many brackets or dots before the sign are none: the prefilter looks no further either. */
function lastWordByte(bytes: Uint8Array, from: number, end: number): number {
  let at = end - 1;
  while (at > from && !isClass(bytes[at], CLASS.digit | CLASS.letter)) at -= 1;
  return at;
}
