/** Server-side request forgery: addresses no outside client should make a server fetch. */
import { anyOf, inOrder } from '../pattern.ts';
import { type Rule, rule } from '../rule.ts';
import { addressClass } from '../internet-address.ts';
import type { View } from '../view.ts';

const SUSPICIOUS = { suspicious: true } as const;
const NOT_HEADERS = ['path', 'query', 'body'] as const;
const AUTHORITY = inOrder(
  /\b[a-z][a-z\d+.-]{1,16}:[\\/]{1,4}|\bhttps?:|^[\\/]{2}|https?:[^\s]{1,60}[\s&#]@/gi,
  /(?:[^\s/?#@]{0,64}@)?(\[[^\]\s]{2,48}\]?|[\w.-]{1,80})/gi,
);

const AUTHORITY_SIGNS = ':/¦:\\¦http:¦https:¦//¦/\\¦\\/¦\\\\';

/** Where a program on somebody's own machine waits to be told that they logged in (RFC 8252). */
const OWN_CALLBACK =
  /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):\d{4,5}\/(?:[\w-]{1,24}\/){0,3}[\w-]{0,24}(?:callback|redirect|signin|oauth2?|auth|cb)[\w-]{0,24}\/?$/i;

/** The gravest class among the addresses named in the text. */
function gravest(view: View): ReturnType<typeof addressClass> {
  let worst: ReturnType<typeof addressClass> = 'public';
  let seen = 0;
  for (const match of view.text.matchAll(AUTHORITY)) {
    if (++seen > 16) break;
    const found = addressClass((match[1] ?? '').toLowerCase());
    if (found === 'metadata' || found === 'disguised') return found;
    // Who writes a user before an address of the inside wants it taken for another.
    if (found === 'internal' && match[0].includes('@')) return 'disguised';
    if (found === 'internal') worst = found;
  }
  return worst;
}

function names(view: View, wanted: 'forbidden' | 'internal'): boolean {
  if (OWN_CALLBACK.test(view.text)) return false;
  const found = gravest(view);
  return wanted === 'internal'
    ? found === 'internal'
    : found === 'metadata' || found === 'disguised';
}

export const SSRF_RULES: readonly Rule[] = [
  rule('ssrf.forbidden_address', AUTHORITY_SIGNS, (view) => names(view, 'forbidden')),
  // Not in headers: libraries keep in cookies where to go on after a login, and a developer's server is here.
  rule('ssrf.internal_address', AUTHORITY_SIGNS, (view) => names(view, 'internal'), {
    ...SUSPICIOUS,
    places: NOT_HEADERS,
    told: { as: 'sentence', worth: 'nothing' },
  }),
  rule(
    'ssrf.internal_door',
    '://127.¦://localhost¦://192.168.¦://10.¦://172.',
    inOrder(
      /^\s?https?:\/\/(?:localhost|127\.[\d.]{1,12}|192\.168\.[\d.]{3,8}|10\.[\d.]{5,12}|172\.[\d.]{5,12})(?::\d{1,5})?\//i,
      anyOf(
        /(?:[\w-]{1,20}\/)?(?:admin|server-status|server-info|manager|actuator|console|phpinfo|env)\b/i,
        /(?:[\w-]{1,20}\/)?(?:_cat|_search|solr|jenkins|phpmyadmin|metrics|debug|secrets?|internal)\b/i,
        /latest\/|v[12]\/(?:agent|kv|keys|secret)|containers\/json|api\/v1\/(?:pods|secrets)/i,
      ),
    ),
  ),
  rule(
    'ssrf.internal_name',
    'localhost¦docker.internal¦cluster.local¦127.',
    anyOf(
      /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3})(?::\d{1,5})?(?:\/\S{0,200})?$/i,
      /(?:^|[\s@/])[\w-]{1,40}\.docker\.internal|\.svc(?:\.cluster\.local)(?:[:/]|$)/i,
    ),
    { suspicious: true, places: ['query', 'body'] },
  ),
  rule(
    'ssrf.metadata_path',
    'latest/meta-data¦latest/user-data¦latest/dynamic¦computemetadata¦169.254.¦' +
      'metadata.google¦metadata.azure¦metadata.tencent¦metadata.platform¦100.100.100.200¦' +
      'metadata/instance¦metadata/identity¦metadata/v1¦opc/v1¦opc/v2¦fd00:ec2¦a9fe',
    anyOf(
      /latest\/(?:meta-data|user-data|dynamic\/instance)|computeMetadata\/v1/i,
      /169\.254\.(?:169\.254|170\.2)/i,
      /metadata\.(?:google\.internal|azure|tencentyun|platformequinix)|100\.100\.100\.200/i,
      /metadata\/(?:instance\?|identity\/oauth)|opc\/v[12]\/instance|metadata\/v1(?:\.json|\/)/i,
      /fd00:ec2::254|::ffff:a9fe/i,
    ),
  ),
  rule(
    'ssrf.scheme',
    'gopher:¦dict:¦file:¦ldap:¦ldaps:¦jar:¦netdoc:¦tftp:¦rmi:¦jndi:/¦url:¦local_file:¦' +
      'local-file:¦imap¦' +
      'smtp¦telnet¦pop3',
    inOrder(
      /(?:^|[\s"'=(>/:])/i,
      anyOf(
        /(?:gopher|dict|netdoc|rmi|jndi|tftp|local[_-]file):\/{1,3}\S|ldaps?:\/\/\S/i,
        /jar:(?:file|https?|ftp):|url:(?:file|https?|ftp|gopher):/i,
        inOrder(
          /file:[\\/]{1,4}/i,
          anyOf(
            /[a-z]:|etc|proc|var|usr|root|home|boot|windows|c\b|localhost|\.\./i,
            /\w{1,20}\.(?:ini|conf|txt)/i,
          ),
        ),
        /(?:imap|smtp|telnet|pop3)s?:\/\//i,
      ),
    ),
  ),
  rule(
    'ssrf.unusual_scheme',
    'file:¦ftp:¦ftps:¦sftp:',
    /(?:^|[\s"'=(>])(?:file|ftps?|sftp):\/\/\S/i,
    SUSPICIOUS,
  ),
  rule(
    'ssrf.callback_host',
    'burpcollaborator¦interact.sh¦oast.¦oastify¦dnslog¦ceye.io¦requestbin¦pingb.in¦' +
      'canarytokens¦bxss¦xss.ht¦xip.io¦nip.io¦sslip.io¦localtest.me¦lvh.me¦vcap.me¦1u.ms¦' +
      'requestrepo¦interactsh¦rbndr.us',
    inOrder(
      /\b/i,
      anyOf(
        /burpcollaborator\.net|interact\.sh|oast\.(?:pro|live|site|online|fun|me)|oastify\.com/i,
        /dnslog\.(?:cn|io|link)|ceye\.io|requestbin\.\w{2,3}|pingb\.in|canarytokens\.com/i,
        /bxss\.(?:me|in)|xss\.ht|(?:127|10|192|172|169)[\w.-]{3,60}\.(?:xip|nip|sslip)\.io/i,
        /localtest\.me|lvh\.me|vcap\.me|1u\.ms|rbndr\.us|requestrepo\.com|interactsh/i,
      ),
      /\b/i,
    ),
  ),
  rule(
    'ssrf.confused_authority',
    'http://¦https://',
    anyOf(
      /https?:\/\/[^\s/?#]{1,80}(?:#@|\\@|:\d{1,5}[^\d/\s]?@|&@|\s@)/i,
      /https?:\/\/\S{1,80}\/:?\w{0,16}@\w[\w.-]{2,60}\/?$/i,
    ),
    SUSPICIOUS,
  ),
  // Whatever the server's code would append is cut off by the question mark at the end.
  rule(
    'ssrf.included_script',
    'http:¦https:¦ftp:¦ftps:',
    inOrder(
      /^["'\s]{0,4}(?:https?|ftps?):\/\//i,
      anyOf(
        /[^\s?]{3,120}\.(?:txt|php[3457]?|inc|asp|jsp|pl|cgi|phtml|dat)(?:\?{1,3}|%00)$/i,
        /\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\/[^\s?]{0,80}\.(?:txt|php\d?|jsp|asp|sh|ps1|exe|dtd|pl|py)\b/i,
        /(?<=ftps?:\/\/)[^\s?]{3,120}\.(?:php\d?|jsp|asp|sh|pl|cgi)$/i,
        /[^\s?]{3,80}\/(?:c99|r57|wso|b374k|shell|cmd|backdoor|webshell)\.\w{2,5}\b/i,
      ),
    ),
  ),
  rule(
    'ssrf.remote_script',
    'http¦ftp¦file?',
    anyOf(
      inOrder(
        /^["'\s]{0,4}(?:https?|ftps?):\/\/[^\s?]{3,120}/i,
        anyOf(
          /\.(?:txt|php[3457]?|inc|asp|jsp|pl|cgi|phtml|gif|jpg|dat|sh|exe|ps1)\?{1,3}$/i,
          /\/?\?{1,3}$|\/(?:c99|r57|shell|cmd|evil|id|rfi)[\w.-]{0,16}\?{0,2}$/i,
        ),
      ),
      /^(?:https?|ftps?|file)\?$|^https?:\/\/\d{1,3}(?:\.\d{1,3}){3}(?:[:/]|$)/i,
    ),
    { ...SUSPICIOUS, places: NOT_HEADERS },
  ),
];
