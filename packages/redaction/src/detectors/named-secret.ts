/**
 * Values behind a sensitive name in text: `password=x`, `"pin": 1234`, `api_key: x`, `<token>x</token>`,
 * `--secret x`; in JSON at any depth and however often escaped, in forms, queries and prose.
 */
import { classOf } from '../keys/key-policy.ts';
import { NAME_DISTANCE_MAX } from '../prefilter/scalar-prefilter.ts';
import { CLASS, isClass } from './byte-classes.ts';
import { type Detector, type Found, type Scanned, STRETCH_BYTES_MAX } from './detector.ts';

const NAME_BYTES_MAX = 128;
/** Backslashes before a quote: JSON in JSON doubles them, so six stand for three levels. */
const BACKSLASHES_MAX = 8;
const SPACES_MAX = 3;
const DEPTH_MAX = 64;
const [QUOTE, APOSTROPHE, BACKSLASH, EQUALS, COLON, PERCENT, MORE, LESS, SPACE] = [
  0x22, 0x27, 0x5c, 0x3d, 0x3a, 0x25, 0x3e, 0x3c, 0x20,
] as const;
/** What stands where a secret was taken out already, or never was. */
const NOTHING_SECRET =
  /^(?:\[[a-z_]+(?:[:.][\w:.~-]*)?\]|\*{2,}|x{3,}|null|undefined|none|true|false|\$\{[^}]*\}|\{\{[^}]*\}\}|%[sdvj]|REDACTED|<[a-z_-]+>|\?)$/i;

/** Looks at the sign between name and value. */
export const namedSecretDetector: Detector = {
  name: 'named_secret',
  triggers: '=:%>',
  findAt: (value, at) => {
    const sign = signAt(value, at);
    if (sign === 0) return undefined;
    const name = nameBefore(value, at);
    if (name === undefined) return undefined;
    const decision = value.keys.classifyName(value.bytes, name.start, name.end);
    const label = classOf(decision);
    if (label === undefined) return undefined;
    const found = valueAfter(value, at + sign, name.quote);
    if (found === undefined || found.end <= found.start) return undefined;
    if (isNothingSecret(value, found) || isPlaceholder(value, name, found)) return undefined;
    return label === 'authorization' && hasScheme(value, found) ? undefined : { ...found, label };
  },
};

/** Bytes of a sign between name and value: `=`, `:`, `=>`, `:=`, `%3D`, `%3A`, and `>` of XML; 0 = none. */
function signAt({ bytes, start, end }: Scanned, at: number): number {
  const byte = bytes[at];
  const next = at + 1 < end ? bytes[at + 1] : 0;
  if (byte === PERCENT) {
    const code = (bytes[at + 2] ?? 0) | 0x20;
    return next === 0x33 && at + 2 < end && (code === 0x64 || code === 0x61) ? 3 : 0;
  }
  if (byte === MORE) return at > start && isXmlOpening(bytes, start, at) ? 1 : 0;
  if (byte === COLON) return next === 0x2f ? 0 : next === EQUALS ? 2 : 1;
  return next === MORE ? 2 : 1;
}

interface Name {
  readonly start: number;
  readonly end: number;
  /** Number of backslashes before the quote around the name, and the quote; -1 where there is none. */
  readonly quote: Quote | undefined;
}

interface Quote {
  readonly byte: number;
  readonly backslashes: number;
}

function nameBefore({ bytes, start }: Scanned, at: number): Name | undefined {
  let end = at;
  while (end > start && bytes[end - 1] === SPACE && at - end < SPACES_MAX) end -= 1;
  let quote: Quote | undefined;
  const last = end > start ? bytes[end - 1] : 0;
  if (last === QUOTE || last === APOSTROPHE) {
    end -= 1;
    const quoteAt = end;
    while (end > start && bytes[end - 1] === BACKSLASH && quoteAt - end < BACKSLASHES_MAX) end -= 1;
    quote = { byte: last, backslashes: quoteAt - end };
  }
  // `%22password%22%3A`: the escaped quote is not part of the name.
  while (end - 3 >= start && bytes[end - 3] === PERCENT && bytes[end - 2] === 0x32) end -= 3;
  let from = end;
  const limit = Math.max(start, end - NAME_BYTES_MAX);
  while (from > limit && isClass(bytes[from - 1], CLASS.name)) from -= 1;
  if (from === end || at - lastWordByte(bytes, from, end) > NAME_DISTANCE_MAX) return undefined;
  return { start: from, end, quote };
}

/** Names that end in many brackets or dots before the sign are none: the prefilter looks no further either. */
function lastWordByte(bytes: Uint8Array, from: number, end: number): number {
  let at = end - 1;
  while (at > from && !isClass(bytes[at], CLASS.digit | CLASS.letter)) at -= 1;
  return at;
}

/** `<name` right before the `>`; a closing tag or one with attributes is none. */
function isXmlOpening(bytes: Uint8Array, start: number, at: number): boolean {
  let from = at;
  while (from > start && at - from < NAME_BYTES_MAX && isClass(bytes[from - 1], CLASS.name))
    from -= 1;
  return from > start && from < at && bytes[from - 1] === LESS;
}

function valueAfter(value: Scanned, from: number, quote: Quote | undefined): Found | undefined {
  const { bytes, end } = value;
  if (bytes[from - 1] === MORE && bytes[from - 2] !== EQUALS) return xmlText(value, from);
  let at = from;
  while (at < end && isClass(bytes[at], CLASS.space) && at - from < 16) at += 1;
  if (at >= end) return undefined;
  const opening = quoteAt(value, at);
  if (opening !== undefined) return quoted(value, at + opening.backslashes + 1, opening);
  const byte = bytes[at];
  if (byte === 0x7b || byte === 0x5b)
    return quote === undefined ? undefined : structure(value, at, quote);
  const bareEnd = bareValueEnd(value, at);
  if (quote === undefined) return { start: at, end: bareEnd };
  // A bare member of JSON is a number, a switch or null: its replacement has to be a text.
  return { start: at, end: bareEnd, quote: quoteText(quote) };
}

function quoteAt({ bytes, end }: Scanned, at: number): Quote | undefined {
  let from = at;
  while (from < end && bytes[from] === BACKSLASH && from - at < DEPTH_MAX) from += 1;
  const byte = from < end ? bytes[from] : 0;
  return byte === QUOTE || byte === APOSTROPHE ? { byte, backslashes: from - at } : undefined;
}

/**
 * Whether a quote behind a run of backslashes ends a text that begins behind `opening` of them. In the text an
 * escaped backslash is 2 (n + 1) backslashes, an escaped quote has n + 1 more; fewer than n belong to a
 * text around this one, which then ends as well.
 */
function closes(run: number, opening: number): boolean {
  return run < opening || run % (2 * (opening + 1)) === opening;
}

/** Up to the quote that closes. */
function quoted({ bytes, end }: Scanned, from: number, { byte, backslashes }: Quote): Found {
  const limit = Math.min(end, from + STRETCH_BYTES_MAX * 4);
  let run = 0;
  for (let at = from; at < limit; at++) {
    if (bytes[at] === BACKSLASH) {
      run += 1;
      continue;
    }
    if (bytes[at] === byte && closes(run, backslashes)) {
      return { start: from, end: at - Math.min(run, backslashes) };
    }
    run = 0;
  }
  return { start: from, end: limit };
}

/** A whole array or object, replaced by one text. Brackets in texts do not count. */
function structure(value: Scanned, from: number, quote: Quote): Found {
  const { bytes, end } = value;
  const limit = Math.min(end, from + STRETCH_BYTES_MAX * 4);
  let depth = 0;
  for (let at = from; at < limit; at++) {
    const byte = bytes[at];
    if (byte === 0x7b || byte === 0x5b) depth += 1;
    if (byte === 0x7d || byte === 0x5d) depth -= 1;
    if (depth === 0) return { start: from, end: at + 1, quote: quoteText(quote) };
    const opening = byte === quote.byte || byte === BACKSLASH ? quoteAt(value, at) : undefined;
    if (opening !== undefined)
      at = quoted(value, at + opening.backslashes + 1, opening).end + opening.backslashes;
  }
  return { start: from, end: limit, quote: quoteText(quote) };
}

function bareValueEnd({ bytes, end }: Scanned, from: number): number {
  const limit = Math.min(end, from + STRETCH_BYTES_MAX);
  let at = from;
  while (at < limit && !isClass(bytes[at], CLASS.delimiter) && bytes[at] !== BACKSLASH) {
    // `%26` and `%22` end a value in a form within a form.
    if (
      bytes[at] === PERCENT &&
      bytes[at + 1] === 0x32 &&
      (bytes[at + 2] === 0x36 || bytes[at + 2] === 0x32)
    )
      break;
    at += 1;
  }
  return at;
}

function xmlText({ bytes, end }: Scanned, from: number): Found | undefined {
  const limit = Math.min(end, from + STRETCH_BYTES_MAX);
  let at = from;
  while (at < limit && bytes[at] !== LESS) at += 1;
  return bytes[at] === LESS && bytes[at + 1] === 0x2f ? { start: from, end: at } : undefined;
}

function quoteText({ byte, backslashes }: Quote): string {
  return '\\'.repeat(backslashes) + String.fromCharCode(byte);
}

function isNothingSecret({ bytes }: Scanned, { start, end }: Found): boolean {
  return (
    end - start <= 64 && NOTHING_SECRET.test(String.fromCharCode(...bytes.subarray(start, end)))
  );
}

/** `[pan:1111]`: what stands here was replaced already. */
function isPlaceholder(value: Scanned, name: Name, found: Found): boolean {
  if (value.bytes[name.start] !== 0x5b || value.bytes[found.end] !== 0x5d) return false;
  return isNothingSecret(value, { start: name.start, end: found.end + 1 });
}

/** `Authorization: Bearer x`: the credentials detector knows better which part is the secret. */
function hasScheme({ bytes, end }: Scanned, found: Found): boolean {
  const text = String.fromCharCode(...bytes.subarray(found.start, Math.min(end, found.start + 24)));
  return /^(?:bearer|basic)(?:[ +]|%20)/i.test(text);
}
