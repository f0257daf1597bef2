/** What the head of an answer says of its protection. Knows neither spans nor requests. */

/** One bit for each word of `security.posture`, in the order in which they are told. */
export const POSTURE = {
  hsts: 1,
  csp: 2,
  nosniff: 4,
  cors_any: 8,
  cors_echoed: 16,
  cors_credentials: 32,
  cookie_insecure: 64,
  cookie_scriptable: 128,
  cookie_cross_site: 256,
  deprecated: 512,
  sunset: 1024,
  stack_trace: 2048,
  database_error: 4096,
} as const;

/** A head as it was read. */
export interface AnswerHead {
  /** Bits of {@link POSTURE}, but for what takes the request or the body to know. */
  bits: number;
  strictTransport: string | undefined;
  allowOrigin: string | undefined;
  bodyBytes: number | undefined;
}

const linesMax = 128;
const wayCharsMax = 512;
const AGE = /max-age\s*=\s*"?0*[1-9]/iu;
const SECURE = /;\s*secure\s*(?:;|$)/iu;
const HTTP_ONLY = /;\s*httponly\s*(?:;|$)/iu;
const SAME_SITE = /;\s*samesite\s*=\s*(?:lax|strict)\b/iu;

/** Reads a head as it was sent: a status line, then a line for each header. */
export function readSentHead(text: string): AnswerHead {
  const head = emptyHead();
  let start = text.indexOf('\n') + 1;
  for (let line = 0; line < linesMax && start > 0; line++) {
    const end = text.indexOf('\n', start);
    if (end <= start + 1) break;
    const name = nameAt(text, start);
    if (name !== undefined) {
      noteHeader(head, name, text.slice(start + name.length + 1, end).trim());
    }
    start = end + 1;
  }
  return head;
}

/** Reads headers that were never text, by their lower-case names. */
export function readHeaders(headers: Readonly<Record<string, unknown>>): AnswerHead {
  const head = emptyHead();
  for (const name of NAMES) {
    const value = headers[name];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const each of values.slice(0, linesMax)) {
      if (typeof each === 'string' || typeof each === 'number') {
        noteHeader(head, name, String(each));
      }
    }
  }
  return head;
}

function emptyHead(): AnswerHead {
  return { bits: 0, strictTransport: undefined, allowOrigin: undefined, bodyBytes: undefined };
}

const NAMES = [
  'strict-transport-security',
  'content-security-policy',
  'x-content-type-options',
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'set-cookie',
  'deprecation',
  'sunset',
  'content-length',
] as const;
type Name = (typeof NAMES)[number];

/** The names by their first letter: most headers are none of these by that alone. */
const BY_LETTER = namesByLetter();
const COLON = 0x3a;
const LOWER_CASE = 0x20;

function namesByLetter(): readonly (readonly Name[])[] {
  const names: Name[][] = Array.from({ length: 128 }, () => []);
  for (const name of NAMES) names[name.charCodeAt(0)]?.push(name);
  return names;
}

function nameAt(text: string, start: number): Name | undefined {
  const names = BY_LETTER[text.charCodeAt(start) | LOWER_CASE];
  if (names === undefined) return undefined;
  for (let at = 0; at < names.length; at++) {
    const name = names[at];
    if (name !== undefined && isNameAt(text, start, name)) return name;
  }
  return undefined;
}

/** Without regard to the case of letters; a hyphen is its own lower case. */
function isNameAt(text: string, start: number, name: string): boolean {
  if (text.charCodeAt(start + name.length) !== COLON) return false;
  for (let at = 1; at < name.length; at++) {
    if ((text.charCodeAt(start + at) | LOWER_CASE) !== name.charCodeAt(at)) return false;
  }
  return true;
}

function noteHeader(head: AnswerHead, name: Name, value: string): void {
  switch (name) {
    case 'strict-transport-security':
      head.strictTransport = value;
      head.bits |= remembered(transports, transportBits, value);
      return;
    case 'content-security-policy':
      head.bits |= POSTURE.csp;
      return;
    case 'x-content-type-options':
      if (value === 'nosniff' || value.toLowerCase() === 'nosniff') head.bits |= POSTURE.nosniff;
      return;
    case 'access-control-allow-origin':
      head.allowOrigin = value;
      if (value === '*') head.bits |= POSTURE.cors_any;
      return;
    case 'access-control-allow-credentials':
      if (value === 'true') head.bits |= POSTURE.cors_credentials;
      return;
    case 'set-cookie':
      head.bits |= cookieBits(value);
      return;
    case 'deprecation':
      if (value !== 'false') head.bits |= POSTURE.deprecated;
      return;
    case 'sunset':
      head.bits |= POSTURE.sunset;
      return;
    case 'content-length':
      head.bodyBytes = byteCount(value);
      return;
  }
}

function cookieBits(cookie: string): number {
  const semicolon = cookie.indexOf(';');
  const end = semicolon === -1 ? cookie.length : semicolon;
  // A cookie that is taken away has nothing to protect.
  if (cookie.indexOf('=') + 1 >= end) return 0;
  return remembered(ways, wayBits, cookie.slice(end, end + wayCharsMax));
}

/** By what follows a cookie's value. */
function wayBits(way: string): number {
  return (
    (SECURE.test(way) ? 0 : POSTURE.cookie_insecure) |
    (HTTP_ONLY.test(way) ? 0 : POSTURE.cookie_scriptable) |
    (SAME_SITE.test(way) ? 0 : POSTURE.cookie_cross_site)
  );
}

function transportBits(value: string): number {
  return AGE.test(value) ? POSTURE.hsts : 0;
}

type Judge = (text: string) => number;

/** An application says these in a handful of ways. */
const ways = new Map<string, number>();
const transports = new Map<string, number>();
const rememberedMax = 256;

function remembered(known: Map<string, number>, judge: Judge, text: string): number {
  let bits = known.get(text);
  if (bits === undefined) {
    bits = judge(text);
    // Cookies with a time in them would add one each second.
    if (known.size >= rememberedMax) known.clear();
    known.set(text, bits);
  }
  return bits;
}

/** A whole number of bytes; `undefined` for anything else. */
export function byteCount(text: unknown): number | undefined {
  const bytes = typeof text === 'string' && text !== '' ? Number(text) : Number.NaN;
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined;
}
