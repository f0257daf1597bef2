/** Options of programs: `--password x`, `--api-key 'x'`, ` -Password x`. With `=` they are names like others. */
import { classOf } from '../keys/key-policy.ts';
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector, Scanned } from './detector.ts';
import { secretOf } from './named-secret.ts';
import { valueOfBareName } from './secret-extent.ts';
import { textOf } from './text-of.ts';

const OPTION_BYTES_MAX = 64;
const VALUE_BYTES = 32;
const SPACES_MAX = 4;
const [DASH, SPACE] = [0x2d, 0x20] as const;
/** One dash stands before ordinary words as well. */
const SINGLE_DASH: ReadonlySet<string> = new Set(['password', 'secret', 'token', 'api_key']);
/** What help texts and messages say behind an option: its place holder, or a sentence. */
const NO_VALUE =
  /^(?:[-<[|{]|[A-Z][A-Z_]+\b|(?:to|is|was|are|and|or|with|for|from|in|on|of|the|a|an|as|must|may|can|should|has|not|if|when|instead|option|options|flag|flags|argument|parameter|requires?|required|needs?|value|string|text)\b(?![-_.]))/;

/** Looks at the dash an option begins with; replaces the word or text behind it. */
export const optionSecretDetector: Detector = {
  name: 'named_secret',
  triggers: '-',
  marked: 'trigger',
  findAt: (value, at) => {
    const name = optionAt(value, at);
    if (name === undefined) return undefined;
    const { bytes, end } = value;
    let from = name.end;
    while (from < end && bytes[from] === SPACE && from - name.end < SPACES_MAX) from += 1;
    if (from === name.end || from >= end || bytes[from] === SPACE) return undefined;
    const decision = value.keys.classifyName(bytes, name.start, name.end);
    const label = classOf(decision);
    if (label === undefined || isNegated(value, name.start)) return undefined;
    if (name.start - at === 1 && !SINGLE_DASH.has(label)) return undefined;
    if (NO_VALUE.test(textOf(bytes, from, Math.min(end, from + VALUE_BYTES)))) return undefined;
    return secretOf(value, valueOfBareName(value, from, false), decision);
  },
};

/** The name of an option: behind two dashes at the beginning of a word, or behind a space and one. */
function optionAt(
  { bytes, start, end }: Scanned,
  at: number,
): { readonly start: number; readonly end: number } | undefined {
  const before = at > start ? (bytes[at - 1] ?? 0) : SPACE;
  const isLong = at + 1 < end && bytes[at + 1] === DASH;
  const from = at + (isLong ? 2 : 1);
  if (from >= end || !isClass(bytes[from], CLASS.letter)) return undefined;
  if (isLong ? before === DASH || isClass(before, CLASS.token) : at === start || before !== SPACE) {
    return undefined;
  }
  let to = from;
  const limit = Math.min(end, from + OPTION_BYTES_MAX);
  while (to < limit && isClass(bytes[to], CLASS.name)) to += 1;
  return { start: from, end: to };
}

/** `--no-password`. */
function isNegated({ bytes }: Scanned, from: number): boolean {
  return /^no-/i.test(textOf(bytes, from, from + 3));
}
