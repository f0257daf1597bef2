/** Script in markup: active elements, event handlers, script URIs and what payloads call. */
import { anyOf, inOrder } from '../pattern.ts';
import { type Rule, calls, rule } from '../rule.ts';

const SUSPICIOUS = { suspicious: true } as const;
const MARKUP = { on: 'markup' } as const;
const EVENTS =
  'abort|activate|after\\w{4,12}|animation\\w{3,12}|aux\\w{3,8}|before\\w{3,16}|begin|blur|' +
  'bounce|can\\w{4,16}|change|click|close|context\\w{4}|copy|cue\\w{3,8}|cut|data\\w{3,16}|' +
  'dbl\\w{3,8}|drag\\w{0,8}|drop|durationchange|emptied|end\\w{0,5}|error\\w{0,8}|' +
  'filter\\w{0,8}|finish|focus\\w{0,4}|form\\w{3,8}|full\\w{3,16}|gesture\\w{3,8}|got\\w{3,16}|' +
  'hashchange|help|input|invalid|key\\w{2,6}|language\\w{3,8}|layout\\w{3,10}|load\\w{0,12}|' +
  'lose\\w{3,10}|media\\w{3,10}|message\\w{0,6}|mouse\\w{2,8}|moz\\w{3,24}|offline|online|' +
  'out\\w{3,8}|page\\w{3,6}|paste|pause|play\\w{0,6}|pointer\\w{2,12}|popstate|progress|' +
  'property\\w{3,8}|ratechange|ready\\w{3,12}|repeat|reset|resize|row\\w{3,8}|scroll\\w{0,5}|' +
  'search|seek\\w{2,4}|select\\w{0,8}|show|stalled|start|stop|storage|submit|suspend|' +
  'time\\w{3,8}|toggle|touch\\w{3,6}|transition\\w{3,8}|unhandled\\w{4,12}|unload|' +
  'volume\\w{3,8}|waiting|webkit\\w{3,24}|wheel|zoom';

export const XSS_RULES: readonly Rule[] = [
  rule(
    'xss.script_element',
    'script¦<scr<',
    anyOf(
      /<[\s/\0]{0,4}(?:\w{1,10}:)?script(?:[\s/>+:"'<(]|$)|<scr(?:ipt)?<|<\/\s?script\s{0,4}>/i,
      /<scr<script>/i,
    ),
    MARKUP,
  ),
  rule(
    'xss.event_handler',
    '=',
    new RegExp(
      `(?:<[a-z!?/][^<>]{0,200}?[\\s/"'\\x60+\\x0b.;>]|["'\`][^<>]{0,60}?[\\s/"'\`;+]|` +
        `^)on(?:${EVENTS})[\\s/+]{0,8}=[\\s+]{0,8}["'\`]?[^\\s=&>]`,
      'i',
    ),
  ),
  rule(
    'xss.handler_call',
    '=',
    new RegExp(`\\bon(?:${EVENTS})\\s{0,8}=\\s{0,8}["'\`]?[^\\s&]{0,60}[(\`.:]`, 'i'),
    SUSPICIOUS,
  ),
  rule(
    'xss.active_element',
    '<object¦<embed¦<layer¦<iframe¦<applet¦<frame¦<ilayer¦<bgsound¦<isindex¦<portal¦' +
      '<plaintext¦<xmp¦<event-source¦<keygen¦<marquee¦<xss¦<base¦<link¦<meta¦<xml¦<svg¦<math¦' +
      '<style¦datasrc¦dataformatas¦formaction¦srcdoc¦xlink:¦dynsrc¦lowsrc¦style=¦style =¦' +
      'style  ',
    anyOf(
      /(?<!\w)<(?:object|embed|layer)[\s/+]\w/i,
      inOrder(
        /(?<!\w)</i,
        anyOf(
          /iframe|applet|frameset|ilayer|bgsound|isindex|portal|plaintext|xmp|event-source|keygen/i,
          /marquee|xss/i,
        ),
        /(?:[\s/>+"']|$)/i,
      ),
      /<(?:base|link)[\s/+][^<>]{0,160}href\s?=|<meta[\s/+][^<>]{0,160}(?:http-equiv|charset)/i,
      /<xml[\s/+][^<>]{0,80}(?:src|id)\s?=|<(?:svg|math)(?:[\s/+][^<>]{0,80}>\s{0,8}<|\/?>\s?<)/i,
      /<frame[\s/]/i,
      /<style[\s/>][^<]{0,200}(?:@import|expression|javascript|behavio|-moz-binding|url\()/i,
      /<svg[\s/]/i,
      inOrder(
        /<\w{1,20}[\s/][^<>]{0,160}/i,
        /datasrc|dataformatas|formaction|srcdoc|xlink:href|dynsrc|lowsrc/i,
        /\s{0,4}=/i,
      ),
      inOrder(
        /<(?:div|x|span|img|td|table|br|body)[\s/][^<>]{0,120}style\s{0,4}=[^<>]{0,120}/i,
        /expr|javascript|behavio|binding|url\s?\(\s?['"]?\s?(?:java|data|vb|test|&)/i,
      ),
    ),
  ),
  rule(
    'xss.script_uri',
    'script:¦script&¦script :¦mocha:¦data:text/html¦data:,¦data:image/svg¦data:application¦' +
      'data:;base64¦data:text/javascript',
    anyOf(
      inOrder(
        anyOf(
          inOrder(
            anyOf(
              /href|src|action|data|background|lowsrc|dynsrc|poster|content|value|url|code|from/i,
              /to|location|codebase|xlink:href|handler/i,
            ),
            /\s{0,4}[=(]\s{0,4}["'`]?[^\s"'>]{0,20}/i,
          ),
          /^[\s"'`(>]{0,8}|url\(\s?["']?/i,
        ),
        /(?:java|vb|live|j\s?a\s?v\s?a\s?)\s{0,4}script\s?:(?=\S)/i,
      ),
      /(?:java|vb|live)\s{0,4}script:[\s/*]{0,8}[\w.$[\]'"`%]{1,40}\s{0,2}[(=`[]/i,
      /javascript:\s{0,4}(?:\/\/|\/\*|[-+~!(["'`]|\w+[(.=])|vbscript:\s{0,4}\w+/i,
      inOrder(
        /data:/i,
        /text\/(?:html|javascript)|image\/svg\+xml|application\/(?:xhtml|x?-?javascript)/i,
        /[^\s]{0,60},/i,
      ),
      /data:;base64,|data:text\/html/i,
    ),
    MARKUP,
  ),
  rule(
    'xss.dom_sink',
    'document¦window¦alert¦prompt¦confirm¦fromcharcode¦innerhtml¦settimeout¦setinterval¦' +
      'location=¦location =¦localstorage¦self[¦self [¦top[¦top [¦parent[¦parent [¦this[¦this [¦' +
      'frames[¦frames [¦globalthis¦execscript¦onerror¦[][¦' +
      calls('eval', 'import'),
    anyOf(
      /\bdocument\s?(?:\.|\[\s?['"`])\s?(?:cookie|domain|write(?:ln)?|location|referrer)\b(?!(?:\s|%20|\+)[a-z]{1,24}(?:[\s.?!,%+]|$))/i,
      /\bwindow\s?(?:\.|\[\s?['"`])\s?(?:location|name|alert|eval|onerror)(?!(?:\s|%20|\+)[a-z]{1,24}(?:[\s.?!,%+]|$))/i,
      inOrder(
        /(?:^|[\s;'"`>=(,{/:!+&|-])(?:alert|prompt|confirm)\s{0,4}/i,
        anyOf(
          inOrder(
            /\(\s{0,4}/i,
            anyOf(
              /\d|['"`/\\]|(?<=alert\s?\(\s?)\)|xss|document|location|window|string|this|name|1/i,
              /origin|self/i,
            ),
          ),
          /`[^\s`]{1,24}`|\.call|\.apply|&lpar;/i,
        ),
      ),
      /string\.fromcharcode\s?\(|\.\s?innerhtml\s?=/i,
      /(?:self|top|parent|window|this|frames|globalthis)\s?\[\s?['"`/+(\\]{1,8}.{0,20}\]\s?[(`]/i,
      /\beval\s?\(\s?(?:atob|location|name|string|unescape|src|alt|['"`]|\w{1,3}[+(])/i,
      /\b(?:location|localstorage)\s?=\s?['"]?(?:javascript|name|\/\/)/i,
      /set(?:timeout|interval)\s?\(\s?['"`]?(?:alert|eval|prompt|confirm)|\[\]\[(?:["']|\(!)/i,
      /execscript\s?\(|\bonerror\s?=\s?(?:alert|eval|prompt|confirm)/i,
      /\bimport\s?\(\s?['"`](?:\/\/|https?:|data:)/i,
    ),
    { told: { as: 'sentence', worth: 'suspicious' } },
  ),
  rule(
    'xss.script_words',
    'alert¦prompt¦confirm¦eval¦atob¦document.¦window.open¦unescape¦javascript:¦execscript¦' +
      'new function¦new  ¦function(){¦function() {¦() {¦(){¦while(¦while (',
    anyOf(
      // A trace of a stack says "at eval (" where it was.
      /(?<!\bat\s)\b(?:alert|eval|atob|unescape|execscript)\s{0,4}(?:\(|`[^\s`])/i,
      /\b(?:prompt|confirm)\s{0,4}\(\s{0,4}[^\s{]|\bjavascript:[^\s:]/i,
      /\bdocument\.(?:cookie|body|createelement|getelement|queryselector|forms)|\bwindow\.open\(/i,
      /\bnew\s{1,4}function\s{0,4}\(|^\(function\s?\(\)\s?\{|\bwhile\s?\(\s?(?:true|1|!)/i,
    ),
    { ...SUSPICIOUS, ...MARKUP, told: { as: 'sentence', worth: 'nothing' } },
  ),
  rule(
    'xss.markup',
    '<¦\\u003c¦&lt;',
    inOrder(
      /</i,
      anyOf(
        inOrder(
          /\/?/i,
          anyOf(
            /svg|math|img|image|video|audio|form|input|button|body|html|style|details|textarea/i,
            /select|dialog|template|noscript|title|plaintext|animate|set|use|slot|div|a|br|link/i,
            /meta|base/i,
          ),
          inOrder(
            /[\s/"'+][^<>]{0,80}/i,
            anyOf(
              /on\w{3,20}\s{0,4}=|javascript|expression/i,
              /src\s?=\s?["']?(?:\/\/|x\b|#|data|\w{1,3}["'\s>])|href\s?=\s?["']?[^h/#"'\s]/i,
            ),
          ),
        ),
        /\?(?:import|php)|[a-z]{1,12}\/[a-z]{2,12}\s?=/i,
      ),
    ),
    SUSPICIOUS,
  ),
  rule(
    'xss.css_expression',
    'expression¦-moz-binding¦behavior¦behaviour¦@import¦expr/*¦@im\\',
    anyOf(
      /(?::|=)\s{0,4}expr(?:ession|\/\*[^*]{0,20}\*\/ession)\s{0,4}\(|-moz-binding\s?:/i,
      /behaviou?r\s?:\s?url|@im\\?port\s{0,4}['"(]|@import\s?url/i,
    ),
  ),
  rule(
    'xss.server_include',
    '<!--#¦<esi:',
    anyOf(
      /<!--#\s?(?:exec|include|echo|config|printenv|fsize|flastmod|set)\b/i,
      /<esi:(?:include|inline|vars|debug)\b/i,
    ),
  ),
  rule('xss.attribute_escape', '>', /^[^<>]{0,60}["'`]\s{0,4}\/?>\s{0,4}<[a-z!/]/i),
  rule(
    'xss.breakout',
    '=',
    inOrder(
      /^[^<>\s]{0,40}["'`][\s/]{1,6}/i,
      /style|autofocus|src|href|accesskey|tabindex|contenteditable|id|class/i,
      /\s?=/i,
    ),
    SUSPICIOUS,
  ),
  rule('xss.utf7', '+adw-', /\+adw-\s?(?:script|img|svg|\/)/i),
  rule(
    'xss.obfuscated',
    '[]¦![]¦jsfuck',
    /(?:\(?!\[\]\)?\+|\[\]\[\(|\(\[\]\+|\+!!?\[\]\+){1}.{0,40}\[\]/,
  ),
];
