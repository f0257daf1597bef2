/** Line breaks that start a header, a mail command or a log record of the attacker's own. */
import { BREAK } from '../line-break.ts';
import { type Rule, type RuleDefinition, rule } from '../rule.ts';

const SUSPICIOUS = { suspicious: true } as const;
const HEADER_PLACES = ['query', 'path', 'header'] as const;

/** A rule that is asked of texts with a line break alone. */
function behindBreak(
  id: Rule['id'],
  literals: string,
  pattern: RegExp,
  definition: RuleDefinition = {},
): Rule {
  return rule(id, literals, pattern, { ...definition, isBehindBreak: true });
}

export const CRLF_RULES: readonly Rule[] = [
  behindBreak('crlf.split_body', '<', /\r\n\r\n\s{0,4}<(?:!doctype|html|script|body|svg|h1)/i, {
    places: HEADER_PLACES,
  }),
  behindBreak(
    'crlf.response_header',
    'set-cookie¦location¦content-¦http/1¦http/2¦x-¦refresh¦transfer-encoding¦access-control¦' +
      'link¦host:¦host :',
    new RegExp(
      `${BREAK}[\\s]{0,4}(?:set-cookie2?\\s?:\\s?[\\w-]{1,40}\\s?=|set-cookie\\s?:|` +
        `location\\s?:\\s?(?:https?:|//|/|javascript)|content-(?:length|type|encoding|` +
        `security-policy)\\s?:\\s?\\S|transfer-encoding\\s?:|http/[12](?:\\.[01])?\\s\\d{3}|` +
        `refresh\\s?:\\s?\\d|access-control-\\w|x-[a-z-]{2,30}\\s?:|link\\s?:\\s?<|` +
        `host\\s?:\\s?[\\w.])`,
      'i',
    ),
    { places: HEADER_PLACES },
  ),
  // People paste what looks like one into a text: elsewhere it is none.
  behindBreak(
    'crlf.header_in_body',
    'location¦content-¦x-¦refresh¦transfer-encoding¦access-control¦subject¦host:¦host :',
    new RegExp(
      `^.{0,256}?${BREAK}\\s{0,4}(?:location\\s?:\\s?(?:https?:|/)|content-(?:length|type)\\s?:|` +
        `x-[a-z-]{2,30}\\s?:|refresh\\s?:\\s?\\d|transfer-encoding\\s?:|access-control-\\w|` +
        `subject\\s?:|host\\s?:\\s?[\\w.])`,
      'i',
    ),
    { ...SUSPICIOUS, places: ['body'] },
  ),
  behindBreak(
    'crlf.cookie_header',
    'set-cookie',
    new RegExp(`${BREAK}\\s{0,4}set-cookie2?\\s?:`, 'i'),
  ),
  rule(
    'crlf.smuggled_request',
    ' http/',
    new RegExp(
      `(?:^|${BREAK})\\s{0,4}(?:get|post|put|head|options|delete|connect|trace|` +
        `patch)\\s{1,8}(?:/|https?:)\\S{0,80}\\s{1,4}http/[\\d.]`,
      'i',
    ),
  ),
  behindBreak(
    'crlf.any_header',
    ':',
    new RegExp(`${BREAK}\\s{0,4}[a-z][a-z-]{2,30}\\s?:\\s?(?!//)\\S`, 'i'),
    {
      ...SUSPICIOUS,
      places: ['query', 'path', 'header'],
    },
  ),
  behindBreak(
    'crlf.header_text',
    'http/1¦http/2',
    new RegExp(`${BREAK}http/[12]\\.\\d\\s\\d{3}`, 'i'),
    SUSPICIOUS,
  ),
  behindBreak(
    'crlf.mail_command',
    'rcpt to¦mail from¦ehlo ¦helo ¦bcc:¦bcc :¦expn ¦vrfy ¦dele ¦retr ¦uidl ¦quit¦auth ¦data ¦' +
      ' capability¦ fetch¦ select¦ login¦ list¦ create¦ logout¦ noop¦ append¦ store¦' +
      ' authenticate¦ examine¦ starttls¦ status',
    new RegExp(
      `${BREAK}\\s{0,4}(?:rcpt\\sto\\s?:|mail\\sfrom\\s?:|(?:ehlo|helo)\\s[\\w.-]|` +
        `bcc\\s?:\\s?\\S{1,64}@|(?:expn|vrfy|dele|retr|uidl)\\s\\w|quit\\s{0,2}(?:$|` +
        `[\\r\\n])|[a-z]?\\d{1,4}\\s(?:capability|fetch|select|login|list|create|logout|noop|` +
        `authenticate|examine|starttls)\\b|` +
        // A list of things may begin like these: what the command takes must follow.
        `[a-z]?\\d{1,4}\\s(?:store\\s\\d{1,9}\\s[+-]?flags|(?:append|status)\\s\\S{1,40}\\s[({])|` +
        `auth\\s(?:plain|login|cram|core|\\w{3,12}\\s)|data\\s{0,2}[\\r\\n])`,
      'i',
    ),
  ),
  behindBreak(
    'crlf.mail_header_behind_address',
    '@',
    new RegExp(
      `^["'<\\s]{0,3}[^\\s@"'<>]{1,64}@[\\w.:-]{1,80}[>"']{0,2}${BREAK}\\s{0,4}` +
        `(?:b?cc|to|from|reply-to|subject|content-type|mime-version)\\s?:`,
      'i',
    ),
  ),
  behindBreak(
    'crlf.mail_header',
    'cc:¦cc :¦to:¦to :¦from:¦from :',
    // A mail that is quoted has its first header in its first line.
    new RegExp(
      `^(?![\\s>*]{0,4}(?:from|to|cc|subject|sent|date)\\s?:).{0,256}?${BREAK}\\s{0,4}` +
        `(?:b?cc|to|from|reply-to)\\s?:\\s?\\S{1,64}@`,
      'i',
    ),
    SUSPICIOUS,
  ),
  behindBreak('crlf.utf8_break', '%e5%98¦%250a¦%250d¦%25250', /%e5%98%8d|%25(?:25)?0[ad]/i),
];

export const LOG_FORGING_RULES: readonly Rule[] = [
  behindBreak(
    'log_forging.record',
    'info¦error¦warn¦debug¦fatal¦critical¦notice¦trace¦audit¦ - ¦success¦fail¦alert¦login¦auth¦' +
      '"level¦"severity¦"time¦"ts¦"msg¦"message¦"@time',
    new RegExp(
      `${BREAK}\\s{0,4}(?:\\[?(?:\\d{4}[-/]\\d{2}[-/]\\d{2}|` +
        `\\d{2}[-/]\\w{3}[-/]\\d{4})[\\sT:,\\d.Z+\\]-]{0,32}|\\d{10,13}\\s)?[\\s\\[|` +
        `<(-]{0,4}(?:info|error|warn(?:ing)?|debug|fatal|critical|notice|trace|audit)[\\]:>)|` +
        `\\s]{1,3}\\s?\\S|${BREAK}\\s{0,2}\\d{1,3}(?:\\.\\d{1,3}){3}\\s-\\s|` +
        `${BREAK}\\s{0,4}(?:success|failure|failed|alert|critical|fatal|login|auth)\\s?[:=]\\s?\\S|` +
        `${BREAK}\\s{0,4}\\{\\s?"(?:level|severity|time|timestamp|ts|msg|message|@timestamp)"\\s?:`,
      'i',
    ),
    { places: HEADER_PLACES },
  ),
  behindBreak(
    'log_forging.timestamp',
    ':',
    new RegExp(
      `${BREAK}\\s{0,4}[\\[<"]?(?:\\d{4}[-/]\\d{2}[-/]\\d{2}[T\\s]\\d{2}:\\d{2}|` +
        `\\d{2}/[a-z]{3}/\\d{4}:\\d{2}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|` +
        `dec)\\s{1,2}\\d{1,2}\\s\\d{2}:\\d{2}:)`,
      'i',
    ),
    { places: HEADER_PLACES },
  ),
  behindBreak(
    'log_forging.level',
    'info¦error¦warn¦debug¦fatal¦critical¦level=¦ - ¦-¦success:¦failure:¦alert:¦audit:',
    new RegExp(
      `${BREAK}\\s{0,4}\\d{1,3}(?:\\.\\d{1,3}){3}\\s-\\s\\S{1,20}\\s\\[|` +
        `${BREAK}\\s{0,4}(?:\\[?\\d{4}-\\d\\d-\\d\\d[T\\s][\\d:.,Z+]{5,20}\\]?\\s)(?:\\w{2,24}:|[A-Z]{4,8})\\s|` +
        `${BREAK}\\s{0,4}(?:SUCCESS|FAILURE|ALERT|AUDIT):|` +
        `${BREAK}\\s{0,4}\\[?(?:INFO|ERROR|WARN|WARNING|DEBUG|FATAL|CRITICAL)\\]?[:\\s-]|` +
        `${BREAK}level=\\w`,
    ),
    { ...SUSPICIOUS, places: ['body'] },
  ),
  behindBreak('log_forging.any_break', ' ', /\S(?:\r\n|\n|\r)\S/, {
    ...SUSPICIOUS,
    places: ['path', 'header'],
  }),
  rule(
    'log_forging.escape_sequence',
    `${String.fromCodePoint(0x1b)}[`,
    new RegExp(`${String.fromCodePoint(0x1b)}\\[[\\d;]{0,12}[A-Za-z]`),
  ),
];
