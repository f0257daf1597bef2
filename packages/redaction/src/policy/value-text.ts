/** Values as text and as bytes. Valid text comes back as it was, byte order marks included. */
import { CLASS, isClass } from '../detectors/byte-classes.ts';
import { tellsOfMember } from '../detectors/secret-extent.ts';
import type { ValueEdit } from './value-edits.ts';

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
/** Texts that fit are encoded in place: most are short, and a TextEncoder takes 0.3 µs a call. */
const SCRATCH = new Uint8Array(1024);
const [SPACE, COMMA, SEMICOLON, SLASH, BRACKET, AT] = [0x20, 0x2c, 0x3b, 0x2f, 0x5b, 0x40] as const;
const [QUOTE, BACKSLASH] = [0x22, 0x5c] as const;
/** White space, `"'&<>`. */
const SIGNS: readonly number[] = [0x09, 0x0a, 0x0d, SPACE, 0x22, 0x27, 0x26, 0x3c, 0x3e];
const QUOTES: readonly number[] = [0x22, 0x27, 0x5c];
/** What JSON has behind a quote: `:,}]`. */
const BEHIND_QUOTES: readonly number[] = [0x3a, COMMA, 0x7d, 0x5d];
/** `=:` besides. */
const BEGINNINGS: readonly number[] = [...SIGNS, 0x3d, 0x3a];

/** A value among other bytes. */
export interface ByteRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** The bytes of a text, valid until the next call. */
export function bytesOf(text: string): Uint8Array {
  if (text.length > SCRATCH.length) return ENCODER.encode(text);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return ENCODER.encode(text);
    SCRATCH[at] = code;
  }
  return SCRATCH.subarray(0, text.length);
}

/** What replaces is short, and ASCII but for a user's own key id: a TextEncoder takes five times as long. */
export function encoded(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return ENCODER.encode(text);
    bytes[at] = code;
  }
  return bytes;
}

/** The text of bytes; what is no UTF-8 becomes U+FFFD. */
export function decoded(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

/** A text, given with its bytes, with its edits applied. */
export function edited(text: string, bytes: Uint8Array, edits: readonly ValueEdit[]): string {
  // As many bytes as UTF-16 units: ASCII, whose offsets are those of its bytes.
  const part =
    bytes.length === text.length
      ? (from: number, to: number) => text.slice(from, to)
      : (from: number, to: number) => DECODER.decode(bytes.subarray(from, to));
  let result = '';
  let copied = 0;
  for (const { start, end, replacement } of edits) {
    result += part(copied, start) + DECODER.decode(replacement);
    copied = end;
  }
  return result + part(copied, bytes.length);
}

/** The same in bytes: `[start, end)` with its edits applied. */
export function editedBytes(
  { bytes, start, end }: ByteRange,
  edits: readonly ValueEdit[],
): Uint8Array {
  const growth = edits.reduce(
    (sum, edit) => sum + edit.replacement.length - (edit.end - edit.start),
    0,
  );
  const result = new Uint8Array(end - start + growth);
  let [copied, at] = [start, 0];
  for (const edit of edits) {
    result.set(bytes.subarray(copied, edit.start), at);
    at += edit.start - copied;
    result.set(edit.replacement, at);
    at += edit.replacement.length;
    copied = edit.end;
  }
  result.set(bytes.subarray(copied, end), at);
  return result;
}

/** Whether any edit stands within a word, or beside another edit, rather than between signs that end a word. */
export function touchText(value: ByteRange, edits: readonly ValueEdit[]): boolean {
  return edits.some(
    (edit, index) => edit.end === edits[index + 1]?.start || touchesText(value, edit),
  );
}

function touchesText({ bytes, start, end }: ByteRange, edit: ValueEdit): boolean {
  const before = edit.start > start ? (bytes[edit.start - 1] ?? 0) : SPACE;
  const behind = edit.end < end ? (bytes[edit.end] ?? 0) : SPACE;
  // A quote beside the quotes of a replacement doubles them.
  const hasQuotes = edit.replacement[0] !== BRACKET;
  if (hasQuotes && (QUOTES.includes(before) || QUOTES.includes(behind))) return true;
  if (edit.detector === 'url_userinfo') return before !== SLASH || behind !== AT;
  if (!BEGINNINGS.includes(before)) return true;
  if (beginsAsBehindQuote(bytes, edit)) return true;
  if (tellsOfMember(bytes, edit.start, { start, end })) return true;
  if (behind === BACKSLASH) return !isWordInEscapedQuotes(bytes, edit, end);
  // Commas and semicolons may be part of a value, white space and quotes are not.
  const from = edit.end + (behind === COMMA || behind === SEMICOLON ? 1 : 0);
  return from < end && !SIGNS.includes(bytes[from] ?? 0);
}

/** Whether something of JSON was taken away: the quote before it ends no text any more. */
function beginsAsBehindQuote(bytes: Uint8Array, { start, end }: ValueEdit): boolean {
  let at = start;
  while (at < end && isClass(bytes[at], CLASS.space)) at += 1;
  return at < end && BEHIND_QUOTES.includes(bytes[at] ?? 0);
}

/**
 * Whether an edit stands for one word right before an escaped quote, as in a text of JSON within another. No
 * sign was in it by which what stands before could have been told to end.
 */
function isWordInEscapedQuotes(bytes: Uint8Array, edit: ValueEdit, end: number): boolean {
  for (let at = edit.start; at < edit.end; at++) {
    if (bytes[at] !== AT && !isClass(bytes[at], CLASS.token)) return false;
  }
  let to = edit.end;
  while (to < end && bytes[to] === BACKSLASH) to += 1;
  return to < end && bytes[to] === QUOTE;
}
