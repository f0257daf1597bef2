/**
 * Values behind a sensitive name in text: `password=x`, `"pin": 1234`, `api key: x`, `<token>x</token>`,
 * `Cookie: a=x`; in JSON at any depth and however often escaped, in forms, queries, headers and prose.
 */
import { isSensitiveParameter } from '../keys/key-words.ts';
import { classOf } from '../keys/key-policy.ts';
import { endsSensitiveName, NAME_DISTANCE_MAX } from '../prefilter/scalar-prefilter.ts';
import { triggerTables } from '../prefilter/triggers.ts';
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector, Found, Scanned } from './detector.ts';
import { DETECTOR_LABELS, placeholderEnd } from './placeholder.ts';
import {
  restOfLine,
  valueInWords,
  valueOfBareName,
  valueOfQuotedName,
  xmlText,
} from './secret-extent.ts';
import {
  hexValue,
  isEscapeEnd,
  percentEscape,
  type Quote,
  quoteBefore,
  unicodeEscape,
} from './text-escapes.ts';
import { holdsText, textOf } from './text-of.ts';

const NAME_ENDINGS: Uint8Array = triggerTables().names;
const NAME_BYTES_MAX = 128;
const SPACES_MAX = 3;
const SCHEME_BYTES_MAX = 24;
const NOTHING_BYTES_MAX = 80;
const [BRACKET, BRACKET_END] = [0x5b, 0x5d] as const;
const [EQUALS, COLON, PERCENT, MORE, LESS, SPACE, SLASH] = [
  0x3d, 0x3a, 0x25, 0x3e, 0x3c, 0x20, 0x2f,
] as const;
/** What stands where a secret never was, or was taken out by others. */
const NOTHING_SECRET =
  /^(?:\*{2,}|x{3,}|null|nil|undefined|none|true|false|\$\{[^}]*\}|\{\{[^}]*\}\}|\$\d+|%[sdvj]|REDACTED|\[?(?:redacted|filtered)\]?|<(?:redacted|masked|hidden|null|none)>|\?)$/i;
const SCHEME =
  /^(?:bearer|basic|digest|token|apikey|api-key|negotiate|ntlm|hawk|aws4-hmac-sha256)(?:[ +]|%20)+/i;
/** Prose: "authorization: denied for bob". */
const PROSE = /^[a-z]{1,15}(?:[ ,.;)]|$)/;

/** Looks at the sign between name and value. */
export const namedSecretDetector: Detector = {
  name: 'named_secret',
  triggers: '=:%>',
  isTriggerMarked: true,
  nests: true,
  findAt: (value, at) => {
    const sign = signAt(value, at);
    // Nine names in ten leave here.
    if (sign === 0 || !endsSensitiveName(value.bytes, at, NAME_ENDINGS)) return undefined;
    const name = nameBefore(value, at);
    if (name === undefined) return undefined;
    const label = labelOf(value, name);
    if (label === undefined || isUserinfo(value, name.start)) return undefined;
    const found = valueAfter(value, { sign, at, name }, label);
    if (found.end <= found.start || isNothingSecret(value, found)) return undefined;
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

function nameBefore({ bytes, start }: Scanned, at: number): Name | undefined {
  let end = at;
  while (end > start && bytes[end - 1] === SPACE && at - end < SPACES_MAX) end -= 1;
  const quote = quoteBefore(bytes, start, end);
  if (quote !== undefined) end -= quote.text.length;
  // `%22password%22%3A`: the escaped quote is not part of the name.
  while (end - 3 >= start && bytes[end - 3] === PERCENT && bytes[end - 2] === 0x32) end -= 3;
  const from = wordsStart(bytes, start, end);
  if (from === end || at - lastWordByte(bytes, from, end) > NAME_DISTANCE_MAX) return undefined;
  return isReplacement(bytes, from, end) ? undefined : { start: from, end, quote };
}

/** `[email]: x`: a replacement of ours is no name. `user[password]=x` is one. */
function isReplacement(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[end - 1] !== BRACKET_END) return false;
  let from = end - 1;
  while (from > start && bytes[from] !== BRACKET) from -= 1;
  if (placeholderEnd(bytes, from, end) !== end) return false;
  const label = textOf(bytes, from + 1, end - 1);
  return from === start || DETECTOR_LABELS.includes(label);
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
  return byte >= 0 && isClass(byte, CLASS.name) ? 6 : 0;
}

/** Names that end in many brackets or dots before the sign are none: the prefilter looks no further either. */
function lastWordByte(bytes: Uint8Array, from: number, end: number): number {
  let at = end - 1;
  while (at > from && !isClass(bytes[at], CLASS.digit | CLASS.letter)) at -= 1;
  return at;
}

function labelOf({ bytes, start, keys }: Scanned, name: Name): string | undefined {
  const label = classOf(keys.classifyName(bytes, name.start, name.end));
  if (label !== undefined) return label;
  const before = name.start > start ? bytes[name.start - 1] : 0;
  if (before === 0x3f || before === 0x26) {
    const text = textOf(bytes, name.start, name.end);
    return isSensitiveParameter(text) ? 'signature' : undefined;
  }
  // `api key: x`: one word more.
  if (before !== SPACE || name.quote !== undefined) return undefined;
  const from = wordsStart(bytes, start, name.start - 1);
  const isNone = from === name.start - 1 || isReplacement(bytes, from, name.start - 1);
  if (isNone) return undefined;
  return classOf(keys.classifyName(bytes, from, name.end));
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
  return nameStart - 3 >= start && holdsText(bytes, nameStart - 3, '://');
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
    const before = name.start > start ? bytes[name.start - 1] : undefined;
    return label === 'cookie'
      ? restOfLine(value, from, before)
      : headerCredentials(value, from, before);
  }
  const found =
    name.quote === undefined
      ? valueOfBareName(value, from, sign === 3)
      : valueOfQuotedName(value, from, name.quote);
  return label === 'authorization' ? behindScheme(value, found) : valueInWords(value, found, label);
}

function headerCredentials(value: Scanned, from: number, before: number | undefined): Found {
  let at = from;
  while (at < value.end && value.bytes[at] === SPACE) at += 1;
  const head = headOf(value, at);
  // The scheme stays; prose after the word is no credential.
  if (!SCHEME.test(head) && PROSE.test(head)) return { start: at, end: at };
  return behindScheme(value, restOfLine(value, from, before));
}

/** `Bearer x`: the scheme tells how, not what. */
function behindScheme(value: Scanned, found: Found): Found {
  const width = SCHEME.exec(headOf(value, found.start))?.[0].length ?? 0;
  if (width === 0 || found.start + width >= found.end) return found;
  return { ...found, start: found.start + width, label: 'credentials' };
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
  if (placeholderEnd(bytes, from, valueEnd) >= to) return true;
  return NOTHING_SECRET.test(textOf(bytes, from, to));
}
