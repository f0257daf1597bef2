/**
 * Secrets behind their names in lists of texts: headers one after the other (`["x-api-key","x"]`), pairs
 * (`[["password","x"]]`), arguments of a program (`["--password","x"]`).
 */
import { classOf } from '../keys/key-policy.ts';
import { endsSensitiveName } from '../prefilter/scalar-prefilter.ts';
import { triggerTables } from '../prefilter/triggers.ts';
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector, Found, Scanned } from './detector.ts';
import { secretOf } from './named-secret.ts';
import { quoted, skipSpaces } from './secret-extent.ts';
import { type Quote, quoteAt, quoteBefore } from './text-escapes.ts';
import { textOf } from './text-of.ts';
import { wordsStart } from './written-name.ts';

const NAME_ENDINGS: Uint8Array = triggerTables().names;
const VALUE_BYTES = 64;
const [QUOTE, APOSTROPHE, COMMA, DASH, BRACKET, BRACKET_END, PAREN, PAREN_END] = [
  0x22, 0x27, 0x2c, 0x2d, 0x5b, 0x5d, 0x28, 0x29,
] as const;
const HEADER = /^(?:[A-Za-z0-9]+-[A-Za-z0-9-]+|(?:set-)?cookie|authorization)$/i;
/** Names of other fields and headers, which lists hold as often: `x-b3-traceid`, `first_name`, `content-md5`. */
const NAME = /^(?:[A-Za-z]{1,24}\d{0,2}[-_.])*[A-Za-z]{1,24}\d{0,2}$/;
/** A pair may name two fields, or a field and its label. */
const PLAIN_NAME = /^(?:[A-Za-z][a-z]*[-_ ])*[A-Za-z][a-z]*$|^[a-z]+(?:[A-Z][a-z]+)+$/;
/** Fields that stand beside that of a password even in a list of pairs. */
const FIELD =
  /^(?:e-?mail|(?:user|first|last|full)?[-_ ]?name|user|login|id|phone|address|remember(?:[-_ ]?me)?|(?:new|old|current|confirm|repeat)?[-_ ]?password|token|code|otp|secret)$/i;
const SPACES_MAX = 16;

interface Listed {
  readonly start: number;
  readonly end: number;
  readonly quote: Quote;
}

/** Looks at the comma behind a name in quotes; replaces the text behind it. */
export const listedSecretDetector: Detector = {
  name: 'named_secret',
  triggers: ',',
  marked: 'trigger',
  findAt: (value, at) => {
    const { bytes, end, keys } = value;
    const name = nameBefore(value, at);
    if (name === undefined) return undefined;
    const decision = keys.classifyName(bytes, name.start, name.end);
    if (classOf(decision) === undefined) return undefined;
    const from = skipSpaces(bytes, at + 1, end);
    const opening = quoteAt(bytes, from, end);
    if (opening?.text !== name.quote.text) return undefined;
    const found = quoted(value, from + opening.text.length, opening);
    return isValue(value, name, found) ? secretOf(value, found, decision) : undefined;
  },
};

/** The item that ends before a comma: a name and nothing else between quotes of one kind. */
function nameBefore({ bytes, start }: Scanned, comma: number): Listed | undefined {
  // Nine commas in ten leave here: behind no quote, which may be written `\\u0022`, or no such name.
  const last = comma > start ? (bytes[comma - 1] ?? 0) : 0;
  const mayBeQuote = last === QUOTE || last === APOSTROPHE || isClass(last, CLASS.digit);
  if (!mayBeQuote || !endsSensitiveName(bytes, comma - 1, NAME_ENDINGS)) return undefined;
  const quote = quoteBefore(bytes, start, comma);
  if (quote === undefined) return undefined;
  const end = comma - quote.text.length;
  const from = wordsStart(bytes, start, end);
  const opening = quoteBefore(bytes, start, from);
  if (from === end || opening?.text !== quote.text) return undefined;
  return { start: from, end, quote };
}

function isValue(value: Scanned, name: Listed, found: Found): boolean {
  const { bytes } = value;
  const text = textOf(bytes, found.start, Math.min(found.end, found.start + VALUE_BYTES));
  if (bytes[name.start] === DASH) return !text.startsWith('-');
  const brackets = bracketsAround(value, name, found);
  if (brackets === 'nested') return !FIELD.test(text);
  if (brackets === 'pair') return !PLAIN_NAME.test(text);
  return HEADER.test(textOf(bytes, name.start, name.end)) && !NAME.test(text);
}

/** Whether the two stand alone between brackets, and those in a list of such pairs. */
function bracketsAround(
  { bytes, start, end }: Scanned,
  name: Listed,
  found: Found,
): 'nested' | 'pair' | undefined {
  const opens = spacesStart(bytes, start, name.start - name.quote.text.length);
  const after = skipSpaces(bytes, found.end + name.quote.text.length, end);
  const opening = opens > start ? bytes[opens - 1] : 0;
  const closing = after < end ? bytes[after] : 0;
  const isRound = opening === PAREN && closing === PAREN_END;
  if (!isRound && !(opening === BRACKET && closing === BRACKET_END)) return undefined;
  const around = spacesStart(bytes, start, opens - 1);
  const before = around > start ? bytes[around - 1] : 0;
  if (before === BRACKET || before === COMMA) return 'nested';
  // `field("password","Password")` calls something.
  return isRound && isClass(before, CLASS.letter | CLASS.digit) ? undefined : 'pair';
}

function spacesStart(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  const limit = Math.max(start, end - SPACES_MAX);
  while (at > limit && isClass(bytes[at - 1], CLASS.space)) at -= 1;
  return at;
}
