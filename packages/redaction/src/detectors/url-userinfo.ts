/** User and password in a URL or connection string: `scheme://user:password@host` (RFC 3986, 3.2.1). */
import type { Detector, Scanned } from './detector.ts';
import { placeholderEnd } from './placeholder.ts';
import { percentEscape } from './text-escapes.ts';
import { textOf } from './text-of.ts';

const [SLASH, AT, COLON, BACKSLASH, PERCENT, QUESTION, HASH, BRACKET] = [
  0x2f, 0x40, 0x3a, 0x5c, 0x25, 0x3f, 0x23, 0x5b,
] as const;
const [SPACE, QUOTE, APOSTROPHE, AMPERSAND, LESS, MORE, BACKTICK] = [
  0x20, 0x22, 0x27, 0x26, 0x3c, 0x3e, 0x60,
] as const;
/** Behind the colon of an authority without a user: ports, none, or the place of one in a template. */
const PORT = /^(?:$|\d{1,5}(?:,|$)|\$?\{\w*\}$|\$[A-Z_]+$|<\w+>$|%[dsv]$|\*$|port$|PORT$)/;
const PORT_BYTES_MAX = 32;

/**
 * Looks at the first slash of `://`, also written `:\/\/`, and at `%3A%2F%2F`; replaces what stands between that and
 * the last `@` of the authority. People write `/`, `?` and `#` into passwords as they are: where a colon is
 * followed by what is no port, they do not end the authority.
 */
export const urlUserinfoDetector: Detector = {
  name: 'url_userinfo',
  // Not the colon: documents have one for every member.
  triggers: '/%',
  marked: 'anywhere',
  findAt: (value, at) => {
    const isEscaped = value.bytes[at] === PERCENT;
    const from = isEscaped ? escapedAuthority(value, at) : authorityBehind(value, at);
    if (from === 0) return undefined;
    const to = isEscaped ? escapedUserinfoEnd(value, from) : userinfoEnd(value, from);
    if (to <= from) return undefined;
    return placeholderEnd(value.bytes, from, to) === to ? undefined : { start: from, end: to };
  },
};

/** Where what `:` and two slashes introduce begins, each with the backslashes of JSON before it; 0 = nowhere. */
function authority({ bytes, end }: Pick<Scanned, 'bytes' | 'end'>, colon: number): number {
  let at = colon;
  for (let slashes = 0; slashes < 2; slashes++) {
    at += 1;
    while (at < end && bytes[at] === BACKSLASH) at += 1;
    if (at >= end || bytes[at] !== SLASH) return 0;
  }
  return at + 1;
}

/** The same, told from the first slash. */
function authorityBehind(value: Scanned, slash: number): number {
  const { bytes, start } = value;
  let at = slash;
  while (at > start && bytes[at - 1] === BACKSLASH) at -= 1;
  return at > start && bytes[at - 1] === COLON ? authority(value, at - 1) : 0;
}

function escapedAuthority({ bytes, end }: Scanned, at: number): number {
  const isStart =
    percentEscape(bytes, at, end) === COLON &&
    percentEscape(bytes, at + 3, end) === SLASH &&
    percentEscape(bytes, at + 6, end) === SLASH;
  return isStart ? at + 9 : 0;
}

/** Linear: what is read here ends before the next `://`. 0 where there is no userinfo. */
function userinfoEnd(value: Scanned, from: number): number {
  const { bytes, end } = value;
  let [userinfo, colon] = [0, 0];
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte <= SPACE || byte === QUOTE) break;
    if (byte === AT) userinfo = at;
    else if (byte === COLON) {
      if (authority(value, at) > 0) break;
      if (colon === 0 && bytes[from] !== BRACKET) colon = at;
    } else if (byte === SLASH || byte === QUESTION || byte === HASH) {
      // The authority ends here, unless this is part of a password.
      if (userinfo > 0 || colon === 0 || isPort(value, colon + 1, at)) break;
    } else if (byte === BACKSLASH) {
      if (bytes[at + 1] !== SLASH && bytes[at + 1] !== BACKSLASH) break;
    } else if (userinfo > 0 && isAround(byte)) break;
  }
  return userinfo;
}

/** Bytes that stand around a URL in prose, code and markup rather than in a host. */
function isAround(byte: number): boolean {
  return (
    byte === APOSTROPHE || byte === AMPERSAND || byte === LESS || byte === MORE || byte === BACKTICK
  );
}

function isPort({ bytes }: Scanned, from: number, to: number): boolean {
  return PORT.test(textOf(bytes, from, Math.min(to, from + PORT_BYTES_MAX)));
}

function escapedUserinfoEnd({ bytes, end }: Scanned, from: number): number {
  let userinfo = 0;
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte <= SPACE || byte === QUOTE || byte === AMPERSAND || byte === SLASH) break;
    if (byte !== PERCENT) continue;
    const escaped = percentEscape(bytes, at, end);
    if (escaped === AT) userinfo = at;
    else if (escaped === SLASH || escaped === QUESTION || escaped === HASH) break;
    else if (escaped === AMPERSAND || escaped === QUOTE || escaped === SPACE) break;
  }
  return userinfo;
}

/** How far before an `@` the scheme of its URL may end, and how many more `@` may lie between. */
const LOOK_BACK_BYTES = 256;
const SIGNS_BETWEEN_MAX = 16;

/** Whether an `@`, written in `width` bytes, stands behind user or password of a URL: no address ends there. */
export function endsUserinfo(value: Scanned, at: number, width: number): boolean {
  const { bytes, start } = value;
  const limit = Math.max(start, at - LOOK_BACK_BYTES);
  let signs = 0;
  for (let from = at - 1; from >= limit; from--) {
    const byte = bytes[from] ?? 0;
    if (byte <= SPACE || byte === QUOTE) return false;
    if (byte === AT && (signs += 1) > SIGNS_BETWEEN_MAX) return false;
    if (byte !== COLON && byte !== PERCENT) continue;
    const isEscaped = byte === PERCENT;
    const begin = isEscaped ? escapedAuthority(value, from) : authority(value, from);
    if (begin === 0 || begin > at) continue;
    // What stands behind the host matters to nobody here.
    const part = { ...value, end: Math.min(value.end, at + width + 1) };
    return (isEscaped ? escapedUserinfoEnd(part, begin) : userinfoEnd(part, begin)) === at;
  }
  return false;
}
