/** Server-side template and expression injection, JNDI lookups included. */
import { type Rule, rule } from '../rule.ts';

const ARITHMETIC = String.raw`\s?['"(]{0,2}-?\d{1,12}['")]{0,2}\s?[*+/%-]\s?['"(]{0,2}-?\d{1,12}['")]{0,2}\s?`;
// What reaches from a template to the machine.
const MACHINE = String.raw`__class__|__mro__|__subclasses__|__globals__|__init__|__builtins__|__import__|lipsum|cycler|joiner|get_flashed_messages|system\s?\(|\bexec\s?\(|\beval\s?\(|popen|phpinfo|passthru|getruntime|getclass|forname|\|\s?filter\s?\(|\|\s?map\s?\(|\|\s?sort\s?\(|\|\s?attr\s?\(|child_process|mainmodule|java\.(?:lang|util|io)|freemarker\.|\bT\s?\(\s?java|@java|\$on\.|constructor\s?['"]?\]?\s?[.([]|['"]constructor['"]|php\}|(?<![.\w])(?:file|readfile|fopen)\s?\(\s?['"][^'"]{0,20}\/`;
// Names that templates of web frameworks give to their own insides; only between "{{" and "{%".
const INSIDES = String.raw`_self\b|_context\b|self\.|config(?:\.items|\[|\}|\s?\}|\.from)|settings\.|request\.(?:application|environ|args|cookies|server|__)|request\[|app\.(?:request|user|session)|namespace\.|range\.constructor|url_for\.|\[\]\.|''\.|""\.|\(\)\.|'[a-z\d]{0,12}'\s?\*|dump\(|\bdebug\s?\}|secret_?key|smarty\.|this\.(?:push|constructor|pop)|\$eval|toString\(\)`;

export const SSTI_RULES: readonly Rule[] = [
  rule(
    'ssti.arithmetic',
    '{{¦${¦#{¦<%¦@(¦*{¦%{¦{%¦~{¦[[¦[=¦{=¦{7¦@{',
    new RegExp(
      String.raw`(?:\{\{\{?|[$#*@%~]\{\{?|<%={0,2}|@\(|\[\[\$?\{?|\[=|\{=|\{(?=\d)|\{%)${ARITHMETIC}(?:\}|%>|\)|\]|%\})`,
    ),
  ),
  rule(
    'ssti.object_walk',
    '{{¦${¦#{¦<%¦*{¦%{¦{%¦{php¦~{¦@{¦[#',
    new RegExp(
      // The opener is looked for behind the rare word, not the word behind every opener: linear.
      String.raw`(?:${MACHINE})(?<=(?:\{\{|[$#*%~@]\{|\{%|<%|\[#)[^\n]{0,120})|(?:${INSIDES})(?<=\{[{%][^\n}]{0,80}\}?)`,
      'i',
    ),
  ),
  rule(
    'ssti.jndi_lookup',
    '${¦jndi:',
    /\$\{\s{0,4}(?:jndi|\$\{[^}]{0,40}\}|(?:lower|upper|env|sys|java|date|base64|ctx|main|web|docker|k8s|spring|bundle|log4j):|::-\w|[\w]{0,4}:[\w]{0,4}:-\w)|\bjndi:(?:ldaps?|rmi|dns|iiop|corba|nds|http|nis)/i,
  ),
  rule(
    'ssti.expression_language',
    '${¦#{¦%{¦t(java¦(#¦#_¦@java¦*{',
    /[$#%*]\{[^\n]{0,60}(?:\bT\s?\(|java\.|getClass|forName|getRuntime|#_memberAccess|@java|#context|#parameters|#request|#session|pageContext|sessionScope|applicationScope|param\.|requestScope|facesContext|\.class\b|#?\w{1,12}\s?=\s?(?:@|new\s|#)|new\s(?:java|com|org|freemarker)|sleep\(|invoke\(|print\(|md5\()|\bT\s?\(\s?java\.|\(#\w{1,24}\s?=|#_memberAccess|#application\[|%\{\(?#|\bredirect(?:Action)?:\s?[$%]\{/i,
  ),
  rule(
    'ssti.velocity',
    '#set¦#evaluate¦#include¦$class¦#foreach¦$!',
    /#(?:set|evaluate|parse|include|foreach)\s?\(\s?[$"']|\$class\.(?:inspect|type)|\$!?\{?\w{1,12}\.(?:class|getclass|forname)\b/i,
  ),
  rule(
    'ssti.erb',
    '<%',
    /<%\s?[=@!-]?\s{0,4}(?:system|exec|eval|`\w|file\.|dir\.|io\.|out\.print|runtime|global|java\.|page\s(?:import|language)|@\s?page|import\s|class\s|response\.write|self\.class|foreach\s?\(|['"]\s?\*)/i,
  ),
  rule(
    'ssti.freemarker',
    '<#assign¦?new¦freemarker¦<@¦<#¦?api',
    /<#assign\s|\?new\s?\(|freemarker\.template|\?api\b|<#(?:include|import|list|if)\s|<#[\w"'(]{1,20}/i,
  ),
  rule(
    'ssti.smarty',
    '{$smarty¦{php}¦{literal¦{system¦{if¦{self',
    /\{\$smarty\.|\{\/?php\}|\{(?:system|passthru|exec|self::)\b|\{if\s(?:system|phpinfo|exec|readfile)|\{literal\}/i,
  ),
  rule(
    'ssti.interpolated_call',
    '#{¦@{¦${@¦{${',
    /#\{\s?[`%]|#\{\s?(?:system|exec|file|io|dir|eval|`|global|root|require|runtime|process)\b|@\{\s{0,4}\[|\$\{@|\{\$\{/i,
  ),
  rule(
    'ssti.template_marks',
    '{{¦${¦#{¦<%¦{%',
    /\{\{[^{}\n(*|[=%]{0,60}[(*|[=%][^{}\n]{0,60}\}\}|\$\{[^{}\n(*@:$]{0,60}[(*@:][^{}\n]{0,60}\}|#\{[^{}\n(.*[#]{0,60}[(.*[][^{}\n]{0,60}\}|<%=?[^%\n]{1,60}%>|\{%[^%\n]{1,60}%\}/,
    { suspicious: true },
  ),
];
