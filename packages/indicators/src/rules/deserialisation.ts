/** Serialised objects of Java, PHP, .NET, Python, Ruby and Node, and their gadgets. */
import { anyOf } from '../pattern.ts';
import { type Rule, rule } from '../rule.ts';

const SUSPICIOUS = { suspicious: true } as const;

export const DESERIALISATION_RULES: readonly Rule[] = [
  rule(
    'deserialisation.java_stream',
    'ro0ab¦¬í¦aced0005¦kztaa¦cs7qa',
    /rO0AB[A-Za-z\d+/=]|\u00ac\u00ed(?![ -~]|$)|aced0005[0-9a-f]{4}|KztAAU|Cs7QAF/,
  ),
  rule(
    'deserialisation.php_object',
    'o:¦c:',
    /(?:^|[^\w])[OC]:\+?\d{1,4}:\\?["'][\w\\]{1,80}\\?["']:\d{1,5}:\{/,
  ),
  rule('deserialisation.php_array', 'a:', /(?:^|[=;{])a:\d{1,4}:\{(?:[sidbaO]:|\})/, SUSPICIOUS),
  rule(
    'deserialisation.dotnet',
    'aaeaaad¦system.diagnostics¦system.windows¦$type¦objectdataprovider¦windowsidentity¦' +
      'typeconfusedelegate',
    anyOf(
      /AAEAAAD\/{5}AQ|["']\$type["']\s?:\s?["'](?:System|Microsoft)\.|ObjectDataProvider/,
      /TypeConfuseDelegate|System\.Windows\.Data|System\.Diagnostics\.Process/,
    ),
  ),
  rule(
    'deserialisation.python_pickle',
    'gasv¦cposix¦c__builtin__¦csubprocess¦py/object¦py/reduce¦gan¦y29z¦y3bv¦cos ¦cnt ¦cos\\n¦cnt\\n',
    anyOf(
      /^(?:gASV[\w+/]|gAN[jC][\w+/]{8}|Y29z|Y3Bvc2l4)|\bc(?:os|posix|nt)(?:\r?\n|\\n)(?:system|popen|exec)/,
      /c__builtin__\r?\n|csubprocess\r?\n|["']py\/(?:object|reduce)/,
    ),
  ),
  rule(
    'deserialisation.yaml_tag',
    '!!¦!ruby',
    anyOf(
      /!!(?:python\/(?:object|name|module)|javax?\.|com\.sun|org\.|ruby\/)/i,
      /!ruby\/(?:object|hash|struct)|<!!|!!js\/function/i,
    ),
  ),
  rule('deserialisation.ruby_marshal', 'bah¦o:', /^BAh(?:b|v|7C|VO)[\w+/=]{8}/, SUSPICIOUS),
  rule('deserialisation.node_function', '_$$nd_func', /_\$\$ND_FUNC\$\$_/i),
  rule(
    'deserialisation.java_gadget',
    'jdbcrowset¦templatesimpl¦commons.collections¦commons.beanutils¦invokertransformer¦' +
      'ysoserial¦@type¦annotationinvocationhandler¦bsf¦badattributevalue¦com.sun.rowset¦' +
      'java.rmi¦xstream¦sun.reflect¦chainedtransformer¦objectfactory¦clonetransformer¦' +
      'forclosure¦instantiatefactory¦instantiatetransformer¦prototypeserializationfactory¦' +
      'whileclosure¦<java¦xmldecoder¦processbuilder¦<sorted-set¦<tree-map¦<dynamic-proxy¦' +
      'clonefactory¦<object class¦java.',
    anyOf(
      /\bJdbcRowSetImpl|TemplatesImpl\b|commons\.(?:collections|beanutils)\d?\./i,
      /InvokerTransformer|ysoserial/i,
      /["']@type["']\s?:\s?["'](?:(?:com|javax?|org|oracle|ch)\.|L\w{1,12}[./]|\[)|AnnotationInvocationHandler/i,
      /BadAttributeValueExp|com\.sun\.rowset|java\.rmi\./i,
      /<(?:java\.|sorted-set|tree-map|dynamic-proxy)|sun\.reflect|ChainedTransformer/i,
      /(?:clone|instantiate)(?:transformer|factory)|prototype(?:clone|serialization)factory/i,
      /whileclosure|forclosure|<java[\s>][^<]{0,80}<(?:object|void)|xmldecoder/i,
      /<object class\s?=\s?["']java|\bjava\.(?:[\w.]{1,40}\.)?(?:runtime|processbuilder)\b/i,
    ),
  ),
];
