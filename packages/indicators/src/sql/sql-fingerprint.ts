/** Decides from token letters whether a text changes the statement it is put into. */
import { anyOf, inOrder } from '../pattern.ts';
import { tokenise } from './sql-tokens.ts';

/** What a text would do to a statement: break out of it, look like it might, or nothing. */
export type SqlVerdict = 'breaks' | 'odd' | 'none';

// The text closed the string it was put into and went on with an operator or a statement.
const BREAKS_QUOTED = inOrder(
  /^s/,
  anyOf(
    /&[1svF](?:=|c|&|K[1snvFK]|U|;)|&n=[1sv]|&F|&E|&s?n?=s|UK?E|\+?E[1vFK]|\+?En[K,]/,
    /;[DE][Kn1sFv]|&1$|&[vn]c|=[1sFv]?(?:c|&)|=F|[+=]E|Kn?=?1=1|K1=|KK1(?:[,c]|$)|,[1sF].*c$/,
    /[&+]F|n?;[DE]K/,
  ),
);
// English can look like this too ("the 'old' and 'new' ones"), so it only makes one look twice.
const ODD_QUOTED =
  /^s(?:&[s1v]|&n[=&K;]|=[s1v]|[+]s|;$|;c|;s|KK1|UK|F(?:[^n]|$)|1&[1s]|n&[1s]=|\+?1&|\+1)/;
// Bare: a number (or nothing) and then more logic than any number has.
const BREAKS_BARE = inOrder(
  /^/,
  /[1v]&[FE]|[1v]?(?:&[1sv]=[1svF]|&n=[1sv]c|UK?E|;[DE][KnF1v]|&1c|=[F]|[+]F=|[+]?E[1Fv*]|K1=1)/,
);
const ODD_BARE =
  /^(?:[1v](?:&[1sv](?:$|&)|&n=|&n[K;]|KK1|U|;[DE]|[+]E|K[1n]=)|1c$|n&[1s]=[1s]|[1n];[DE]K)/;

// Fragments are odd only where they are all there is; prose has room for everything.
const ODD_LENGTH_MAX = 120;

/** Answers of forms, consent codes and numbers of houses; inches. */
const NO_FRAGMENT = /^[a-z\s]+$|^\w{0,12}-{3,}\w{0,12}$|^\d{1,6}(?:--|#)\w{1,12}$|^\d{1,4}#$/i;
const MEASURES = /^(?:[^"']{0,40}\d["'](?!\s?[=\w])){1,4}[^"'=]{0,40}$/;

export function sqlVerdict(text: string): SqlVerdict {
  const short = text.length <= ODD_LENGTH_MAX && !NO_FRAGMENT.test(text) && !MEASURES.test(text);
  let odd = false;
  // Inside backticks there is only Markdown or a quoted name, so bare words prove nothing there.
  if (text.includes('`') && /^s(?:&!?[1s]=|UK?E|;[DE]K)/.test(tokenise(text, '`'))) return 'breaks';
  for (const quote of ["'", '"'] as const) {
    const at = text.indexOf(quote);
    if (at < 0 || at === text.length - 1) continue;
    const letters = tokenise(text, quote);
    if (BREAKS_QUOTED.test(letters)) return 'breaks';
    odd ||= short && ODD_QUOTED.test(letters);
  }
  const letters = tokenise(text, '');
  if (BREAKS_BARE.test(letters)) return 'breaks';
  return odd || (short && ODD_BARE.test(letters)) ? 'odd' : 'none';
}
