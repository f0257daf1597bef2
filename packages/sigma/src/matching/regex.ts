/** Regular expressions of rules: of the dialect Sigma names, in time linear in the value. */
import { RE2JS } from 're2js';
import { boundedRegex } from './bounded-regex.ts';
import { RegexRefusal } from './pcre-escapes.ts';
import { translatePattern } from './pcre-pattern.ts';
import { literalsOf } from './regex-literals.ts';
import type { TextTest } from './text-test.ts';

/** Steps a character may cost at worst. The largest of the SigmaHQ collection has 603. */
export const REGEX_INSTRUCTIONS_MAX = 4_000;

/** Without case it is an s. */
const LONG_S = 'ſ';

/**
 * Compiles a pattern of PCRE to a test of whether a value holds a match, whatever the value's length.
 * `flags` are of `i`, `m`, `s`. Throws an Error that names character and reason where the pattern is
 * not valid, or cannot run in linear time with the same meaning.
 *
 * @example
 * compileRegex('^adm(in)?$', 'i').matches('ADMIN', 'admin'); // true
 */
export function compileRegex(pattern: string, flags: string): TextTest {
  try {
    const { source, seesLastLineEnd } = translatePattern(pattern, flags);
    const regex = RE2JS.compile(source);
    if (regex.programSize() > REGEX_INSTRUCTIONS_MAX) {
      throw new RegexRefusal(0, `it takes more than ${REGEX_INSTRUCTIONS_MAX} instructions`);
    }
    const bounded = boundedRegex(pattern, flags);
    const literals = literalsOf(source);
    const needs = literals?.map((text) => ({ kind: 'part', text }) as const);
    // To look for a text costs a tenth of a regular expression.
    const mayMatch = (folded: string): boolean =>
      literals === undefined || hasOne(folded, literals) || folded.includes(LONG_S);
    const linear = (text: string): boolean =>
      regex.test(text) || (seesLastLineEnd && text.endsWith('\n') && regex.test(text.slice(0, -1)));
    const matches =
      bounded === undefined
        ? (text: string, folded: string): boolean => mayMatch(folded) && linear(text)
        : (text: string): boolean => bounded(text) ?? linear(text);
    return { matches, needs };
  } catch (error) {
    // What RE2 itself refuses: too many repetitions, too deep.
    const isRefusal = error instanceof RegexRefusal;
    const where = isRefusal ? `, character ${error.index + 1}` : '';
    const reason = error instanceof Error ? error.message : 'it is not valid';
    throw new Error(`regular expression${where}: ${reason}`, { cause: error });
  }
}

function hasOne(folded: string, literals: readonly string[]): boolean {
  for (const literal of literals) if (folded.includes(literal)) return true;
  return false;
}
