/** Card numbers: issuer range, length and check digit; in groups or not; never inside longer numbers. */
import { isAnyMarked } from '../prefilter/marks.ts';
import { cardBrand } from '../validators/card-brand.ts';
import { luhnValid } from '../validators/luhn.ts';
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector, Found, Scanned } from './detector.ts';
import { isEscapeEnd, percentEscape } from './text-escapes.ts';
import { textOf } from './text-of.ts';

const DIGITS_MIN = 12;
const DIGITS_MAX = 19;
/** Shorter groups are those of dates, times and part numbers. */
const GROUP_DIGITS_MIN = 4;
const GROUPS_MAX = 6;
/** Between the groups before a twelfth digit: three bytes each at most. */
const SEPARATORS_BYTES_MAX = 3 * GROUPS_MAX;
const CONTEXT_BYTES = 40;
const CONTEXT =
  /card|visa|master|maestro|amex|discover|diners|credit|debit|\b(?:cc|(?<!\[)pan|jcb)\b/i;
/** `order_id=`, `"traceId": "`: digits behind it are a number of that kind. */
const IDENTIFIER =
  /(?:(?:^|[^a-z])(?:ids?|uid|ts|time|timestamp|offset|count|seq|sequence|version|build|hash)|Id|ID)["'\\ ]*[:=]["'\\ ]*$/;
const [TAB, SPACE, PLUS, DASH, DOT, SLASH, UNDERSCORE, PERCENT] = [
  0x09, 0x20, 0x2b, 0x2d, 0x2e, 0x2f, 0x5f, 0x25,
] as const;

const digits = new Uint8Array(DIGITS_MAX + 1);
/** Where groups of the run end: digits so far, and the place behind the last one. */
const groupDigits = new Int32Array(GROUPS_MAX);
const groupEnd = new Int32Array(GROUPS_MAX);

/** Looks from the first digit of a run on. */
export const panDetector: Detector = {
  name: 'pan',
  triggers: '123456',
  marked: 'near',
  findAt: (value, at) => {
    const { bytes, start, marks } = value;
    // The twelfth digit of every run is marked: nine numbers in ten leave here.
    const twelfth = at + DIGITS_MIN - 1;
    if (marks !== undefined && !isAnyMarked(marks, twelfth, twelfth + SEPARATORS_BYTES_MAX))
      return undefined;
    if (at > start && !isBoundary(bytes, start, at)) return undefined;
    let group = readGroups(value, at);
    // The longest number that is one: what follows after a space may be a date or an amount.
    for (; group >= 0; group--) {
      const found = judge(value, at, group);
      if (found !== undefined) return found;
    }
    return undefined;
  },
};

function judge(value: Scanned, at: number, group: number): Found | undefined {
  const count = groupDigits[group] ?? 0;
  if (count < DIGITS_MIN) return undefined;
  const brand = cardBrand(digits, count);
  if (brand === 'none' || !luhnValid(digits, count)) return undefined;
  if (brand === 'card_with_context' || group === 0) {
    const before = textBefore(value, at);
    const isIdentifier = (group === 0 && value.isIdentifier) || IDENTIFIER.test(before);
    if ((brand === 'card_with_context' || isIdentifier) && !CONTEXT.test(before)) {
      if (at - CONTEXT_BYTES > value.start) value.reads.wantNearer();
      return undefined;
    }
    if (brand === 'card_with_context' && isIdentifier) return undefined;
  }
  let text = '';
  for (let digit = 0; digit < count; digit++) text += digits[digit] ?? 0;
  return { start: at, end: groupEnd[group] ?? at, canonical: text, lastDigits: text.slice(-4) };
}

/** A number that a letter, digit or point precedes is part of something else: a hash, a float, an id. */
function isBoundary(bytes: Uint8Array, start: number, at: number): boolean {
  const before = bytes[at - 1];
  if (isEscapeEnd(bytes, start, at - 1)) return true;
  // `%B4111…`: the first track of a magnetic stripe.
  if (before === 0x42 && at - 2 >= start && bytes[at - 2] === PERCENT) return true;
  if (before === PERCENT || before === UNDERSCORE) return false;
  if (isClass(before, CLASS.digit | CLASS.letter)) return false;
  if (before !== DOT && before !== DASH) return true;
  return at - 2 < start || !isClass(bytes[at - 2], CLASS.digit | CLASS.letter);
}

/**
 * Reads digits in groups that the same separator divides; the index of the last group that may end a number,
 * -1 where none may.
 */
function readGroups({ bytes, start, end }: Scanned, from: number): number {
  let count = 0;
  let at = from;
  let group = 0;
  let inGroup = 0;
  let separator = 0;
  for (;;) {
    while (at < end && count < DIGITS_MAX && isClass(bytes[at], CLASS.digit)) {
      digits[count++] = (bytes[at++] ?? 0) - 0x30;
      inGroup += 1;
    }
    groupDigits[group] = count;
    groupEnd[group] = at;
    const isTooLong = at < end && isClass(bytes[at], CLASS.digit);
    const width = isTooLong ? 0 : separatorWidth(bytes, at, end);
    const next = at + width;
    const goesOn = width > 0 && next < end && isClass(bytes[next], CLASS.digit);
    const kind = bytes[at] ?? 0;
    const isSame = group === 0 || kind === separator;
    if (goesOn && isSame && inGroup >= GROUP_DIGITS_MIN && group + 1 < GROUPS_MAX) {
      separator = kind;
      group += 1;
      inGroup = 0;
      at = next;
      continue;
    }
    // Two groups around a point are a fraction.
    if (group === 1 && !isLoose(separator) && separator !== DASH) return -1;
    if (!isTooLong && mayEnd(bytes, { start, at, end })) return group;
    return group > 0 && isLoose(separator) ? group - 1 : -1;
  }
}

/** Behind a number comes no letter, no fraction, and no further part of an id. */
function mayEnd(
  bytes: Uint8Array,
  { start, at, end }: { readonly start: number; readonly at: number; readonly end: number },
): boolean {
  if (at >= end) return true;
  const after = bytes[at];
  if (isClass(after, CLASS.letter) || after === UNDERSCORE) return false;
  if (after !== DOT && after !== DASH) return true;
  const isPart = at + 1 < end && isClass(bytes[at + 1], CLASS.digit | CLASS.letter);
  return at < start || !isPart;
}

/** A space may end a card number; a dash goes on with the same number. */
function isLoose(separator: number): boolean {
  return separator === SPACE || separator === TAB || separator === PLUS || separator > 0x7f;
}

/** Bytes between two groups: one sign, a sign twice, a no-break space, a dash of typography, or an escape. */
function separatorWidth(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return 0;
  const byte = bytes[at] ?? 0;
  const next = at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
  if (isSeparator(byte)) return next === byte ? 2 : 1;
  if (byte === 0xc2) return next === 0xa0 ? 2 : 0;
  if (byte === 0xe2) {
    const last = at + 2 < end ? (bytes[at + 2] ?? 0) : 0;
    return next === 0x80 && last >= 0x90 && last <= 0x95 ? 3 : 0;
  }
  return isSeparator(percentEscape(bytes, at, end)) ? 3 : 0;
}

function isSeparator(byte: number): boolean {
  return (
    byte === SPACE ||
    byte === DASH ||
    byte === PLUS ||
    byte === DOT ||
    byte === TAB ||
    byte === SLASH ||
    byte === UNDERSCORE
  );
}

function textBefore({ bytes, start }: Scanned, at: number): string {
  return textOf(bytes, Math.max(start, at - CONTEXT_BYTES), at);
}
