/**
 * What payloads are made of and ordinary text hardly is: where a text is too long to be read whole, or a
 * body too large, these places are read before others. Knows no kinds and is no verdict.
 */
import { anyOf, inOrder } from './pattern.ts';

const CALLED = anyOf(
  /sleep|benchmark|extractvalue|updatexml|load_file|concat|cha?r|substr(?:ing)?|ascii|if/i,
  /convert|elt|version|database|count|alert|prompt|confirm|eval|system|exec|passthru|popen/i,
  /require|getruntime|fromcharcode|phpinfo|assert|print/i,
);
const SCHEME = anyOf(
  /gopher|dict|file|ldaps?|jar|phar|php|expect|rmi|netdoc|tftp|jndi/i,
  /(?:java|vb)script/i,
);
const COMMAND = anyOf(
  /id|ls|cat|rm|sh|bash|nc|wget|curl|ping|sleep|whoami|uname|echo|dir|type|cmd|powershell/i,
  /python\d?|perl|php/i,
);

const ACTIVE = anyOf(
  /scr|svg|math|i?frame|object|embed|applet|base|link|meta|style|xml|xss|form|isindex|marquee/i,
  /layer|portal|plaintext|xmp|keygen|bgsound|sorted-set|java|esi:|xsl:|xi:/i,
);

/** NUL and ESC. */
const CONTROLS = String.fromCharCode(0, 27);

const SIGN = anyOf(
  // A quote and then what goes on with a statement; a comparison behind a logical word.
  inOrder(
    /['"](?:[\s)+]|%(?:0[9a-d]|20|29|a0)){0,8}/i,
    /(?:or|and|xor|union|having|like|order|limit|group|rlike|not)(?:\b|%)|--|[|&]{2}/i,
  ),
  /['"`][ )]{0,4}(?:[#+]|\/\*|;\s?$|;\s?(?:--|#))|\/\*(?:!|\*\/)|--[\s+]?$|__\w{4,16}__/i,
  /`\s{0,4}(?:or|and|union|having)\s[^`]{0,40}=/i,
  /[=<>](?<=\b(?:or|and|xor|having|where|not)\b[^=<>]{1,40}.)/i,
  /;\s{0,8}(?:drop|insert|delete|update|select|declare|exec|waitfor|shutdown|create|alter)\b/i,
  /_(?<=\b(?:xp|sp|dbms|utl|information|pg)_)/i,
  new RegExp(`\\((?<=\\b(?:${CALLED.source})\\s{0,4}\\()`, 'i'),
  // Markup that acts, templates, expressions.
  inOrder(/<[\s/\0]{0,4}(?:\w{1,10}:)?/i, ACTIVE),
  /<(?:!(?:entity|doctype|--#)|[?%#@][a-z%=\s])|=(?<=\bon\w{3,16}\s{0,4}=)|[$#%]\{|[*@~]\{[\d{(]|\{[{%]/i,
  /[.[](?<=\b(?:document|window)\s?.|\bconstructor.{1,4})/i,
  // Files, commands behind the sign of a shell, schemes and addresses, forged lines.
  /\.\.[;%]?[\\/]|\.(?:env|git|ssh|aws|htaccess|htpasswd|ini)\b/i,
  /[\\/](?<=\b(?:etc|proc|var|bin|dev|windows|system32|web-inf|inetpub).)/i,
  inOrder(/(?:[;|&]|(?<!`)`)\s{0,6}(?:[\w./-]{0,24}\/)?/i, COMMAND, /\b/i),
  new RegExp(`:(?<=\\b(?:${SCHEME.source}):)`, 'i'),
  /\$\(|:\/\/(?:\d|\[|localhost)|[\r\n](?:set-cookie|location|content-|http\/|host:)/i,
  /\)\s{0,4}\(\s{0,4}[|&!*]|\*\s?\)\s?\(|["'[{,]\s{0,4}\$\w{2,12}\b|:(?<=\b[OCa]:)\d{1,4}:[{"]/i,
  /!!\w{2,8}[/.]|["']@?\$?type["']/i,
  // Encodings of any of these.
  /%(?:25){0,3}(?:0[0ad]|2[278ef]|3[bce]|5c|60|7[bcd]|u[0-9a-f]{2}|c[01])/i,
  /\\(?:u\{?[0-9a-f]{2}|x[0-9a-f]{2}|[0-3][0-7]{2})|&(?:#|lt|gt|quot|apos)/i,
  new RegExp(`[${CONTROLS}\\uff01-\\uff5e]`, 'i'),
);

const SIGNS = '-<>\'"`%\\&;|$#*@~{[(!/.:=_)\r\n' + CONTROLS;
const IS_SIGN = Uint8Array.from({ length: 128 }, (_, code) =>
  SIGNS.includes(String.fromCharCode(code)) ? 1 : 0,
);

/** Nearly all marks have a sign to begin at: what has none is passed over fast. */
const MARK = new RegExp(
  `(?=[${SIGNS.replaceAll(/[-\\[]/g, '\\$&')}\\uff01-\\uff5e])(?:${SIGN.source})|` +
    '\\bunion[\\s(+]{1,8}(?:all|distinct|select)\\b|rO0AB',
  'gi',
);

/** Where the first mark at or behind `from` begins; -1 where none is left. Time grows with the signs. */
export function nextMark(text: string, from = 0): number {
  MARK.lastIndex = from;
  const match = MARK.exec(text);
  return match === null ? -1 : match.index;
}

/** How many places of the text a mark could begin at: what a search for marks costs. */
export function countSigns(text: string): number {
  let signs = 0;
  for (let i = 0; i < text.length; i++) signs += IS_SIGN[text.charCodeAt(i)] ?? 0;
  return signs;
}
