/**
 * Values behind a sensitive name in text: `password=x`, `"pin": 1234`, `api key: x`, `<token>x</token>`,
 * `Cookie: a=x`; in JSON at any depth and however often escaped, in forms, queries, headers and prose.
 */
import { isSensitiveParameter } from '../keys/key-words.ts';
import { CLASS_NAMES, classOf, KEY_DECISION, type KeyDecision } from '../keys/key-policy.ts';
import { endsSensitiveName, NAME_DISTANCE_MAX } from '../prefilter/scalar-prefilter.ts';
import { triggerTables } from '../prefilter/triggers.ts';
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector, Found, Scanned } from './detector.ts';
import { DETECTOR_LABELS, placeholderEnd } from './placeholder.ts';
import { isRemarkAt, isSentence } from './prose.ts';
import { restOfLine, valueOfBareName, valueOfQuotedName, xmlText } from './secret-extent.ts';
import {
  hexValue,
  isEscapeEnd,
  percentEscape,
  type Quote,
  quoteBefore,
  unicodeEscape,
} from './text-escapes.ts';
import { textOf } from './text-of.ts';
import { isTokenCount } from './token-count.ts';

const NAME_ENDINGS: Uint8Array = triggerTables().names;
const NAME_BYTES_MAX = 128;
const SIGNATURE: KeyDecision = KEY_DECISION.firstClass + CLASS_NAMES.indexOf('signature');
const ESCAPE_BYTES_MAX = 16;
const SPACES_MAX = 3;
const SCHEME_BYTES_MAX = 24;
const NOTHING_BYTES_MAX = 80;
const [BRACKET, BRACKET_END, BACKSLASH] = [0x5b, 0x5d, 0x5c] as const;
const [EQUALS, COLON, PERCENT, MORE, LESS, SPACE, SLASH] = [
  0x3d, 0x3a, 0x25, 0x3e, 0x3c, 0x20, 0x2f,
] as const;
const [SEMICOLON, QUESTION, AMPERSAND, HASH, BACKTICK] = [0x3b, 0x3f, 0x26, 0x23, 0x60] as const;
const SQL_BYTES = 8;
const SQL_BEFORE_NAME = /(?:(?:^|[\s(])(?:set|where|and|or)\s|,)\s{0,2}$/i;
/** Classes of values that machines make: none has a `?`, `#` or blank in it. */
const NEVER_WITH_PARTS_OF_URLS: ReadonlySet<string> = new Set([
  ...['session', 'token', 'api_key', 'signature', 'otp'],
]);
/** What stands where a secret never was, or was taken out by others. */
const NOTHING_SECRET =
  /^(?:\*{2,}|x{3,}|null|nil|undefined|none|true|false|\$\{[^}]*\}|\{\{[^}]*\}\}|\$\d+|%[sdvj]|REDACTED|\[?(?:redacted|filtered)\]?|<(?:redacted|masked|hidden|null|none)>|\?)$/i;
const SCHEME =
  /^(?:bearer|basic|digest|token|apikey|api-key|negotiate|ntlm|hawk|aws4-hmac-sha256)(?:[ +]|%20)+/i;
/** Behind these stands one token without blanks; what follows is of somebody else. */
const SCHEME_OF_ONE_WORD = /^(?:bearer|basic|negotiate)\b/i;
/** Prose: "authorization: denied for bob". */
const PROSE = /^[a-z]{1,15}(?:[ ,.;)]|$)/;

/** Looks at the sign between name and value. */
export const namedSecretDetector: Detector = {
  name: 'named_secret',
  triggers: '=:%>',
  isTriggerMarked: true,
  findAt: (value, at) => {
    const sign = signAt(value, at);
    const { bytes } = value;
    // Nine names in ten leave here.
    if (sign === 0 || !endsSensitiveName(bytes, at, NAME_ENDINGS)) return undefined;
    const name = nameBefore(value, at);
    if (name === undefined) return undefined;
    const decision = decisionOf(value, name);
    const label = classOf(decision);
    if (label === undefined) return undefined;
    const found = valueAfter(value, { sign, at, name }, label);
    if (found.end <= found.start || isNothingSecret(value, found)) return undefined;
    const isLine = name.quote === undefined && bytes[at] === COLON && bytes[at + 1] === SPACE;
    if (isLine ? isRemarkAt(value, found.start) : isSentence(value, found.start, found.end)) {
      return undefined;
    }
    if (decision === KEY_DECISION.tokens && isTokenCount(bytes, found.start, found.end)) {
      return undefined;
    }
    return { label, ...found };
  },
};

/** Bytes of a sign between name and value: `=`, `:`, `=>`, `:=`, `%3D`, `%3A`, and `>` of XML; 0 = none. */
function signAt(value: Scanned, at: number): number {
  const { bytes, end } = value;
  const byte = bytes[at];
  const next = at + 1 < end ? bytes[at + 1] : 0;
  if (byte === PERCENT) {
    const escaped = percentEscape(bytes, at, end);
    return escaped === EQUALS || escaped === COLON ? 3 : 0;
  }
  if (byte === MORE) return isXmlOpening(value, at) ? 1 : 0;
  if (byte === COLON) return next === SLASH ? 0 : next === EQUALS ? 2 : 1;
  return next === MORE ? 2 : 1;
}

interface Name {
  readonly start: number;
  readonly end: number;
  readonly quote: Quote | undefined;
}

function nameBefore(value: Scanned, at: number): Name | undefined {
  const { bytes, start } = value;
  let end = at;
  while (end > start && bytes[end - 1] === SPACE && at - end < SPACES_MAX) end -= 1;
  const quote = quoteBefore(bytes, start, end);
  if (quote !== undefined) end -= quote.text.length;
  // ``SET `password` = 'x'``: a name of SQL, which says nothing of the quotes of its value.
  else if (bytes[end - 1] === BACKTICK && end > start) end -= 1;
  // `%22password%22%3A`: the escaped quote is not part of the name.
  while (end - 3 >= start && bytes[end - 3] === PERCENT && bytes[end - 2] === 0x32) end -= 3;
  const from = wordsStart(bytes, start, end);
  if (from === end || at - lastWordByte(bytes, from, end) > NAME_DISTANCE_MAX) return undefined;
  return isReplacement(value, from, end) ? undefined : { start: from, end, quote };
}

/** `[email]: x`: a replacement of ours is no name. `user[password]=x` is one. */
function isReplacement(value: Scanned, start: number, end: number): boolean {
  const { bytes } = value;
  if (bytes[end - 1] !== BRACKET_END) return false;
  let from = end - 1;
  while (from > start && bytes[from] !== BRACKET) from -= 1;
  if (placeholderEnd(bytes, from, end) !== end) return false;
  const label = textOf(bytes, from + 1, end - 1);
  if (DETECTOR_LABELS.includes(label)) return true;
  if (from !== start) return false;
  // These are found without a name as well: what stands before the sign may be ours.
  return label === 'pan' || label === 'ssn' || !isSqlName(value, start, end);
}

/** `SET [password] = `, `, u.[password]=`: brackets around a name are those of SQL. */
function isSqlName({ bytes, start, end: valueEnd }: Scanned, from: number, to: number): boolean {
  const before = textOf(bytes, Math.max(start, from - SQL_BYTES), from);
  const after = textOf(bytes, to, Math.min(valueEnd, to + 3));
  return SQL_BEFORE_NAME.test(before) && /^ ?=(?!>)/.test(after);
}

function wordsStart(bytes: Uint8Array, start: number, end: number): number {
  let from = end;
  const limit = Math.max(start, end - NAME_BYTES_MAX);
  while (from > limit) {
    const byte = bytes[from - 1];
    if (!isClass(byte, CLASS.name)) break;
    if (isEscapeEnd(bytes, start, from - 1)) {
      // An escaped letter belongs to the name: `pass\u0077ord`, `pass%77ord`. A line break does not.
      const width = escapedLetter(bytes, start, from);
      if (width === 0) break;
      from -= width;
    } else from -= 1;
  }
  return Math.max(from, limit);
}

/** Width of the escape that ends before `end`, where it stands for part of a name; else 0. */
function escapedLetter(bytes: Uint8Array, start: number, end: number): number {
  if (hexValue(bytes[end - 1]) < 0) return 0;
  if (end - 3 >= start) {
    const byte = percentEscape(bytes, end - 3, end);
    if (byte >= 0) return isClass(byte, CLASS.name) ? 3 : 0;
  }
  if (end - 6 < start) return 0;
  const byte = unicodeEscape(bytes, end - 6, end);
  if (byte < 0 || !isClass(byte, CLASS.name)) return 0;
  // In a text within a text: `pass\\u0077ord`.
  let width = 6;
  while (end - width > start && bytes[end - width - 1] === BACKSLASH && width < ESCAPE_BYTES_MAX) {
    width += 1;
  }
  return width;
}

/** Names that end in many brackets or dots before the sign are none: the prefilter looks no further either. */
function lastWordByte(bytes: Uint8Array, from: number, end: number): number {
  let at = end - 1;
  while (at > from && !isClass(bytes[at], CLASS.digit | CLASS.letter)) at -= 1;
  return at;
}

function decisionOf(value: Scanned, name: Name): KeyDecision {
  const { bytes, start, keys } = value;
  const decision = keys.classifyName(bytes, name.start, name.end);
  if (classOf(decision) !== undefined) return decision;
  const before = name.start > start ? bytes[name.start - 1] : 0;
  if (before === 0x3f || before === 0x26) {
    const text = textOf(bytes, name.start, name.end);
    return isSensitiveParameter(text) ? SIGNATURE : KEY_DECISION.none;
  }
  // `api key: x`: one word more.
  if (before !== SPACE || name.quote !== undefined) return KEY_DECISION.none;
  const from = wordsStart(bytes, start, name.start - 1);
  const isNone = from === name.start - 1 || isReplacement(value, from, name.start - 1);
  return isNone ? KEY_DECISION.none : keys.classifyName(bytes, from, name.end);
}

/** `<name>`, `<ns:name>`, `<name type="x">`: finds the name's own end. */
function isXmlOpening(value: Scanned, at: number): boolean {
  const { bytes, start } = value;
  let from = at;
  while (from > start && at - from < NAME_BYTES_MAX && isClass(bytes[from - 1], CLASS.name))
    from -= 1;
  if (from === at || from === start) return false;
  return bytes[from - 1] === LESS || (bytes[from - 1] === COLON && hasPrefix(value, from - 1));
}

function hasPrefix({ bytes, start }: Scanned, colon: number): boolean {
  let from = colon;
  while (from > start && colon - from < 32 && isClass(bytes[from - 1], CLASS.name)) from -= 1;
  return from < colon && from > start && bytes[from - 1] === LESS;
}

function valueAfter(
  value: Scanned,
  { sign, at, name }: { readonly sign: number; readonly at: number; readonly name: Name },
  label: string,
): Found {
  const { bytes, start } = value;
  const from = at + sign;
  const isLine = label === 'cookie' || label === 'authorization';
  if (bytes[at] === MORE) return xmlText(value, from);
  if (isLine && name.quote === undefined && bytes[at] === COLON) {
    const around = quoteBefore(bytes, start, name.start);
    return label === 'cookie'
      ? restOfLine(value, from, around)
      : headerCredentials(value, from, around);
  }
  const found =
    name.quote === undefined
      ? valueOfBareName(value, from, sign === 3)
      : valueOfQuotedName(value, from, name.quote);
  if (name.quote === undefined && NEVER_WITH_PARTS_OF_URLS.has(label)) {
    return withinParameter(value, found, name);
  }
  return label === 'authorization' ? behindScheme(value, found) : found;
}

/** `;jsessionid=x?a=b`, `?token=x#top`: what ends a parameter of a URL is no part of an id or token. */
function withinParameter({ bytes, start }: Scanned, found: Found, name: Name): Found {
  // A query by itself begins with a name.
  const before = name.start > start ? bytes[name.start - 1] : QUESTION;
  const isOfPath = before === SEMICOLON;
  if (!isOfPath && before !== QUESTION && before !== AMPERSAND) return found;
  for (let at = found.start; at < found.end; at++) {
    const byte = bytes[at];
    if (byte === QUESTION || byte === HASH) return { ...found, end: at };
    if (isOfPath && byte === SLASH) return { ...found, end: at };
  }
  return found;
}

function headerCredentials(value: Scanned, from: number, around: Quote | undefined): Found {
  let at = from;
  while (at < value.end && value.bytes[at] === SPACE) at += 1;
  const head = headOf(value, at);
  // The scheme stays; prose after the word is no credential.
  if (!SCHEME.test(head) && PROSE.test(head)) return { start: at, end: at };
  return behindScheme(value, restOfLine(value, from, around));
}

/** `Bearer x`: the scheme tells how, not what. */
function behindScheme(value: Scanned, found: Found): Found {
  const scheme = SCHEME.exec(headOf(value, found.start))?.[0] ?? '';
  const start = found.start + scheme.length;
  if (scheme === '' || start >= found.end) return found;
  let { end } = found;
  if (SCHEME_OF_ONE_WORD.test(scheme)) {
    const isPart = (byte: number | undefined): boolean =>
      !isClass(byte, CLASS.delimiter) && byte !== BACKSLASH;
    end = start;
    while (end < found.end && isPart(value.bytes[end])) end += 1;
  }
  return { ...found, start, end, label: 'credentials' };
}

function headOf({ bytes, end }: Scanned, from: number): string {
  return textOf(bytes, from, Math.min(end, from + SCHEME_BYTES_MAX));
}

function isNothingSecret({ bytes }: Scanned, { start, end }: Found): boolean {
  let [from, to] = [start, end];
  while (from < to && bytes[from] === SPACE) from += 1;
  while (to > from && bytes[to - 1] === SPACE) to -= 1;
  if (to - from > NOTHING_BYTES_MAX) return false;
  if (placeholderEnd(bytes, from, to) === to) return true;
  return NOTHING_SECRET.test(textOf(bytes, from, to));
}
