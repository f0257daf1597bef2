/** Regular expressions of rules. The engine can be replaced, for rules by people one does not know. */
import type { TextMatcher } from './event-view.ts';

/** Compiles a pattern; throws when it is not valid. `flags` are of `i`, `m`, `s`. */
export type CompileRegex = (pattern: string, flags: string) => TextMatcher;

/** Longer values are judged by their beginning, so that a backtracking pattern stays bounded. */
export const REGEX_CHARACTERS_MAX = 4_096;

const LEADING_FLAGS = /^\(\?([ims]+)\)/;

/**
 * The default: the JavaScript engine, which backtracks. The length of the tested value is bounded
 * by {@link REGEX_CHARACTERS_MAX}; a hostile *pattern* can still be slow, so rules by unknown authors
 * want a linear-time engine here.
 */
export const compileBacktrackingRegex: CompileRegex = (pattern, flags) => {
  const leading = LEADING_FLAGS.exec(pattern);
  const source = leading === null ? pattern : pattern.slice(leading[0].length);
  const allFlags = [...new Set(flags + (leading?.[1] ?? ''))].join('');
  const regex = new RegExp(source, allFlags);
  return (text) =>
    regex.test(text.length > REGEX_CHARACTERS_MAX ? text.slice(0, REGEX_CHARACTERS_MAX) : text);
};
