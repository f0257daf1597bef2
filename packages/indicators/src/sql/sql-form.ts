/** A text as a SQL parser sees it: comments become blanks, MySQL's versioned comments are code. */

const COMMENT = /\/\*(?!!)[^*]{0,256}\*\//g;
const VERSIONED = /\/\*!(?:\d{5,6})?|\*\//g;
const BLANKS = /[\s\u00a0\0]+/g;

/** A spreadsheet's, which calls functions by the same names; whoever breaks out of it needs more. */
const FORMULA = /^=\s?[A-Z][A-Z.]{1,20}\([\w\s$:,.()<>=+*/&!%^-]{0,512}$/;
const ENDS_FORMULA = /--|\/\*|select|union|sleep|\s(?:or|and)\s/i;

export function sqlForm(text: string): string {
  if (text.startsWith('=') && FORMULA.test(text) && !ENDS_FORMULA.test(text)) return '';
  let form = text;
  if (form.includes('/*')) form = form.replaceAll(COMMENT, ' ').replaceAll(VERSIONED, ' ');
  // '+' and '%a0' stand for blanks in texts that were written for a query string.
  if (form.includes('+') && !form.includes(' ')) form = form.replaceAll('+', ' ');
  return form.replaceAll(BLANKS, ' ');
}
