/** Card numbers: issuer range, length and check digit; in groups or not; never inside longer numbers. */
import { cardBrand } from '../validators/card-brand.ts';
import { luhnValid } from '../validators/luhn.ts';
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector, Found, Scanned } from './detector.ts';

const DIGITS_MIN = 12;
const DIGITS_MAX = 19;
const CONTEXT_BYTES = 40;
const CONTEXT = /card|pan\b|visa|master|maestro|amex|credit|debit|payment|cc[ _-]?(?:num|no)/i;
const [SPACE, DASH, PLUS, DOT, PERCENT] = [0x20, 0x2d, 0x2b, 0x2e, 0x25] as const;

const digits = new Uint8Array(DIGITS_MAX + 1);

/** Looks from the first digit of a run on. */
export const panDetector: Detector = {
  name: 'pan',
  triggers: '23456',
  findAt: (value, at) => {
    const { bytes, start } = value;
    if (at > start && !isBoundary(bytes, start, at)) return undefined;
    const run = readRun(value, at);
    if (run === undefined) return undefined;
    const brand = cardBrand(digits, run.count);
    if (brand === 'none' || !luhnValid(digits, run.count)) return undefined;
    const isBare = !run.hasSeparators;
    if (
      (brand === 'card_with_context' || (isBare && value.isIdentifier)) &&
      !hasContext(value, at)
    ) {
      return undefined;
    }
    const text = Array.from(digits.subarray(0, run.count)).join('');
    return { start: at, end: run.end, canonical: text, lastDigits: text.slice(-4) } satisfies Found;
  },
};

/** A number that a letter, digit or point precedes is part of something else: a hash, a float, an id. */
function isBoundary(bytes: Uint8Array, start: number, at: number): boolean {
  const before = bytes[at - 1];
  if (before === PERCENT) return false;
  // `%20` ends in a digit, and is a space all the same.
  if (at - start >= 3 && bytes[at - 3] === PERCENT && isEscapedSpace(bytes, at - 3)) return true;
  if (isClass(before, CLASS.digit | CLASS.letter) || before === 0x5f) return false;
  if (before !== DOT && before !== DASH) return true;
  return !isClass(bytes[at - 2], CLASS.digit | CLASS.letter) || at - 2 < start;
}

interface Run {
  readonly count: number;
  readonly end: number;
  readonly hasSeparators: boolean;
}

/** Digits with single separators between groups of at least two; undefined for what cannot be a card. */
function readRun({ bytes, start, end }: Scanned, from: number): Run | undefined {
  let count = 0;
  let at = from;
  let last = from;
  let group = 0;
  let separator = 0;
  let hasSeparators = false;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (isClass(byte, CLASS.digit)) {
      if (count === DIGITS_MAX) return undefined;
      digits[count++] = byte - 0x30;
      group += 1;
      at += 1;
      last = at;
      continue;
    }
    const width = separatorWidth(bytes, at, end);
    if (width === 0 || group < 2 || !isClass(bytes[at + width], CLASS.digit)) break;
    const kind = width === 3 ? SPACE : byte;
    if (hasSeparators && kind !== separator) break;
    separator = kind;
    hasSeparators = true;
    group = 0;
    at += width;
  }
  if (count < DIGITS_MIN) return undefined;
  const after = last < end ? bytes[last] : undefined;
  if (isClass(after, CLASS.letter) || after === 0x5f) return undefined;
  if (after === DOT && isClass(last + 1 < end ? bytes[last + 1] : undefined, CLASS.digit))
    return undefined;
  // Groups of a card have four to six digits; dates, times and part numbers have shorter ones.
  if (hasSeparators && firstGroup(bytes, from, end) < 4) return undefined;
  return from < start ? undefined : { count, end: last, hasSeparators };
}

function firstGroup(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isClass(bytes[at], CLASS.digit)) at += 1;
  return at - from;
}

function separatorWidth(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at];
  if (byte === SPACE || byte === DASH || byte === PLUS) return 1;
  return byte === PERCENT && at + 2 < end && isEscapedSpace(bytes, at) ? 3 : 0;
}

function isEscapedSpace(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === PERCENT && bytes[at + 1] === 0x32 && bytes[at + 2] === 0x30;
}

function hasContext({ bytes, start }: Scanned, at: number): boolean {
  let text = '';
  for (let from = Math.max(start, at - CONTEXT_BYTES); from < at; from++) {
    text += String.fromCharCode(bytes[from] ?? 0);
  }
  return CONTEXT.test(text);
}
