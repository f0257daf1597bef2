/** How far the value behind a sensitive name reaches, in JSON, forms, headers, XML and prose. */
import { CLASS, isClass } from './byte-classes.ts';
import type { Found, Scanned } from './detector.ts';
import { isBehindPlaceholder, placeholderEnd } from './placeholder.ts';
import { literal, literalPrefix } from './quoted-literal.ts';
import {
  behindBackslashes,
  percentEscape,
  type Quote,
  quoteAt,
  quotedEnd,
} from './text-escapes.ts';
import { textOf } from './text-of.ts';

const SPACES_MAX = 16;
const LOOK_AHEAD_BYTES = 40;
const [TAB, LF, CR, SPACE, QUOTE, AMPERSAND, APOSTROPHE, COMMA] = [
  0x09, 0x0a, 0x0d, 0x20, 0x22, 0x26, 0x27, 0x2c,
] as const;
const [COLON, SEMICOLON, LESS, EQUALS, MORE, BACKSLASH, BACKTICK, SLASH] = [
  0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x5c, 0x60, 0x2f,
] as const;
const [BRACKET, BRACKET_END, BRACE, BRACE_END, PAREN_END] = [0x5b, 0x5d, 0x7b, 0x7d, 0x29] as const;

/** Spaces, plain or escaped as in pretty-printed JSON within JSON. */
export function skipSpaces(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  const limit = Math.min(end, from + SPACES_MAX);
  while (at < limit) {
    if (isClass(bytes[at], CLASS.space)) at += 1;
    else {
      let letter = at;
      while (letter < limit && bytes[letter] === BACKSLASH) letter += 1;
      const byte = bytes[letter];
      const isSpace = byte === 0x6e || byte === 0x72 || byte === 0x74;
      if (letter === at || letter >= limit || !isSpace) break;
      at = letter + 1;
    }
  }
  return at;
}

/**
 * Whether the quote that ends before `from` ends a text of JSON rather than beginning one: behind it comes
 * what JSON wants there. Keeps `{"a":"password: ","b":1}` a document.
 */
export function closesJsonText(bytes: Uint8Array, from: number, end: number): boolean {
  let at = skipSpaces(bytes, from, end);
  if (at >= end) return true;
  const byte = bytes[at];
  if (byte === COLON) return true;
  if (byte === BRACE_END || byte === BRACKET_END) {
    at = skipSpaces(bytes, at + 1, end);
    if (at >= end) return true;
    const next = bytes[at];
    return (
      next === COMMA ||
      next === BRACE_END ||
      next === BRACKET_END ||
      quoteAt(bytes, at, end) !== undefined
    );
  }
  if (byte !== COMMA) return false;
  at = skipSpaces(bytes, at + 1, end);
  const next = bytes[at];
  if (at >= end || quoteAt(bytes, at, end) !== undefined) return true;
  if (next === BRACE || next === BRACKET || next === 0x2d || isClass(next, CLASS.digit)) {
    return true;
  }
  const word = textOf(bytes, at, Math.min(end, at + 6));
  return /^(?:true|false|null)(?![a-z])/.test(word);
}

/** Behind a name without quotes: `x`, `"x"`, `u'x'`. */
export function valueOfBareName(value: Scanned, from: number, isNested: boolean): Found {
  const { bytes, end } = value;
  let at = skipSpaces(bytes, from, end);
  if (isNested && percentEscape(bytes, at, end) === QUOTE) at += 3;
  let opening = quoteAt(bytes, at, end);
  if (opening === undefined) {
    const prefix = literalPrefix(value, at);
    if (prefix > 0) opening = quoteAt(bytes, at + prefix, end);
    // `{"a":"password=x"}`: what looks like a prefix is the value.
    const isEnd = closesJsonText(bytes, at + prefix + (opening?.text.length ?? 0), end);
    if (isEnd) opening = undefined;
    if (opening !== undefined) at += prefix;
  }
  if (opening === undefined) {
    const replaced = placeholderEnd(bytes, at, end);
    return { start: at, end: Math.max(replaced, bareEnd(value, at, isNested)) };
  }
  const start = at + opening.text.length;
  if (closesJsonText(bytes, start, end)) return { start, end: start };
  return quoted(value, start, opening);
}

/** Behind a name in quotes: a text, a bare member, or a whole array or object, which becomes one text. */
export function valueOfQuotedName(value: Scanned, from: number, quote: Quote): Found {
  const { bytes, end } = value;
  let at = skipSpaces(bytes, from, end);
  at += literalPrefix(value, at);
  const opening = quoteAt(bytes, at, end);
  if (opening !== undefined) {
    const start = at + opening.text.length;
    // A quote of a text around the name: nothing stands behind the sign.
    const isOther = opening.byte !== quote.byte && closesJsonText(bytes, start, end);
    if (isOther || opening.backslashes < quote.backslashes) return { start, end: start };
    return quoted(value, start, opening);
  }
  if (bytes[at] === BRACE || bytes[at] === BRACKET) return structure(value, at, quote);
  let to = at;
  while (to < end && !isClass(bytes[to], CLASS.delimiter) && bytes[to] !== BACKSLASH) to += 1;
  value.reads.spend(to - at);
  // A bare member of JSON is a number, a switch or null: its replacement has to be a text.
  return { start: at, end: to, quote: quote.text };
}

/**
 * Numbers are written in groups: cards, those of the SSA and of tax offices (United Kingdom, Germany, United
 * States), codes in pairs or threes. What the groups mean beside other names nobody can say.
 */
const GROUPED: ReadonlyMap<string, RegExp> = new Map([
  ['pan', /^\d{4}[ \t](?:\d{4}[ \t]\d{4}[ \t]\d{1,7}|\d{6}[ \t]\d{4,5})(?!\w)/],
  [
    'ssn',
    /^(?:\d{3} \d\d \d{4}|[A-Z]{2} \d\d \d\d \d\d [A-D]|\d\d \d{3} \d{3} \d{3}|\d\d \d{7})(?!\w)/i,
  ],
  ['otp', /^(?:\d{3} \d{3}|\d\d \d\d \d\d|\d{4} \d{4}|\d(?: \d){3,7})(?!\w)/],
  ['pin', /^(?:\d\d \d\d|\d(?: \d){3,7})(?!\w)/],
]);
const GROUPED_BYTES_MAX = 32;
/** `token: Bearer x`: the scheme is not what the name stands for. */
const SCHEME = /^(?:bearer|basic)[ \t]{1,4}/i;
const SMALL_B = 0x62;

/** A value without quotes of which white space is part: `4111 1111 1111 1111`, `Bearer x`. */
export function valueInWords(value: Scanned, found: Found, label: string): Found {
  const { bytes, end } = value;
  if (found.end >= end || (bytes[found.end] !== SPACE && bytes[found.end] !== TAB)) return found;
  // No scheme, and no number of this kind is written in groups: nine values in ten.
  if (((bytes[found.start] ?? 0) | 0x20) !== SMALL_B && !GROUPED.has(label)) return found;
  const head = textOf(bytes, found.start, Math.min(end, found.start + GROUPED_BYTES_MAX));
  const grouped = GROUPED.get(label)?.exec(head)?.[0].length ?? 0;
  const scheme = grouped > 0 ? 0 : (SCHEME.exec(head)?.[0].length ?? 0);
  const from = found.start + Math.max(grouped, scheme);
  return from <= found.end ? found : { ...found, end: bareEnd(value, from, false) };
}

/**
 * A text in quotes, as SQL and programs write them. An apostrophe that nothing closes ends with the text of
 * JSON it stands in.
 */
export function quoted(value: Scanned, from: number, opening: Quote): Found {
  const found = literal(value, from, opening);
  if (opening.byte !== APOSTROPHE || !(isJson(value) || value.bytes[value.start] === QUOTE)) {
    return found;
  }
  return { ...found, end: cutOff(value, found.start, found.end) };
}

/** Brackets in texts do not count. Where the bracket never closes, all the rest of the text goes. */
function structure(value: Scanned, from: number, quote: Quote): Found {
  const { found, read } = readStructure(value, from, quote);
  value.reads.spend(read - from);
  return found;
}

/** What is found may end long before what had to be `read` to know. */
function readStructure(
  value: Scanned,
  from: number,
  quote: Quote,
): { readonly found: Found; readonly read: number } {
  const { bytes, end } = value;
  const upTo = (to: number, read = to, text = quote.text) => ({
    found: { start: from, end: to, quote: text },
    read,
  });
  let [braces, brackets] = [0, 0];
  for (let at = from; at < end; at++) {
    const byte = bytes[at];
    if (byte === BRACE) braces += 1;
    if (byte === BRACKET) brackets += 1;
    if (byte === BRACE_END) braces -= 1;
    if (byte === BRACKET_END) brackets -= 1;
    // Brackets that do not match were never a structure: it stands in a text of JSON that ends before.
    if (braces < 0 || brackets < 0) return upTo(cutOff(value, from, at), at, '');
    if (braces + brackets === 0) return upTo(at + 1);
    if (byte !== QUOTE && byte !== APOSTROPHE && byte !== BACKSLASH) continue;
    const opening = quoteAt(bytes, at, end);
    if (opening === undefined) at = behindBackslashes(bytes, at, end) - 1;
    if (opening === undefined || (opening.byte !== quote.byte && quote.byte === QUOTE)) continue;
    // Behind a name in apostrophes a quote begins a text within, or ends the text of JSON around all this.
    const isOther = opening.byte !== quote.byte;
    if (isOther && isJson(value) && closesJsonText(bytes, at + opening.text.length, end)) {
      return upTo(at);
    }
    // A quote of a text around this one: the document was cut off.
    if (!isOther && opening.backslashes < quote.backslashes) return upTo(at);
    const closed = quotedEnd(bytes, { from: at + opening.text.length, end }, opening);
    const closing = quoteAt(bytes, closed.end, end);
    // And one may end the text within, which was cut off as well.
    const isCutOff = closing !== undefined && closing.backslashes < opening.backslashes;
    if (isCutOff && !isOther && closing.backslashes < quote.backslashes) return upTo(closed.end);
    if (isCutOff && isOther && isJson(value) && closesJsonText(bytes, closed.after, end)) {
      return upTo(closed.end);
    }
    at = closed.after - 1;
  }
  return upTo(quote.byte === QUOTE ? end : cutOff(value, from, end), end);
}

/** Whether the first thing behind its brackets is a quote: only then may a quote end a text of JSON. */
function isJson({ bytes, start, end }: Scanned): boolean {
  const limit = Math.min(end, start + LOOK_AHEAD_BYTES);
  let at = start;
  while (at < limit && (isClass(bytes[at], CLASS.space) || isOpening(bytes[at]))) at += 1;
  return at > start && quoteAt(bytes, at, end)?.byte === QUOTE;
}

function isOpening(byte: number | undefined): boolean {
  return byte === BRACE || byte === BRACKET;
}

/** The first quote that ends a text of JSON, or `limit`. */
function cutOff({ bytes, end, reads }: Scanned, from: number, limit: number): number {
  let at = from;
  for (; at < limit; at++) {
    if (bytes[at] !== QUOTE && bytes[at] !== BACKSLASH) continue;
    const quote = quoteAt(bytes, at, limit);
    if (quote === undefined) at = behindBackslashes(bytes, at, limit) - 1;
    if (quote === undefined) continue;
    const after = at + quote.text.length;
    if (quote.byte === QUOTE && closesJsonText(bytes, after, end)) break;
    at = after - 1;
  }
  const cut = Math.min(at, limit);
  reads.spend(cut - from);
  return cut;
}

/** Up to the end of the line, or to the quote around name and value, however either is escaped. */
export function restOfLine(value: Scanned, from: number, around: Quote | undefined): Found {
  const { bytes, end, reads } = value;
  let start = from;
  while (start < end && (bytes[start] === SPACE || bytes[start] === TAB)) start += 1;
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === CR || byte === LF) break;
    if (byte !== QUOTE && byte !== APOSTROPHE && byte !== BACKSLASH) continue;
    const closing = quoteAt(bytes, at, end);
    if (closing === undefined) {
      if (byte !== BACKSLASH) continue;
      const letter = behindBackslashes(bytes, at, end);
      if (bytes[letter] === 0x6e || bytes[letter] === 0x72) break;
      at = letter - 1;
      continue;
    }
    if (around?.byte === closing.byte && closing.backslashes <= around.backslashes) break;
    if (byte !== APOSTROPHE && closesJsonText(bytes, at + closing.text.length, end)) break;
    at += closing.text.length - 1;
  }
  reads.spend(at - from);
  return { start, end: at };
}

/** Between tags; up to the end of the text where the closing one was cut off. */
export function xmlText({ bytes, end, reads }: Scanned, from: number): Found {
  let at = from;
  let isClosed = false;
  for (; at < end && bytes[at] !== LESS; at++) {
    if (bytes[at] !== QUOTE && bytes[at] !== BACKSLASH) continue;
    const closing = quoteAt(bytes, at, end);
    if (closing === undefined) at = behindBackslashes(bytes, at, end) - 1;
    if (closing === undefined) continue;
    isClosed = closesJsonText(bytes, at + closing.text.length, end);
    if (isClosed) break;
    at += closing.text.length - 1;
  }
  reads.spend(at - from);
  // `<token><id>…`: elements of their own, judged by their own names.
  const isElement = !isClosed && at + 1 < end && bytes[at + 1] !== SLASH;
  return { start: from, end: isElement ? from : at };
}

/** Commas, semicolons and brackets may be part of a password; what ends it is what cannot be. */
function bareEnd({ bytes, end, reads }: Scanned, from: number, isNested: boolean): number {
  const known = reads.stretch;
  if (from < known.from || from >= known.stop || isNested !== known.isNested) {
    const stop = bareStop(bytes, { from, end }, isNested);
    const trimmed = withoutTrailing(bytes, from, stop);
    reads.spend(2 * stop - from - trimmed);
    reads.stretch = { from, stop, end: trimmed, isNested };
  }
  return Math.max(from, reads.stretch.end);
}

function bareStop(
  bytes: Uint8Array,
  { from, end }: { readonly from: number; readonly end: number },
  isNested: boolean,
): number {
  let at = from;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte <= SPACE || byte === QUOTE || byte === APOSTROPHE || byte === BACKTICK) break;
    if (byte === AMPERSAND || byte === LESS || byte === MORE || byte === BACKSLASH) break;
    if ((byte === COMMA || byte === SEMICOLON) && beginsMember(bytes, at + 1, end)) break;
    if (isNested && endsNested(percentEscape(bytes, at, end))) break;
  }
  return at;
}

/** The bracket that ends a replacement stays with it: half of one would be a name. */
function withoutTrailing(bytes: Uint8Array, from: number, stop: number): number {
  let at = stop;
  while (at > from && isTrailing(bytes[at - 1]) && !isBehindPlaceholder(bytes, from, at)) at -= 1;
  return at;
}

function isTrailing(byte: number | undefined): boolean {
  return (
    byte === COMMA ||
    byte === SEMICOLON ||
    byte === PAREN_END ||
    byte === BRACE_END ||
    byte === BRACKET_END
  );
}

function endsNested(escaped: number): boolean {
  return (
    escaped === QUOTE ||
    escaped === AMPERSAND ||
    escaped === COMMA ||
    escaped === LF ||
    escaped === BRACE_END
  );
}

/** `,user=x`, `;Server=x`, `, x`. */
function beginsMember(bytes: Uint8Array, from: number, end: number): boolean {
  if (from >= end || isClass(bytes[from], CLASS.space)) return true;
  return quoteAt(bytes, from, end) !== undefined || memberSign(bytes, from, end) > from;
}

/** The sign behind the name that begins at `from`, -1 where there is none near. */
function memberSign(bytes: Uint8Array, from: number, end: number): number {
  const limit = Math.min(end, from + LOOK_AHEAD_BYTES);
  let at = from;
  while (at < limit && isOfMemberName(bytes[at])) at += 1;
  return at < limit && (bytes[at] === EQUALS || bytes[at] === COLON) ? at : -1;
}

function isOfMemberName(byte: number | undefined): boolean {
  return byte === SPACE || isClass(byte, CLASS.name);
}

/**
 * Whether what stands at this place is read to tell that a comma or semicolon before it ends a value: it is
 * part of the name of a member, or its sign. With it replaced, the value before may go on.
 */
export function tellsOfMember(
  bytes: Uint8Array,
  at: number,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  const limit = Math.max(start, at - LOOK_AHEAD_BYTES);
  let from = at;
  while (from > limit && isOfMemberName(bytes[from - 1])) from -= 1;
  const before = from > start ? bytes[from - 1] : 0;
  return (before === COMMA || before === SEMICOLON) && memberSign(bytes, from, end) >= at;
}
