/** What a text of a list says of the text behind it: `--password`, `x-api-key`, the first of a pair. */
import { classOf, type KeyDecision } from '../keys/key-policy.ts';
import type { Scanned } from './detector.ts';
import { textOf } from './text-of.ts';

/** A list of many texts, one of two, and one of two among others in a list. */
export type ListShape = 'flat' | 'pair' | 'nested';

/** A text that may name the one behind it. */
export interface ListedName {
  readonly decision: KeyDecision;
  readonly kind: 'option' | 'header' | 'name';
}

const VALUE_BYTES = 64;
const DASH = 0x2d;
const NEGATED = /^--?no-/i;
const HEADER = /^(?:[A-Za-z0-9]+-[A-Za-z0-9-]+|(?:set-)?cookie|authorization)$/i;
/** Names of other fields and headers, which lists hold as often: `x-b3-traceid`, `first_name`, `content-md5`. */
const NAME = /^(?:[A-Za-z]{1,24}\d{0,2}[-_.])*[A-Za-z]{1,24}\d{0,2}$/;
/** A pair may name two fields, or a field and its label. */
const PLAIN_NAME = /^(?:[A-Za-z][a-z]*[-_ ])*[A-Za-z][a-z]*$|^[a-z]+(?:[A-Z][a-z]+)+$/;
/** Fields that stand beside that of a password even in a list of pairs. */
const FIELD =
  /^(?:e-?mail|(?:user|first|last|full)?[-_ ]?name|user|login|id|phone|address|remember(?:[-_ ]?me)?|(?:new|old|current|confirm|repeat)?[-_ ]?password|token|code|otp|secret)$/i;

/** What a text that is a name and nothing else names; undefined where that is no secret. */
export function listedName(
  { bytes, keys }: Pick<Scanned, 'bytes' | 'keys'>,
  start: number,
  end: number,
): ListedName | undefined {
  const decision = keys.classifyName(bytes, start, end);
  if (classOf(decision) === undefined) return undefined;
  const text = textOf(bytes, start, end);
  if (bytes[start] === DASH) return NEGATED.test(text) ? undefined : { decision, kind: 'option' };
  return { decision, kind: HEADER.test(text) ? 'header' : 'name' };
}

/** Whether the text behind such a name is what it names, rather than one more name. */
export function isListedValue(
  { kind }: ListedName,
  shape: ListShape,
  { bytes, start, end }: Pick<Scanned, 'bytes' | 'start' | 'end'>,
): boolean {
  const text = textOf(bytes, start, Math.min(end, start + VALUE_BYTES));
  if (kind === 'option') return !text.startsWith('-');
  if (shape === 'nested') return !FIELD.test(text);
  if (shape === 'pair') return !PLAIN_NAME.test(text);
  return kind === 'header' && !NAME.test(text);
}
