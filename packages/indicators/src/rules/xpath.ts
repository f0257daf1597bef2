/** XPath and XQuery injection. */
import { anyOf, inOrder } from '../pattern.ts';
import { type Rule, calls, rule } from '../rule.ts';

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
    'string-length¦starts-with¦text()¦position()¦last()¦doc-available¦unparsed-text¦name(¦doc(¦' +
      calls('substring', 'contains', 'count'),
    anyOf(
      inOrder(
        /\b/i,
        /string-length|substring|starts-with/i,
        /\s?\(\s?(?:name|local-name|\/|@|\(?\/\/|string|doc\()/i,
      ),
      // OData calls it with plain names.
      /\bcontains\s?\(\s?(?:(?:local-)?name\(|\/|@|\(?\/\/|string\(|doc\()/i,
      /\bcount\s?\(\s?(?:\/|\.\.)|\b(?:local-)?name\(\s?(?:\/|\.\.|@|\*)/i,
      /['"\]/]\s{0,4}(?:and|or|\||\[)\s{0,4}(?:text\(\)|position\(\)|last\(\)|count\()/i,
      /\bposition\(\)\s?=|\/text\(\)/i,
      /\bdoc(?:-available)?\(\s?(?:concat|['"](?:https?|file|ftp):)|unparsed-text\(/i,
    ),
  ),
  rule(
    'xpath.path',
    '/*[¦="¦=\'¦= "¦= \'¦' +
      calls('contains', 'starts-with', 'position', 'last', 'text', 'not', 'count', 'name'),
    inOrder(
      /(?:^|[|\s('"=])\/{1,2}(?:\*|[a-z@][\w:-]{0,30})(?:\[\d{1,4}\])?/i,
      anyOf(
        /\[\s?(?:contains|starts-with|position|last|text|not|count|name)\s?\(/i,
        /\/\*\[|\/{1,2}[\w@*]{1,30}\s?(?:=|!=)\s?['"]/i,
      ),
    ),
  ),
  rule('xpath.second_path', ']', /['"]\s?\)?\s?\]\s{0,4}\|\s{0,4}(?:\/|\w{1,20}\[)/),
  rule(
    'xpath.predicate_breakout',
    ']¦[¦//',
    anyOf(
      // A path that begins as one is where somebody clicked.
      /^(?![\s("']{0,4}\/)[^\n]{0,200}?['"]\s?\]\s?(?:\||\/|\[)/i,
      /['"]\s?\)?\s?\]\s{0,4}\|\s{0,4}\/|\|\s?\/\/[\w*@]/i,
      /(?:\bor\b|\band\b|=)\s?\(?\s?\/(?:\*|[a-z@]\w{0,20})\s?\[|\/\/\*(?:\[(?!@(?:id|class|name|data-)\b)|$|\))/i,
      /(?:\bor\b|\band\b|=)\s?\(?\s?\/\/(?:\*|[a-z@]\w{0,20})\s?(?:\[|\/|$)/i,
    ),
    { suspicious: true },
  ),
];
