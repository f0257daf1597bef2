/** The parts of a path, and what their looks alone tell: an id, or a word that an API may be made of. */

/** Deeper paths are no endpoint's. */
export const SEGMENTS_MAX = 16;
/** Longer than any word of an API. */
const WORD_CHARACTERS_MAX = 48;
const DIGITS_MIN = 3;
const SEPARATORS_MAX = 1;

const VERSION = /^v\d{1,3}(?:\.\d{1,3}){0,2}$/i;
const NUMBER = /^[-+]?\d+(?:\.\d+)?$/;
const HEX = /^(?=[^g-z]*\d)[0-9a-f]{8,}$/i;
/** Characters that no word of a path has: what was masked, escaped, or stands in addresses. */
const NO_WORD = /[[\]{}<>%@=*,;'"\\\s]|[^\x21-\x7e]/;
const LONG_MIXED = /^(?=.*\d)[\w-]{16,}$/;

/** The segments of a path; undefined where it is none, or deeper than {@link SEGMENTS_MAX}. */
export function segmentsOf(path: string): readonly string[] | undefined {
  if (!path.startsWith('/')) return undefined;
  const segments = path.split('/', SEGMENTS_MAX + 3).filter((segment) => segment !== '');
  if (segments.length > SEGMENTS_MAX) return undefined;
  return segments.some((segment) => segment === '.' || segment === '..') ? undefined : segments;
}

/**
 * Whether a segment is one of many by its looks alone: a number, a UUID, a date, a hash, something masked.
 */
export function looksLikeValue(segment: string): boolean {
  if (segment.length > WORD_CHARACTERS_MAX || NO_WORD.test(segment)) return true;
  if (VERSION.test(segment)) return false;
  if (NUMBER.test(segment) || HEX.test(segment) || LONG_MIXED.test(segment)) return true;
  return digitsIn(segment) >= DIGITS_MIN;
}

/** Whether a segment is rarely a word of an API, though it may be: it has a digit, or is of several words. */
export function isOdd(segment: string): boolean {
  if (VERSION.test(segment)) return false;
  return digitsIn(segment) > 0 || separatorsIn(segment) > SEPARATORS_MAX;
}

/** Whether a segment says which version of an API is asked for. */
export function isVersion(segment: string): boolean {
  return VERSION.test(segment);
}

function digitsIn(segment: string): number {
  let digits = 0;
  for (let at = 0; at < segment.length; at += 1) {
    const code = segment.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) digits += 1;
  }
  return digits;
}

function separatorsIn(segment: string): number {
  let separators = 0;
  for (const character of segment) if ('-_.'.includes(character)) separators += 1;
  return separators;
}

/** A segment of a route that stands for any: `:id`, `{id}`, `<int:id>`, `[id]`, `(\\d+)`; also within one. */
const PLACEHOLDER = /^:|[{<[(*]/;

/** Whether a segment of a route, as its application writes it, is a placeholder. */
export function isPlaceholder(segment: string): boolean {
  return PLACEHOLDER.test(segment);
}
