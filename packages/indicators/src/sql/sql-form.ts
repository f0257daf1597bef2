/** A text as a SQL parser sees it: comments become blanks, MySQL's versioned comments are code. */

const COMMENT = /\/\*(?!!)[^*]{0,256}\*\//g;
const VERSIONED = /\/\*!(?:\d{5,6})?|\*\//g;
const BLANKS = /[\s\u00a0\0]+/g;

export function sqlForm(text: string): string {
  let form = text;
  if (form.includes('/*')) form = form.replaceAll(COMMENT, ' ').replaceAll(VERSIONED, ' ');
  // '+' and '%a0' stand for blanks in texts that were written for a query string.
  if (form.includes('+') && !form.includes(' ')) form = form.replaceAll('+', ' ');
  return form.replaceAll(BLANKS, ' ');
}
