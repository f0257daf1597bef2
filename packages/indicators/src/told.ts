/** Tells texts that speak of a sign from those that are one: sentences, lists of words. No language is known. */

const LENGTH_MAX = 2048;
const BLANKS = / |%20|\+/;
const WORD = /^[("'\p{Pi}]?\p{L}{1,24}(?:['’-]\p{L}{1,24})?[)"'\p{Pf}]?[,.;:!?]{0,2}$/u;
const WORDS_MIN = 3;
/** What a shell would run is no sentence, whatever its words are. */
const SHELL_SIGN = /[|`]|\$\(|&&|^\s{0,4}[&;]/;

/** At least three plain words, and at least every second token is one. */
export function isSentence(text: string): boolean {
  if (text.length > LENGTH_MAX || SHELL_SIGN.test(text)) return false;
  let words = 0;
  let tokens = 0;
  for (const token of text.split(BLANKS)) {
    if (token === '') continue;
    tokens += 1;
    if (WORD.test(token)) words += 1;
  }
  return words >= WORDS_MIN && words * 2 >= tokens;
}

const LIST_ITEM = /^(?:\s|%20|\+){0,4}\p{L}(?:[\p{L}\d +]|%20){1,40}$/u;
const ITEMS_MIN = 3;

/** At least three words or short names between `|`, `;` or `&`. */
export function isList(text: string): boolean {
  if (text.length > LENGTH_MAX) return false;
  const items = text.split(/[|;&]/);
  return items.length >= ITEMS_MIN && items.every((item) => LIST_ITEM.test(item));
}

const WORDS_BEFORE = /^(?:[\p{L}'’-]{1,24}[,:]? ){2,}["'(]{0,2}[ '"(]/u;
const WORDS_BEHIND = /(?: \p{L}{1,24},?){2,}[.!?]?$/u;
const STATEMENT_BEHIND_WORDS =
  /^(?:\p{L}{1,24}[,:]? ){2,}(?:select|insert|update|delete)\s[^'"]{1,200}/iu;
const ENDS_STATEMENT = /--|#|\/\*|;|\bunion\b/i;

/**
 * A fragment of SQL between words of a sentence, or a whole statement behind them: what is put into another
 * statement ends so that the rest of that fits or is a comment.
 */
export function tellsOfSql(text: string): boolean {
  if (text.length > LENGTH_MAX || ENDS_STATEMENT.test(text)) return false;
  const words = text.replaceAll(new RegExp(BLANKS, 'g'), ' ');
  if (STATEMENT_BEHIND_WORDS.test(words)) return true;
  return WORDS_BEFORE.test(words) && WORDS_BEHIND.test(words);
}
