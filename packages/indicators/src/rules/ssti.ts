/** Server-side template and expression injection, JNDI lookups included. */
import { anyOf, inOrder } from '../pattern.ts';
import { type Rule, rule } from '../rule.ts';

const OPERAND = String.raw`\s?['"(]{0,2}-?\d{1,12}['")]{0,2}\s?`;
const ARITHMETIC = `${OPERAND}[*+/%-]${OPERAND}`;
// What reaches from a template to the machine.
const MACHINE =
  String.raw`__class__|__mro__|__subclasses__|__globals__|__init__|__builtins__|__import__|` +
  String.raw`lipsum|cycler|joiner|get_flashed_messages|system\s?\(|\bexec\s?\(|\beval\s?\(|` +
  String.raw`popen|phpinfo|passthru|getruntime|getclass|forname|\|\s?filter\s?\(|\|\s?map\s?\(|` +
  String.raw`\|\s?sort\s?\(|\|\s?attr\s?\(|child_process|mainmodule|java\.(?:lang|util|io)|` +
  String.raw`freemarker\.|\bT\s?\(\s?java|@java|\$on\.|constructor\s?['"]?\]?\s?[.([]|` +
  String.raw`['"]constructor['"]|php\}|(?<![.\w])(?:file|readfile|` +
  String.raw`fopen)\s?\(\s?['"][^'"]{0,20}\/`;
// Names that templates of web frameworks give to their own insides; only between "{{" and "{%".
const INSIDES =
  String.raw`_self\b|_context\b|self\.|config(?:\.items|\[|\}|\s?\}|\.from)|settings\.|` +
  String.raw`request\.(?:application|environ|args|cookies|server|__)|request\[|app\.(?:request|` +
  String.raw`user|session)|namespace\.|range\.constructor|url_for\.|\[\]\.|''\.|""\.|\(\)\.|` +
  String.raw`'[a-z\d]{0,12}'\s?\*|dump\(|\bdebug\s?\}|secret_?key|smarty\.|this\.(?:push|` +
  String.raw`constructor|pop)|\$eval|toString\(\)`;

export const SSTI_RULES: readonly Rule[] = [
  rule(
    'ssti.arithmetic',
    '{{¦${¦#{¦<%¦@(¦*{¦%{¦{%¦~{¦[[¦[=¦{=¦{7¦@{¦{0¦{1¦{2¦{3¦{4¦{5¦{6¦{8¦{9',
    new RegExp(
      String.raw`(?:\{\{\{?|[$#*@%~]\{\{?|<%={0,2}|@\(|\[\[\$?\{?|\[=|\{=|\{(?=\d)|` +
        String.raw`\{%)${ARITHMETIC}(?:\}|%>|\)|\]|%\})`,
    ),
  ),
  rule(
    'ssti.written_product',
    'write(¦writeln(',
    /\b(?:response|out|document|res|resp)\s?\.\s?write(?:ln)?\(\s?\d{2,9}\s?\*\s?\d{2,9}\s?\)/i,
  ),
  rule(
    'ssti.object_walk',
    '{{¦${¦#{¦<%¦*{¦%{¦{%¦{php¦~{¦@{¦[#',
    new RegExp(
      // The opener is looked for behind the rare word, not the word behind every opener: linear.
      String.raw`(?:${MACHINE})(?<=(?:\{\{|[$#*%~@]\{|\{%|<%|\[#)[^\n]{0,120})|` +
        String.raw`(?:${INSIDES})(?<=\{[{%][^\n}]{0,80}\}?)`,
      'i',
    ),
  ),
  rule(
    'ssti.jndi_lookup',
    '${¦jndi:',
    anyOf(
      inOrder(
        /\$\{\s{0,4}/i,
        anyOf(
          /jndi|\$\{[^}]{0,40}\}/i,
          /(?:lower|upper|env|sys|java|date|base64|ctx|main|web|docker|k8s|spring|bundle|log4j):/i,
          /::-\w|[\w]{0,4}:[\w]{0,4}:-\w/i,
        ),
      ),
      /\bjndi:(?:ldaps?|rmi|dns|iiop|corba|nds|http|nis)/i,
    ),
  ),
  rule(
    'ssti.expression_language',
    '${¦#{¦%{¦*{¦(java.¦( java.¦(#¦#_¦#application[',
    anyOf(
      inOrder(
        /[$#%*]\{[^\n]{0,60}/i,
        anyOf(
          /\bT\s?\(|java\.|getClass|forName|getRuntime|#_memberAccess|@java|#context|#parameters/i,
          /#request|#session|pageContext|sessionScope|applicationScope|param\.|requestScope/i,
          /facesContext|\.class\b|#?\w{1,12}\s?=\s?(?:@|new\s|#)|new\s(?:java|com|org|freemarker)/i,
          /sleep\(|invoke\(|print\(|md5\(/i,
        ),
      ),
      /\bT\s?\(\s?java\.|\(#\w{1,24}\s?=|#_memberAccess|#application\[|%\{\(?#/i,
      /\bredirect(?:Action)?:\s?[$%]\{/i,
    ),
  ),
  rule(
    'ssti.velocity',
    '#set¦#evaluate¦#parse¦#include¦#foreach¦$class.¦.class¦.getclass¦.forname',
    anyOf(
      /#(?:set|evaluate|parse|include|foreach)\s?\(\s?[$"']|\$class\.(?:inspect|type)/i,
      /\$!?\{?\w{1,12}\.(?:class|getclass|forname)\b/i,
    ),
  ),
  rule(
    'ssti.erb',
    '<%',
    inOrder(
      /<%\s?[=@!-]?\s{0,4}/i,
      anyOf(
        /system|exec|eval|`\w|file\.|dir\.|io\.|out\.print|runtime|global|java\./i,
        /page\s(?:import|language)|@\s?page|import\s|class\s|response\.write|self\.class/i,
        /foreach\s?\(|['"]\s?\*/i,
      ),
    ),
  ),
  rule(
    'ssti.freemarker',
    '<#assign¦?new¦freemarker¦<@¦<#¦?api',
    /<#assign\s|\?new\s?\(|freemarker\.template|\?api\b|<#(?:include|import|list|if)\s/i,
  ),
  rule(
    'ssti.smarty',
    '{$smarty¦{php}¦{literal¦{system¦{if¦{self¦{exec¦{passthru¦{/php}',
    anyOf(
      /\{\$smarty\.|\{\/?php\}|\{(?:system|passthru|exec|self::)\b/i,
      /\{if\s(?:system|phpinfo|exec|readfile)|\{literal\}/i,
    ),
  ),
  rule(
    'ssti.interpolated_call',
    '#{¦@{¦${@¦{${',
    anyOf(
      /#\{\s?[`%]|#\{\s?(?:system|exec|file|io|dir|eval|`|global|root|require|runtime|process)\b/i,
      /@\{\s{0,4}\[|\$\{@|\{\$\{/i,
    ),
  ),
  rule(
    'ssti.template_marks',
    '{{¦${¦#{¦<%¦{%',
    anyOf(
      /\{\{[^{}\n(*|[=%]{0,60}[(*|[=%][^{}\n]{0,60}\}\}/,
      /\$\{[^{}\n(*@:$]{0,60}[(*@:][^{}\n]{0,60}\}|#\{[^{}\n(.*[#]{0,60}[(.*[][^{}\n]{0,60}\}/,
      /\{\{\s?(?:request|self|config|settings|this|app)\s?\}\}/,
      /<%=?[^%\n]{1,60}%>|\{%[^%\n]{1,60}%\}/,
    ),
    { suspicious: true },
  ),
];
