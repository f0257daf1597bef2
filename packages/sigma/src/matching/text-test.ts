/** Decisions about one text, whatever field it stands in. */

/** A text that must be there, without the difference of capital and small letters. */
export interface Literal {
  /** Whether it is all of the value, or a part of it. */
  readonly kind: 'whole' | 'part';
  readonly text: string;
}

/** Decides a text, given as it is and with small letters only. */
export type TextMatcher = (text: string, folded: string) => boolean;

/** What is wanted of a text. */
export interface TextTest {
  readonly matches: TextMatcher;
  /** Every text that matches is, or has in it, one of these; undefined where none is known. */
  readonly needs: readonly Literal[] | undefined;
}

/** Matches nothing. */
export const NEVER: TextTest = { matches: () => false, needs: [] };
/** Matches every text, the empty one too. */
export const ALWAYS: TextTest = { matches: () => true, needs: undefined };

/** Matches where one of them does. */
export function anyOf(tests: readonly TextTest[]): TextTest {
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  const matchers = tests.map(({ matches }) => matches);
  return {
    matches: (text, folded) => {
      for (const matches of matchers) if (matches(text, folded)) return true;
      return false;
    },
    needs: tests.some(({ needs }) => needs === undefined)
      ? undefined
      : tests.flatMap(({ needs = [] }) => needs),
  };
}

const ASCII_RUN = /[\0-\x7F]+/g;

/**
 * The longest stretch of ASCII of a text, in small letters. Those are the letters that turn small by
 * themselves, whatever stands around them: what holds the text holds them when it is folded.
 */
export function asciiOf(text: string): string {
  let longest = '';
  for (const [run] of text.matchAll(ASCII_RUN)) if (run.length > longest.length) longest = run;
  return longest.toLowerCase();
}
