/** XPath and XQuery injection. */
import { anyOf, inOrder } from '../pattern.ts';
import { type Rule, rule } from '../rule.ts';

export const XPATH_RULES: readonly Rule[] = [
  rule(
    'xpath.axis',
    '::',
    inOrder(
      /(?:\/|\b|\[)/i,
      anyOf(
        /ancestor(?:-or-self)?|attribute|child|descendant(?:-or-self)?|following(?:-sibling)?/i,
        /parent|preceding(?:-sibling)?|self/i,
      ),
      /::(?:node\(|text\(|\*|[a-z@])/i,
    ),
  ),
  rule(
    'xpath.function',
    'string-length(¦name(¦text()¦position()¦count(/¦count(//¦local-name(¦doc(¦last()¦' +
      'substring(¦starts-with(¦doc-available(¦unparsed-text',
    anyOf(
      inOrder(
        /\b/i,
        /string-length|substring|starts-with|contains/i,
        /\s?\(\s?(?:name|local-name|\/|@|\(?\/\/|string|doc\()/i,
      ),
      /\bcount\s?\(\s?(?:\/|\.\.)|\b(?:local-)?name\s?\(\s?(?:\/|\.\.|@|\*)/i,
      /['"\]/]\s{0,4}(?:and|or|\||\[)\s{0,4}(?:text\(\)|position\(\)|last\(\)|count\()/i,
      /\bposition\(\)\s?=|\/text\(\)/i,
      /\bdoc(?:-available)?\s?\(\s?(?:concat|['"](?:https?|file|ftp):)|unparsed-text\(/i,
    ),
  ),
  rule('xpath.second_path', ']', /['"]\s?\)?\s?\]\s{0,4}\|\s{0,4}(?:\/|\w{1,20}\[)/),
  rule(
    'xpath.predicate_breakout',
    ']¦//',
    anyOf(
      /['"]\s?\]\s?(?:\||\/|\[)|['"]\s?\)?\s?\]\s{0,4}\|\s{0,4}\/|\|\s?\/\/?[\w*@]/i,
      /(?:\bor\b|\band\b|=)\s?\(?\s?\/\/?(?:\*|[a-z@]\w{0,20})\s?(?:\[|\/|$)|\/\/\*(?:\[|$|\))/i,
    ),
    { suspicious: true },
  ),
];
