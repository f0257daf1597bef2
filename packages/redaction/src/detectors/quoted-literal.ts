/** Texts in quotes as SQL, programs and shells write them: `'it''s'`, `"""x"""`, `N'x'`, `'it'\''s'`, `crypt('x')`. */
import { CLASS, isClass } from './byte-classes.ts';
import type { Scanned } from './detector.ts';
import { placeholderEnd } from './placeholder.ts';
import { type Quote, quoteAt, quotedEnd } from './text-escapes.ts';
import { textOf } from './text-of.ts';

/** Text between three quotes; longer, and the quotes are read as those of SQL. */
const TRIPLE_BYTES_MAX = 4096;
const PREFIX_BYTES_MAX = 48;
/** Kinds of literals (`N'x'`, `rb"x"`, `_utf8mb4'x'`, `$"x"`), functions around them, and both. */
const PREFIX =
  /^(?:(?:new )?[A-Za-z_][\w.]{0,31}\( ?)?(?:[uUbBrRfFnNeExX]{1,2}|[uU]&|[@$]{1,2}|_[a-z0-9]{3,8} ?)?(?=\\{0,3}["'])/;
const [BACKSLASH, APOSTROPHE, QUOTE, UNDERSCORE, AT, DOLLAR] = [
  0x5c, 0x27, 0x22, 0x5f, 0x40, 0x24,
] as const;

/** Bytes between a sign and the quote of its value that say what kind of text follows; 0 = none. */
export function literalPrefix({ bytes, end }: Scanned, at: number): number {
  if (!beginsPrefix(at < end ? (bytes[at] ?? 0) : 0)) return 0;
  const limit = Math.min(end, at + PREFIX_BYTES_MAX);
  let quote = at;
  while (quote < limit && bytes[quote] !== QUOTE && bytes[quote] !== APOSTROPHE) quote += 1;
  // Nine values in ten have no quote near: that costs less to see than a pattern takes to say no.
  if (quote === limit) return 0;
  return PREFIX.exec(textOf(bytes, at, limit))?.[0].length ?? 0;
}

/** A letter, `_`, `@` or `$`; most values begin with the quote itself. */
function beginsPrefix(byte: number): boolean {
  return isClass(byte, CLASS.letter) || byte === UNDERSCORE || byte === AT || byte === DOLLAR;
}

/** Where a text behind its opening quote begins and ends; `end` of the value where nothing closes it. */
export function literal(
  { bytes, end, reads }: Scanned,
  from: number,
  opening: Quote,
): { readonly start: number; readonly end: number } {
  const triple = tripleLiteral(bytes, { from, end }, opening);
  if (triple !== undefined) return triple;
  let closed = quotedEnd(bytes, { from, end }, opening);
  // Behind a replacement of ours nothing goes on.
  if (placeholderEnd(bytes, from, end) === closed.end) return { start: from, end: closed.end };
  // A quote of a text around this one, or written in another way, cannot be doubled.
  while (closed.after === closed.end + opening.text.length) {
    const again = reopened(bytes, { from: closed.after, end }, opening);
    if (again === 0) break;
    closed = quotedEnd(bytes, { from: again, end }, opening);
  }
  reads.spend(closed.end - from);
  return { start: from, end: closed.end };
}

/** Behind a closing quote: where the text goes on, since the quote was doubled or escaped for a shell. */
function reopened(
  bytes: Uint8Array,
  { from, end }: { readonly from: number; readonly end: number },
  opening: Quote,
): number {
  const next = quoteAt(bytes, from, end);
  if (next === undefined) return 0;
  if (next.text === opening.text) return from + next.text.length;
  const isShell = opening.text === "'" && next.byte === APOSTROPHE && bytes[from] === BACKSLASH;
  const after = from + next.text.length;
  return isShell && bytes[after] === APOSTROPHE && after < end ? after + 1 : 0;
}

function tripleLiteral(
  bytes: Uint8Array,
  { from, end }: { readonly from: number; readonly end: number },
  opening: Quote,
): { readonly start: number; readonly end: number } | undefined {
  const width = opening.text.length;
  const isSame = (at: number): boolean => quoteAt(bytes, at, end)?.text === opening.text;
  if (!isSame(from) || !isSame(from + width)) return undefined;
  const start = from + 2 * width;
  const limit = Math.min(end, start + TRIPLE_BYTES_MAX);
  for (let at = start; at < limit; at++) {
    const closed = quotedEnd(bytes, { from: at, end: limit }, opening);
    if (closed.end >= limit) return undefined;
    if (isSame(closed.after) && isSame(closed.after + width)) return { start, end: closed.end };
    at = closed.after - 1;
  }
  return undefined;
}
