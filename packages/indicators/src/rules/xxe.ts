/** XML external entities, entity expansion and inclusion. */
import { anyOf, inOrder } from '../pattern.ts';
import { type Rule, rule } from '../rule.ts';

export const XXE_RULES: readonly Rule[] = [
  rule('xxe.entity', '<!entity', /<!ENTITY\s{1,8}(?:%|\S{1,64}\s{1,8}(?:SYSTEM|PUBLIC|["']))/i),
  rule(
    'xxe.external_doctype',
    '<!doctype',
    inOrder(
      /<!DOCTYPE\s{1,8}\S{1,64}\s{1,8}/i,
      anyOf(
        /SYSTEM\s{1,8}["']/i,
        /PUBLIC\s{1,8}["'][^"']{0,128}["']\s{1,8}["'](?!https?:\/\/www\.w3\.org\/|about:legacy)/i,
      ),
    ),
  ),
  rule('xxe.doctype_subset', '<!doctype', /<!DOCTYPE\s{1,8}[^>[]{1,128}\[/i),
  rule(
    'xxe.stylesheet',
    '<?xml-stylesheet',
    /<\?xml-stylesheet\s[^>]{0,200}href\s?=\s?["'](?:https?:|ftp:|file:|\/\/|data:)/i,
  ),
  rule(
    'xxe.inclusion',
    'xinclude¦xi:include¦xsl:include¦xsl:import¦document(',
    anyOf(
      /xi:include\b|http:\/\/www\.w3\.org\/2001\/XInclude|<xsl:(?:include|import)\s/i,
      /<xsl:[^>]{1,80}document\(/i,
    ),
  ),
  rule(
    'xxe.schema_location',
    'schemalocation',
    /(?:noNamespaceS|:s)chemaLocation\s?=\s?["'][^"']{0,80}(?:file:|ftp:|http:\/\/\d)/i,
    { suspicious: true },
  ),
  rule(
    'xxe.xslt_script',
    'msxsl:script¦php:function¦xalan¦java/¦java:¦system-property(',
    anyOf(
      /<msxsl:script|php:function\(|xmlns:\w{1,16}\s?=\s?["'][^"']{0,40}(?:xalan|java\/|java:)/i,
      /system-property\(/i,
    ),
  ),
];
