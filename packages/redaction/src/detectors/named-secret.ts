/**
 * Values behind a sensitive name in text: `password=x`, `"pin": 1234`, `api key: x`, `<token>x</token>`,
 * `Cookie: a=x`; in JSON at any depth and however often escaped, in forms, queries, headers and prose.
 */
import { isSensitiveParameter } from '../keys/key-words.ts';
import { CLASS_NAMES, classOf, KEY_DECISION, type KeyDecision } from '../keys/key-policy.ts';
import { mayNameSecret } from '../prefilter/scalar-prefilter.ts';
import { triggerTables } from '../prefilter/triggers.ts';
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector, Found, Scanned } from './detector.ts';
import { placeholderEnd } from './placeholder.ts';
import { isRemarkAt, isSentence } from './prose.ts';
import {
  restOfLine,
  valueInWords,
  valueOfBareName,
  valueOfQuotedName,
  xmlText,
} from './secret-extent.ts';
import { percentEscape, type Quote, quoteBefore } from './text-escapes.ts';
import { textOf } from './text-of.ts';
import { isTokenCount } from './token-count.ts';
import { isValueName, pairedDecision } from './value-name.ts';
import { isReplacement, type Name, nameBefore, wordsStart } from './written-name.ts';

const NAME_ENDINGS: Uint8Array = triggerTables().names;
const NAME_BYTES_MAX = 128;
const SIGNATURE: KeyDecision = KEY_DECISION.firstClass + CLASS_NAMES.indexOf('signature');
const SCHEME_BYTES_MAX = 24;
const NOTHING_BYTES_MAX = 80;
/** `://`, its slashes escaped for JSON, all of it for a query. */
const URL_SIGN = /(?::(?:\\{0,3}\/){2}|%3A%2F%2F)$/i;
const URL_SIGN_BYTES_MAX = 9;
const [BACKSLASH, CAPITAL_F, SMALL_A, SMALL_F] = [0x5c, 0x46, 0x61, 0x66] as const;
const [EQUALS, COLON, PERCENT, MORE, LESS, SPACE, SLASH] = [
  0x3d, 0x3a, 0x25, 0x3e, 0x3c, 0x20, 0x2f,
] as const;
const [SEMICOLON, QUESTION, AMPERSAND, HASH] = [0x3b, 0x3f, 0x26, 0x23] as const;
/** Classes of values that machines make: none has a `?`, `#` or blank in it. */
const NEVER_WITH_PARTS_OF_URLS: ReadonlySet<string> = new Set([
  ...['session', 'token', 'api_key', 'signature', 'otp'],
]);
/** What {@link NOTHING_SECRET} may begin with. */
const BEGINS_NOTHING: ReadonlySet<number> = new Set(
  Array.from('*xXnNuUtTfFrR$%[<{?', (character) => character.charCodeAt(0)),
);
/** What stands where a secret never was, or was taken out by others. */
const NOTHING_SECRET =
  /^(?:\*{2,}|x{3,}|null|nil|undefined|none|true|false|\$\{[^}]*\}|\{\{[^}]*\}\}|\$\d+|%[sdvj]|REDACTED|\[?(?:redacted|filtered)\]?|<(?:redacted|masked|hidden|null|none)>|\?)$/i;
const SCHEME =
  /^(?:bearer|basic|digest|token|apikey|api-key|negotiate|ntlm|hawk|aws4-hmac-sha256)(?:[ +]|%20)+/i;
/** First letters of the schemes. */
const BEGINS_SCHEME: ReadonlySet<number> = new Set(
  Array.from('bdtanh', (letter) => letter.charCodeAt(0)),
);
/** Behind these stands one token without blanks; what follows is of somebody else. */
const SCHEME_OF_ONE_WORD = /^(?:bearer|basic|negotiate)\b/i;
/** Prose: "authorization: denied for bob". */
const PROSE = /^[a-z]{1,15}(?:[ ,.;)]|$)/;

/** Looks at the sign between name and value. */
export const namedSecretDetector: Detector = {
  name: 'named_secret',
  triggers: '=:%>',
  marked: 'trigger',
  nests: true,
  findAt: (value, at) => {
    const { bytes } = value;
    // Each cookie of a line that goes up to the end of the value goes already.
    if (bytes[at] === EQUALS && value.reads.isCovered(at, value.end)) return undefined;
    const sign = signAt(value, at);
    // Nine names in ten leave here.
    if (sign === 0 || !mayNameSecret(bytes, at, NAME_ENDINGS)) return undefined;
    const name = nameBefore(value, at);
    if (name === undefined) return undefined;
    const decision = decisionOf(value, name, at + sign);
    const label = classOf(decision);
    if (label === undefined || isUserinfo(value, name.start)) return undefined;
    const found = valueAfter(value, { sign, at, name }, label);
    const isLine = name.quote === undefined && bytes[at] === COLON && bytes[at + 1] === SPACE;
    if (isLine && isRemarkAt(value, found.start)) return undefined;
    return secretOf(value, found, decision);
  },
};

/** What stands under a name of this class, where it is a secret rather than nothing, a count or a sentence. */
export function secretOf(value: Scanned, all: Found, decision: KeyDecision): Found | undefined {
  const label = classOf(decision);
  if (label === undefined) return undefined;
  const found = label === 'authorization' ? behindScheme(value, all) : all;
  const { start, end } = found;
  if (end <= start || value.reads.isCovered(start, end)) return undefined;
  if (isNothingSecret(value, found) || isSentence(value, start, end)) {
    return undefined;
  }
  if (decision === KEY_DECISION.tokens && isTokenCount(value.bytes, start, end)) return undefined;
  return { label, ...found };
}

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

function decisionOf(value: Scanned, name: Name, valueStart: number): KeyDecision {
  const { bytes, start, keys } = value;
  const decision = keys.classifyName(bytes, name.start, name.end);
  if (classOf(decision) !== undefined) return decision;
  if (isValueName(bytes, name)) return pairedDecision(value, name, valueStart);
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

/** `https://token:x@host`, `http://token:8080`: the URL detector's business. */
function isUserinfo({ bytes, start }: Scanned, nameStart: number): boolean {
  const last = nameStart > start ? bytes[nameStart - 1] : 0;
  if (last !== SLASH && last !== CAPITAL_F && last !== SMALL_F) return false;
  const before = textOf(bytes, Math.max(start, nameStart - URL_SIGN_BYTES_MAX), nameStart);
  return URL_SIGN.test(before);
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
    return valueInWords(value, withinParameter(value, found, name), label);
  }
  return valueInWords(value, found, label);
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
  // The scheme stays; prose after the word is no credential. It begins with a small letter.
  const isSmall = at < value.end && (value.bytes[at] ?? 0) >= SMALL_A;
  const head = isSmall ? headOf(value, at) : '';
  if (PROSE.test(head) && !SCHEME.test(head)) return { start: at, end: at };
  return behindScheme(value, restOfLine(value, from, around));
}

/** `Bearer x`: the scheme tells how, not what. */
function behindScheme(value: Scanned, found: Found): Found {
  const first = found.start < value.end ? (value.bytes[found.start] ?? 0) : 0;
  if (!BEGINS_SCHEME.has(first | 0x20)) return found;
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

function isNothingSecret({ bytes, end: valueEnd }: Scanned, { start, end }: Found): boolean {
  let [from, to] = [start, end];
  while (from < to && bytes[from] === SPACE) from += 1;
  while (to > from && bytes[to - 1] === SPACE) to -= 1;
  if (to - from > NOTHING_BYTES_MAX) return false;
  // The bracket that ends a replacement may count as one around the value.
  let [replaced, next] = [from, placeholderEnd(bytes, from, valueEnd)];
  for (; next > 0 && next < to; next = placeholderEnd(bytes, next, valueEnd)) replaced = next;
  if (Math.max(replaced, next) >= to && to > from) return true;
  const mayBeNothing = BEGINS_NOTHING.has(from < to ? (bytes[from] ?? 0) : 0);
  return mayBeNothing && NOTHING_SECRET.test(textOf(bytes, from, to));
}
