/**
 * Names that stand beside their values rather than before them: `{"name":"password","value":"x"}`, in either
 * order, `name=password&value=x`, `<add key="ApiKey" value="x"/>`.
 */
import { classOf, KEY_DECISION, type KeyDecision } from '../keys/key-policy.ts';
import { NAME_NAMES, VALUE_NAMES } from '../keys/key-words.ts';
import { CLASS, isClass } from './byte-classes.ts';
import type { Scanned } from './detector.ts';
import { placeholderEnd } from './placeholder.ts';
import { skipSpaces } from './secret-extent.ts';
import { quoteAt, quotedEnd } from './text-escapes.ts';
import { textOf } from './text-of.ts';
import { type Name, nameBefore } from './written-name.ts';

/** How far from a value its name may stand, and how long the value that stands between may be. */
const PAIR_BYTES_MAX = 192;
const VALUE_BYTES_MAX = 1024;
const WORD_BYTES_MAX = 12;
const [EQUALS, COLON, MORE, LESS, SLASH] = [0x3d, 0x3a, 0x3e, 0x3c, 0x2f] as const;
/** Last letters of those below. */
const [SMALL_E, SMALL_L, SMALL_V] = [0x65, 0x6c, 0x76] as const;
const VALUE_WORD = lastWord([...VALUE_NAMES, 'v']);
const NAME_WORD = lastWord(NAME_NAMES);

/** `value`, `Value`, `VALUE`, `header_value`, `ParameterValue`; not `evaluate`. */
function lastWord(words: readonly string[]): RegExp {
  const capitals = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const small = words.join('|');
  return new RegExp(
    `(?:^|[^A-Za-z])(?:${small}|${capitals.join('|')}|${small.toUpperCase()})$|[a-z](?:${capitals.join('|')})$`,
  );
}

/** Whether a name says no more than that it is one of a value. */
export function isValueName(
  bytes: Uint8Array,
  { start, end }: Pick<Name, 'start' | 'end'>,
): boolean {
  const last = (end > start ? (bytes[end - 1] ?? 0) : 0) | 0x20;
  if (last !== SMALL_E && last !== SMALL_L && last !== SMALL_V) return false;
  return VALUE_WORD.test(textOf(bytes, Math.max(start, end - WORD_BYTES_MAX), end));
}

function isNameName(bytes: Uint8Array, { start, end }: Pick<Name, 'start' | 'end'>): boolean {
  return NAME_WORD.test(textOf(bytes, Math.max(start, end - WORD_BYTES_MAX), end));
}

/** What the name beside says of the value that begins at `from`, behind such a name and its sign. */
export function pairedDecision(value: Scanned, name: Name, from: number): KeyDecision {
  const before = decisionBefore(value, name.start);
  return classOf(before) === undefined ? decisionBehind(value, from) : before;
}

function decisionBefore(value: Scanned, end: number): KeyDecision {
  const { bytes, start } = value;
  const limit = Math.max(start, end - PAIR_BYTES_MAX);
  for (let at = end - 1; at >= limit; at--) {
    if (isBoundary(bytes, at)) break;
    const decision = isSign(bytes, at) ? decisionAt(value, at) : undefined;
    if (decision === 'value') break;
    if (decision !== undefined && classOf(decision) !== undefined) return decision;
  }
  return KEY_DECISION.none;
}

function decisionBehind(value: Scanned, from: number): KeyDecision {
  const { bytes, end } = value;
  const begin = scalarEnd(value, from);
  const limit = Math.min(end, begin + PAIR_BYTES_MAX);
  for (let at = begin; at < limit; at++) {
    if (isBoundary(bytes, at)) break;
    const decision = isSign(bytes, at) ? decisionAt(value, at) : undefined;
    if (decision === 'value') break;
    if (decision !== undefined && classOf(decision) !== undefined) return decision;
  }
  return KEY_DECISION.none;
}

/** What the text behind a sign means, where that sign stands behind the name of a name. */
function decisionAt(value: Scanned, sign: number): KeyDecision | 'value' | undefined {
  const { bytes, end } = value;
  const name = nameBefore(value, sign);
  if (name === undefined) return undefined;
  if (bytes[sign] === MORE && bytes[name.start - 1] !== LESS) return undefined;
  if (isValueName(bytes, name)) return 'value';
  const from = skipSpaces(bytes, sign + 1, end);
  const opening = quoteAt(bytes, from, end);
  return namedBy(value, name, { start: from + (opening?.text.length ?? 0), end });
}

/** What the text under a name of a name means; undefined where that is no such name, or the text none. */
export function namedBy(
  { bytes, keys }: Pick<Scanned, 'bytes' | 'keys'>,
  name: Pick<Name, 'start' | 'end'>,
  { start: from, end }: Pick<Name, 'start' | 'end'>,
): KeyDecision | undefined {
  if (!isNameName(bytes, name)) return undefined;
  // A value that was replaced names nothing.
  if (placeholderEnd(bytes, from, end) > 0) return undefined;
  let to = from;
  const limit = Math.min(end, from + PAIR_BYTES_MAX);
  while (to < limit && isClass(bytes[to], CLASS.name)) to += 1;
  const decision = keys.classifyName(bytes, from, to);
  const isType = /type$/i.test(textOf(bytes, name.start, name.end));
  return isType && classOf(decision) !== 'password' ? undefined : decision;
}

/** Where a text or word ends; `from` where something longer or a structure begins. */
function scalarEnd({ bytes, end, reads }: Scanned, from: number): number {
  const limit = Math.min(end, from + VALUE_BYTES_MAX);
  const at = skipSpaces(bytes, from, limit);
  const opening = quoteAt(bytes, at, limit);
  if (opening !== undefined) {
    const closed = quotedEnd(bytes, { from: at + opening.text.length, end: limit }, opening);
    return closed.end < limit ? closed.after : from;
  }
  let to = at;
  while (to < limit && !isClass(bytes[to], CLASS.delimiter)) to += 1;
  // Read for each of many such names in one word, it is no small thing.
  reads.spend(to - at);
  return to;
}

function isSign(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  return byte === EQUALS || byte === COLON || byte === MORE;
}

/** Ends of what a name and its value stand in together: brackets, braces, and `/>`. */
function isBoundary(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  if (byte === MORE) return bytes[at - 1] === SLASH;
  return byte === 0x7b || byte === 0x7d || byte === 0x5b || byte === 0x5d || byte === 0x29;
}
