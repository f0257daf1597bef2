/**
 * Secrets behind their names in lists of texts: headers one after the other (`["x-api-key","x"]`), pairs
 * (`[["password","x"]]`), arguments of a program (`["--password","x"]`).
 */
import { endsSensitiveName } from '../prefilter/scalar-prefilter.ts';
import { triggerTables } from '../prefilter/triggers.ts';
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector, Found, Scanned } from './detector.ts';
import { isListedValue, listedName, type ListShape } from './listed-value.ts';
import { secretOf } from './named-secret.ts';
import { quoted, skipSpaces } from './secret-extent.ts';
import { type Quote, quoteAt, quoteBefore } from './text-escapes.ts';
import { wordsStart } from './written-name.ts';

const NAME_ENDINGS: Uint8Array = triggerTables().names;
const [QUOTE, APOSTROPHE, COMMA, COLON, BRACKET, BRACKET_END, PAREN, PAREN_END] = [
  0x22, 0x27, 0x2c, 0x3a, 0x5b, 0x5d, 0x28, 0x29,
] as const;
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
    const { bytes, end } = value;
    const name = nameBefore(value, at);
    const named = name && listedName(value, name.start, name.end);
    if (name === undefined || named === undefined) return undefined;
    const from = skipSpaces(bytes, at + 1, end);
    const opening = quoteAt(bytes, from, end);
    if (opening?.text !== name.quote.text) return undefined;
    const found = quoted(value, from + opening.text.length, opening);
    // `{"option":"--password","help":"x"}`: the name of another member.
    const after = skipSpaces(bytes, found.end + opening.text.length, end);
    if (after < end && bytes[after] === COLON) return undefined;
    const shape = shapeAround(value, name, found);
    const isValue = isListedValue(named, shape, { bytes, start: found.start, end: found.end });
    return isValue ? secretOf(value, found, named.decision) : undefined;
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

/** Whether the two stand alone between brackets, and those in a list of such pairs. */
function shapeAround({ bytes, start, end }: Scanned, name: Listed, found: Found): ListShape {
  const opens = spacesStart(bytes, start, name.start - name.quote.text.length);
  const after = skipSpaces(bytes, found.end + name.quote.text.length, end);
  const opening = opens > start ? bytes[opens - 1] : 0;
  const closing = after < end ? bytes[after] : 0;
  const isRound = opening === PAREN && closing === PAREN_END;
  if (!isRound && !(opening === BRACKET && closing === BRACKET_END)) return 'flat';
  const around = spacesStart(bytes, start, opens - 1);
  const before = around > start ? bytes[around - 1] : 0;
  if (before === BRACKET || before === COMMA) return 'nested';
  // `field("password","Password")` calls something.
  return isRound && isClass(before, CLASS.letter | CLASS.digit) ? 'flat' : 'pair';
}

function spacesStart(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  const limit = Math.max(start, end - SPACES_MAX);
  while (at > limit && isClass(bytes[at - 1], CLASS.space)) at -= 1;
  return at;
}
