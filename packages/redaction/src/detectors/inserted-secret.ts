/** Values of an INSERT under columns of sensitive names: `INSERT INTO u (name, password) VALUES ('a','x'),(…)`. */
import { classOf, KEY_DECISION, type KeyDecision } from '../keys/key-policy.ts';
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector, Found, Scanned } from './detector.ts';
import { JsonPlace } from './json-place.ts';
import { secretOf } from './named-secret.ts';
import { literalPrefix } from './quoted-literal.ts';
import { quoted, skipSpaces } from './secret-extent.ts';
import { quoteAt } from './text-escapes.ts';
import { textOf } from './text-of.ts';

const KEYWORD = 'values';
/** Of the list of columns, and what may stand between it and the keyword. */
const COLUMNS_BYTES_MAX = 4096;
const BETWEEN_BYTES_MAX = 64;
const [COMMA, PAREN, PAREN_END, BRACKET, BACKSLASH, SMALL_A, SMALL_S] = [
  0x2c, 0x28, 0x29, 0x5b, 0x5c, 0x61, 0x73,
] as const;
/** Between the columns and the keyword: `OUTPUT INSERTED.Id`. */
const BETWEEN = /^[\w\s.,@\\]*$/;
const COLUMNS = /^[\w\s.,"'`[\]\\-]*$/;
/** Replacements of ours, which no name made. */
const REPLACED = /^\[(?:pan|ssn)[:\]]/;
/** With more, all the rest of the statement goes. */
const SECRETS_MAX = 256;
/** The place of a value that is sent apart from the statement. */
const BOUND = /^(?:default|[:@]\w+|%\(\w+\)s|\$\d+|\?\d*)$/i;

/** Looks at the keyword behind the list of columns; one finding for each sensitive value of each row. */
export const insertedSecretDetector: Detector = {
  name: 'named_secret',
  triggers: 'vV',
  marked: 'trigger',
  findAt: (value, at) => {
    const { bytes, start, end } = value;
    if (at + KEYWORD.length >= end || ((bytes[at + 1] ?? 0) | 0x20) !== SMALL_A) return undefined;
    if (at > start && isClass(bytes[at - 1], CLASS.letter)) return undefined;
    // `value` is frequent in documents.
    if (((bytes[at + 5] ?? 0) | 0x20) !== SMALL_S) return undefined;
    if (textOf(bytes, at, at + KEYWORD.length).toLowerCase() !== KEYWORD) return undefined;
    const rows = skipSpaces(bytes, at + KEYWORD.length, end);
    if (rows >= end || bytes[rows] !== PAREN) return undefined;
    const columns = columnsBefore(value, at);
    if (columns.length === 0) return undefined;
    // Where a statement was cut off, so was the text of JSON it stands in.
    const statementEnd = new JsonPlace(bytes, start, end).textEnd(at);
    value.reads.spend(statementEnd - start);
    const [first, ...also] = secretsOfRows({ ...value, end: statementEnd }, rows, columns);
    return first === undefined ? undefined : { ...first, also };
  },
};

/** What each column is called, in order; none where there is no list of names, or no sensitive one. */
function columnsBefore({ bytes, start, keys }: Scanned, keyword: number): readonly KeyDecision[] {
  let close = keyword - 1;
  const between = Math.max(start, keyword - BETWEEN_BYTES_MAX);
  while (close >= between && bytes[close] !== PAREN_END) close -= 1;
  if (close < between) return [];
  let open = close - 1;
  const limit = Math.max(start, close - COLUMNS_BYTES_MAX);
  while (open >= limit && bytes[open] !== PAREN && bytes[open] !== PAREN_END) open -= 1;
  if (open < limit || bytes[open] !== PAREN) return [];
  const decisions: KeyDecision[] = [];
  for (let from = open + 1, at = from; at <= close; at++) {
    if (at < close && bytes[at] !== COMMA) continue;
    const isName = at > from && !isReplaced(bytes, from, at);
    decisions.push(isName ? keys.classifyName(bytes, from, at) : KEY_DECISION.none);
    from = at + 1;
  }
  // Nine statements in ten have no sensitive column: their patterns are not asked.
  if (!decisions.some((decision) => classOf(decision) !== undefined)) return [];
  const isList = COLUMNS.test(textOf(bytes, open + 1, close));
  return isList && BETWEEN.test(textOf(bytes, close + 1, keyword)) ? decisions : [];
}

function isReplaced(bytes: Uint8Array, start: number, end: number): boolean {
  let from = start;
  while (from < end && (bytes[from] ?? 0) <= 0x20) from += 1;
  return bytes[from] === BRACKET && REPLACED.test(textOf(bytes, from, end));
}

function secretsOfRows(
  value: Scanned,
  from: number,
  columns: readonly KeyDecision[],
): readonly Found[] {
  const { bytes, end } = value;
  const secrets: Found[] = [];
  let at = from;
  while (at < end && bytes[at] === PAREN) {
    if (secrets.length > SECRETS_MAX) return [...secrets, { start: at, end, label: 'redacted' }];
    for (let column = 0; at < end && bytes[at] !== PAREN_END; column++) {
      const field = fieldAt(value, skipSpaces(bytes, at + 1, end));
      const decision = columns[column] ?? KEY_DECISION.none;
      const secret = isBound(value, field) ? undefined : secretOf(value, field, decision);
      if (secret !== undefined) secrets.push(secret);
      at = field.after;
    }
    at = skipSpaces(bytes, at + 1, end);
    if (at < end && bytes[at] === COMMA) at = skipSpaces(bytes, at + 1, end);
  }
  value.reads.spend(at - from);
  return secrets;
}

interface Field extends Found {
  /** The comma or bracket behind it, or the end of the value. */
  readonly after: number;
}

/** One expression: the text of a literal, or all of what is none. */
function fieldAt(value: Scanned, from: number): Field {
  const { bytes, end } = value;
  let depth = 0;
  let at = from;
  let text: Found | undefined;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === PAREN) depth += 1;
    if (depth === 0 && (byte === COMMA || byte === PAREN_END)) break;
    if (byte === PAREN_END) depth -= 1;
    const opening = quoteAt(bytes, at, end);
    if (opening === undefined) continue;
    const found = quoted(value, at + opening.text.length, opening);
    // `N'x'`, `crypt('x', gen_salt('bf'))`: the first text is the one.
    if (at === from + literalPrefix(value, from)) text = found;
    at = Math.min(end, found.end + opening.text.length) - 1;
  }
  let to = at;
  while (to > from && (isClass(bytes[to - 1], CLASS.space) || bytes[to - 1] === BACKSLASH)) to -= 1;
  return { ...(text ?? { start: from, end: to }), after: at };
}

function isBound({ bytes }: Scanned, { start, end }: Found): boolean {
  return BOUND.test(textOf(bytes, start, Math.min(end, start + BETWEEN_BYTES_MAX)));
}
