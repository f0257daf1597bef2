/** What is said about a secret where one might stand: `Password: must be at least 8 characters`. */
import { CLASS, isClass } from './byte-classes.ts';
import type { Scanned } from './detector.ts';
import { textOf } from './text-of.ts';

const HEAD_BYTES = 64;
/** `confirmations` is the longest word below. */
const WORD_BYTES_MAX = 13;
const [APOSTROPHE, BRACKET] = [0x27, 0x5b] as const;
/** The signs of {@link END}. */
const ENDS_WORD: ReadonlySet<number> = new Set(
  Array.from(' .,:;!?)', (character) => character.charCodeAt(0)),
);
const TEXT_BYTES_MAX = 400;

const SUBJECT =
  '(?:(?:this|the|your|new|old|current|a|an) )?(?:(?:field|value|input|password|passphrase|token|secret|key|pin|code|cookie|session|confirmation)s? )?';
const STATE =
  '(?:required|invalid|incorrect|missing|expired|wrong|unknown|empty|blank|mandatory|weak|rejected|revoked|denied|mismatch|mismatched|unset|absent|optional|not|too|already|no longer)';
const PREDICATE = `(?:must|should|shall|cannot|can't|can only|may only|may not|could not|couldn't|does not|doesn't|do not|don't|did not|didn't|has to|have to|needs? to|has been|have been|isn't|aren't|wasn't|(?:is|are|was|were) ${STATE}|too (?:short|long|weak|common|simple)|will (?:be|expire)|at least)`;
const END = '(?:[ .,:;!?)]|$)';

/** A whole sentence, with or without its subject. */
const SENTENCE = new RegExp(
  `^${SUBJECT}${PREDICATE} [a-z]|^${SUBJECT}(?:(?:is|are|was|were) ${STATE}|has expired)${END}`,
  'i',
);
/** What a log line says behind `token: `. Submitted in a form or document, the same word would be a secret. */
const REMARK = new RegExp(`^${STATE}${END}`, 'i');
/** Words and small numbers; letters and digits in one word are a secret rather than a sentence. */
const WORDS = /^[A-Za-z0-9 .,;:!?()%/'-]*$/;
const MIXED = /[A-Za-z]\d|\d[A-Za-z]|\d{5}/;
const QUOTE = /\\*(?:["']|u0022|u0027)/g;
const LIST = /^\[\s*"([^"[\]]*(?:"\s*,\s*"[^"[\]]*)*)"\s*\]$/;

/** Whether prose goes on at this place, behind a name without quotes, a colon and a space. */
export function isRemarkAt({ bytes, end }: Scanned, from: number): boolean {
  if (!isWordAt(bytes, from, end)) return false;
  const head = textOf(bytes, from, Math.min(end, from + HEAD_BYTES));
  return REMARK.test(head) || SENTENCE.test(head);
}

/** Prose begins with a word, which ends as words do: `hunter2` and `a=b` need no pattern to tell. */
function isWordAt(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  const limit = Math.min(end, from + WORD_BYTES_MAX + 1);
  while (at < limit && (isClass(bytes[at], CLASS.letter) || bytes[at] === APOSTROPHE)) at += 1;
  return at > from && (at >= end || ENDS_WORD.has(bytes[at] ?? 0));
}

/** Whether a text, or every text of a list, is a sentence: what validation answers under a field's name. */
export function isSentence({ bytes }: Scanned, start: number, end: number): boolean {
  // Without a space between words there is no sentence.
  if (end - start > TEXT_BYTES_MAX || !hasSpace(bytes, start, end)) return false;
  if (bytes[start] !== BRACKET && !isWordAt(bytes, start, end)) return false;
  const text = textOf(bytes, start, end);
  if (!text.startsWith('[')) return isOneSentence(text);
  const list = LIST.exec(text.replaceAll(QUOTE, '"'));
  return list !== null && (list[1] ?? '').split(/"\s*,\s*"/).every(isOneSentence);
}

function hasSpace(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === 0x20) return true;
  return false;
}

function isOneSentence(text: string): boolean {
  return SENTENCE.test(text) && WORDS.test(text) && !MIXED.test(text);
}
