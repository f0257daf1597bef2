/** XPath and XQuery injection. */
import { type Rule, rule } from '../rule.ts';

export const XPATH_RULES: readonly Rule[] = [
  rule(
    'xpath.axis',
    '::',
    /(?:\/|\b|\[)(?:ancestor(?:-or-self)?|attribute|child|descendant(?:-or-self)?|following(?:-sibling)?|parent|preceding(?:-sibling)?|self)::(?:node\(|text\(|\*|[a-z@])/i,
  ),
  rule(
    'xpath.function',
    'string-length(¦name(¦text()¦position()¦count(/¦count(//¦local-name(¦doc(¦last()¦substring(¦starts-with(¦doc-available(¦unparsed-text',
    /\b(?:string-length|substring|starts-with|contains)\s?\(\s?(?:name|local-name|\/|@|\(?\/\/|string|doc\()|\bcount\s?\(\s?(?:\/|\.\.)|\b(?:local-)?name\s?\(\s?(?:\/|\.\.|@|\*)|['"\]/]\s{0,4}(?:and|or|\||\[)\s{0,4}(?:text\(\)|position\(\)|last\(\)|count\()|\bposition\(\)\s?=|\/text\(\)|\bdoc(?:-available)?\s?\(\s?(?:concat|['"](?:https?|file|ftp):)|unparsed-text\(/i,
  ),
  rule('xpath.second_path', ']', /['"]\s?\)?\s?\]\s{0,4}\|\s{0,4}(?:\/|\w{1,20}\[)/),
  rule(
    'xpath.predicate_breakout',
    ']¦//',
    /['"]\s?\]\s?(?:\||\/|\[)|['"]\s?\)?\s?\]\s{0,4}\|\s{0,4}\/|\|\s?\/\/?[\w*@]|(?:\bor\b|\band\b|=)\s?\(?\s?\/\/?(?:\*|[a-z@]\w{0,20})\s?(?:\[|\/|$)|\/\/\*(?:\[|$|\))/i,
    { suspicious: true },
  ),
];
