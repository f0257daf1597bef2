/** NoSQL injection: query operators where a plain value belongs, and server-side JavaScript. */
import { anyOf, inOrder } from '../pattern.ts';
import { type Rule, rule } from '../rule.ts';

const SUSPICIOUS = { suspicious: true } as const;

export const NOSQLI_RULES: readonly Rule[] = [
  rule(
    'nosqli.operator_name',
    '[$¦[ $',
    inOrder(
      /\[\s?\$/i,
      anyOf(
        /ne|eq|not|nin|where|regex|exists|gt|gte|lt|lte|or|and|nor|expr|func|function|jsonschema/i,
        /elemmatch|type|mod|all|size/i,
      ),
      /\s?\]/i,
    ),
  ),
  rule(
    'nosqli.operator_key',
    '$',
    /^\$(?:ne|nin|where|regex|expr|func|function|accumulator|jsonschema|elemmatch|nor)$/i,
  ),
  rule(
    'nosqli.comparison_key',
    '$',
    /^\$(?:eq|gt|gte|lt|lte|in|not|or|and|exists|type|size|all|mod)$/i,
    SUSPICIOUS,
  ),
  rule(
    'nosqli.operator_object',
    '$',
    inOrder(
      /[{,]\s{0,4}\\?["']?\$/i,
      anyOf(
        /ne|gt|gte|lt|lte|nin|in|eq|not|or|and|nor|regex|where|exists|expr|func|function|comment/i,
        /elemmatch|type|mod|all|size|lookup|accumulator/i,
      ),
      /\\?["']?\s{0,4}:/i,
    ),
  ),
  rule('nosqli.logic_list', '$', /\$(?:or|and|nor)\s?["']?\s?:\s?\[/i),
  rule(
    'nosqli.where_script',
    '$where¦while(¦this.¦return¦db.¦emit(¦sleep(¦||¦new date¦&&¦;',
    anyOf(
      /\$where\s{0,4}["']?\s?[:=(]/i,
      /['"]\s{0,4}(?:\|\||&&|;)\s{0,4}(?:this\.|return\b|sleep\(|var\s|while\s?\(|it\.\w)/i,
      /\bthis\.\w{1,32}\s?(?:\.match\(|[=!<>]=|\.(?:length|charat)\b)/i,
      inOrder(
        /\bdb\./i,
        anyOf(
          /\w{1,32}\.(?:find|insert|remove|drop|update|aggregate|count)|getcollection\w{0,8}/i,
          /dropdatabase|injection|adminCommand|version/i,
        ),
        /\s?[(]/i,
      ),
      /['"]\s?;\s?return\s|['"]\s{0,2}\|\|\s{0,2}['"]?(?:1|a)?['"]?\s?={2}/i,
      /;\s?var\s\w{1,16}\s?=\s?new\sdate\(|do\{\w{1,16}\s?=\s?new\sdate/i,
    ),
  ),
  rule(
    'nosqli.always_true_script',
    '||¦&&',
    inOrder(
      /['"]\s{0,4}(?:\|\||&&)\s{0,4}/,
      /(['"])([^'"]{0,12})\1?\s?={1,3}\s?['"]\2|(\d{1,6})\s?={2,3}\s?\3|true\b/,
    ),
  ),
  rule(
    'nosqli.operator_word',
    '$',
    /(?:^|[^\w$])\$(?:ne|nin|where|regex|elemmatch|jsonschema)\b/i,
    SUSPICIOUS,
  ),
  rule(
    'nosqli.database_command',
    'mapreduce¦$eval¦flushall¦config set¦slaveof',
    anyOf(
      /\bmapreduce\b.{0,40}function|\$eval\b/i,
      /\b(?:flushall|slaveof\s\S|config\sset\s(?:dir|dbfilename))\b/i,
    ),
  ),
];
