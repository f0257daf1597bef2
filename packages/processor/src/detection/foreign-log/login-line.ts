/** Lines in which servers tell of logins in words: sshd, mail, file and database servers, web servers, frameworks. */
import {
  EVENT_AUTHN_LOGIN_FAIL,
  EVENT_AUTHN_LOGIN_FAIL_MAX,
  EVENT_AUTHN_LOGIN_SUCCESS,
  EVENT_AUTHZ_FAIL,
  EVENT_EXCESS_RATE_LIMIT_EXCEEDED,
  type SecurityEventName,
} from '@spanguard/conventions';

/** What a line tells. */
export interface LoginLine {
  readonly event: SecurityEventName;
  readonly user: string | undefined;
  readonly client: string | undefined;
  readonly reason: string | undefined;
  /** Low where words could mean something else. */
  readonly confidence: 'medium' | 'low';
}

interface Form {
  readonly pattern: RegExp;
  readonly event: SecurityEventName;
  readonly reason?: string;
}

/** Longest text looked at, in characters: every pattern below is tried on it. */
export const LINE_CHARACTERS_MAX = 1024;

const ADDRESS = String.raw`(?<client>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]{2,40})`;
const HAS_ADDRESS = /\d\.\d{1,3}\.\d|:[0-9a-f]{0,4}:/i;
const form = (source: string, event: SecurityEventName, reason?: string): Form => ({
  pattern: new RegExp(source.replaceAll('ADDRESS', ADDRESS), 'i'),
  event,
  ...(reason === undefined ? {} : { reason }),
});
const FAIL = EVENT_AUTHN_LOGIN_FAIL;

/** The first that fits decides. */
const FORMS: readonly Form[] = [
  form(
    String.raw`maximum authentication attempts exceeded for (?:invalid user )?(?<user>\S{0,128}) from ADDRESS`,
    EVENT_AUTHN_LOGIN_FAIL_MAX,
  ),
  form(
    String.raw`\bfailed [\w/-]{1,40} for (?:invalid|illegal) user (?<user>\S{0,128}) from ADDRESS`,
    FAIL,
    'unknown_user',
  ),
  form(String.raw`\bfailed [\w/-]{1,40} for (?<user>\S{1,128}) from ADDRESS`, FAIL),
  form(
    String.raw`\b(?:invalid|illegal) user (?<user>\S{0,128}) from ADDRESS`,
    FAIL,
    'unknown_user',
  ),
  form(String.raw`\bUser (?<user>\S{1,128}) from ADDRESS not allowed`, FAIL),
  form(
    String.raw`\baccepted [\w/-]{1,40} for (?<user>\S{1,128}) from ADDRESS`,
    EVENT_AUTHN_LOGIN_SUCCESS,
  ),
  form(
    String.raw`\bauth(?:entication)? fail(?:ed|ure)\b[^\n]{0,200}\buser=<(?<user>[^>]{0,128})>[^\n]{0,100}\brip=ADDRESS`,
    FAIL,
  ),
  form(String.raw`\[ADDRESS\]: SASL \S{1,32} authentication failed`, FAIL),
  form(String.raw`\[(?<user>[^\]]{1,64})\] FAIL LOGIN: Client "(?:::ffff:)?ADDRESS"`, FAIL),
  form(
    String.raw`\[(?:::ffff:)?ADDRESS\]\)?[^\n]{0,40}\bUSER (?<user>\S{1,128})(?: \(Login failed\)|: no such user)`,
    FAIL,
  ),
  form(
    String.raw`\(\?@ADDRESS\) \[WARNING\] Authentication failed for user \[(?<user>[^\]]{0,128})\]`,
    FAIL,
  ),
  form(String.raw`\bAccess denied for user '(?<user>[^']{0,128})'@'(?:ADDRESS|[^']{0,128})'`, FAIL),
  form(String.raw`\bpassword authentication failed for user "(?<user>[^"]{0,128})"`, FAIL),
  form(
    String.raw`\bRegistration from '?[^\n]{0,200}'? failed for '(?:\w{1,8}/)?ADDRESS(?::\d{1,5})?'`,
    FAIL,
  ),
  form(
    String.raw`\buser "?(?<user>[^":]{1,128})"?:? (?:password mismatch|was not found in|authentication failure|not found)\b[^\n]{0,200}\bclient:? ADDRESS`,
    FAIL,
  ),
  form(
    String.raw`\[client ADDRESS(?::\d{1,5})?\][^\n]{0,40}\buser (?<user>\S{1,128}?):? (?:authentication failure|not found|password mismatch)`,
    FAIL,
  ),
  form(
    String.raw`\blimiting (?:requests|connections)\b[^\n]{0,200}\bclient: ADDRESS`,
    EVENT_EXCESS_RATE_LIMIT_EXCEEDED,
  ),
  form(
    String.raw`\[client ADDRESS(?::\d{1,5})?\][^\n]{0,40}\bclient denied by server configuration`,
    EVENT_AUTHZ_FAIL,
  ),
  form(
    String.raw`\bauthentication failure;[^\n]{0,200}\brhost=ADDRESS(?:\s{1,4}user=(?<user>\S{1,128}))?`,
    FAIL,
  ),
];

const FAILED_WORDS =
  /\b(?:log[-_ ]?[io]n|sign[-_ ]?in|auth(?:entication|n)?|password|credentials?)(?: attempt| request| check)?(?: has| was| is| for \S{1,128}| by \S{1,128}| of \S{1,128}){0,2}[:=\s-]{0,4}(?:failed|failure|fail|invalid|incorrect|wrong|denied|rejected|unsuccessful|mismatch)|\b(?:failed|invalid|incorrect|wrong|bad|unsuccessful|denied|rejected)(?: to)? (?:user |admin )?(?:log[-_ ]?[io]n|sign[-_ ]?in|auth(?:entication|enticate)?|password|credentials|username or password)\b|\b(?:failed|unable) to (?:log[-_ ]?in|authenticate)|\bBad ?Credentials|\bAuthenticationFailure|\bLOGIN_ERROR\b/i;
const SUCCEEDED_WORDS =
  /\b(?:log[-_ ]?[io]n|sign[-_ ]?in|authentication)(?: attempt)?(?: has| was| is| for \S{1,128}){0,2}[:=\s-]{0,4}(?:succeeded|successful(?:ly)?|success|accepted)\b|\b(?:successful|successfully) (?:log[-_ ]?[io]n|logged[-_ ]?in|signed[-_ ]?in|authenticated)|\blogged in successfully\b/i;
const UNKNOWN_WORDS =
  /\b(?:unknown|invalid|no such|non-?existent) (?:user|account|login)\b|\buser (?:was )?not found\b/i;
const CLIENT_WORDS = new RegExp(
  String.raw`\b(?:from|ip|ips?addr(?:ess)?|addr(?:ess)?|client|host|rhost|rip|remote(?:[-_ ]?(?:ip|addr(?:ess)?|host))?|source|src|peer|origin)(?:[-_ ]?(?:ip|address))?['"]?[\s=:\[("'<]{1,5}ADDRESS`.replace(
    'ADDRESS',
    ADDRESS,
  ),
  'i',
);
const NAME = String.raw`["'<[(]{0,2}(?<user>[\w.@+\\-]{1,128})`;
/** The first of them that names somebody. */
const USER_WORDS: readonly RegExp[] = [
  String.raw`\b(?:user(?:[-_ ]?(?:name|id))?|account|login|principal|email)['"]?(?:\s{0,2}[=:]\s{0,2}|\s)${NAME}`,
  String.raw`\bfor ${NAME}`,
].map((source) => new RegExp(source, 'gi'));
/** What stands behind "for" or "login" without being anybody. */
const NOBODY =
  /^(?:failed|failure|from|attempt|with|the|a|an|user|account|was|is|has|by|on|at|to|in|not|invalid|unknown|successful|succeeded|success|error|request|name|password)$/i;

/** Undefined for a line that tells of no login. */
export function readLoginLine(line: string): LoginLine | undefined {
  const text = line.slice(0, LINE_CHARACTERS_MAX);
  // All forms but words name an address: without one none needs to be tried.
  if (!HAS_ADDRESS.test(text)) return readWords(text);
  for (const { pattern, event, reason } of FORMS) {
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) continue;
    const { user, client } = groups;
    return { event, user: named(user), client, reason, confidence: 'medium' };
  }
  return readWords(text);
}

/** What words say without a form that is known: less sure. */
export function readWords(text: string): LoginLine | undefined {
  const event = FAILED_WORDS.test(text)
    ? EVENT_AUTHN_LOGIN_FAIL
    : SUCCEEDED_WORDS.test(text)
      ? EVENT_AUTHN_LOGIN_SUCCESS
      : undefined;
  if (event === undefined) return undefined;
  return {
    event,
    user: userIn(text),
    client: CLIENT_WORDS.exec(text)?.groups?.['client'],
    reason: UNKNOWN_WORDS.test(text) ? 'unknown_user' : undefined,
    confidence: 'medium',
  };
}

function userIn(text: string): string | undefined {
  for (const words of USER_WORDS) {
    for (const { groups } of text.matchAll(words)) {
      const user = named(groups?.['user']);
      if (user !== undefined) return user;
    }
  }
  return undefined;
}

function named(user: string | undefined): string | undefined {
  const plain = user?.replace(/[,;:.]$/, '');
  return plain === undefined || plain === '' || NOBODY.test(plain) ? undefined : plain;
}
