/** LDAP filter injection: a value that closes its filter and opens another (RFC 4515). */
import { anyOf, inOrder } from '../pattern.ts';
import { type Rule, rule } from '../rule.ts';

export const LDAPI_RULES: readonly Rule[] = [
  rule(
    'ldapi.filter_breakout',
    ')(¦) (¦)  ¦*)¦* )¦)&¦)|¦) &¦) |',
    anyOf(
      inOrder(
        /\)\s{0,4}\(\s{0,4}/i,
        anyOf(
          /[|&!]\s{0,4}\(?|[a-z][\w.;-]{0,40}\s?[~<>]?=\s?(?:\*|[^\s()]{0,40}(?:$|[*)]))/i,
          // Matching rules by name or number, of the entry's own name too.
          /[a-z]?[\w.;-]{0,40}(?::dn)?:[\w.-]{1,48}:=/i,
        ),
      ),
      /^\*?\s?\)\s?\(\s?[&|!]?\(?|\*\s?\)\s?(?:\(|\)\s?(?:%00|\0|$|\())|\)\s?\(\s?&\s?\)|\w\)\s?[&|]\s?\(\w{1,30}=/i,
    ),
  ),
  rule(
    'ldapi.filter',
    '(&¦(|¦(!¦( &¦( |¦( !¦!(¦! (¦&(¦& (¦|(¦| (',
    anyOf(
      /^\s?\(\s?[&|!]\s?\(\s?[a-z][\w.;-]{0,40}\s?[~<>]?=/i,
      /^\s?[&|!]\s?\(\s?[a-z][\w.;-]{0,40}\s?(?::[\w.:-]{1,48}:)?[~<>]?=[^()]{0,80}\)/i,
    ),
  ),
  rule(
    'ldapi.unbalanced_filter',
    '=*¦= *',
    inOrder(
      /(?:^|[\s(&|*)])/i,
      anyOf(
        /uid|cn|sn|mail|objectclass|givenname|userpassword|samaccountname|ou|dc|member|memberof/i,
        /admin|login|user|name|pwd|password|homedirectory|description|ref|department/i,
      ),
      /\s?[~<>]?=(?:\*|\s\*(?:$|\)))/i,
    ),
  ),
  rule(
    'ldapi.open_brackets',
    '(|¦(&¦( |¦( &¦|(¦&(¦*(¦* (¦)(¦*)¦* )¦)|¦*|¦* |¦*  |¦name()',
    anyOf(
      /\*\s?\(?\s?\|\s{0,2}\(?\s?(?:\w{1,20}\s?=|\*|\()|[)*]\s?\(\s?[|&]/i,
      /^(?=.{3})[*|&()!\s]{0,64}(?:\([|&]|[*|&)]\(|\)\||\*\))[*|&()!\s]{0,64}$/i,
      /\*\s?\)\s?\||^\(?[*|&]{1,2}\)?\(|^x' or name\(\)/i,
    ),
    { suspicious: true },
  ),
];
