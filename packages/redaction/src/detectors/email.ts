/** E-mail addresses, plain or percent-encoded. */
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector, Scanned } from './detector.ts';
import { isEscapeEnd, percentEscape, unicodeEscape } from './text-escapes.ts';
import { holdsText, textOf } from './text-of.ts';
import { endsUserinfo } from './url-userinfo.ts';

const LOCAL_BYTES_MAX = 64;
const HOST_BYTES_MAX = 253;
const [PERCENT, DOT, DASH, SLASH, COLON, EQUALS, SIGN, BACKSLASH] = [
  0x25, 0x2e, 0x2d, 0x2f, 0x3a, 0x3d, 0x40, 0x5c,
] as const;

/** Looks to both sides of the `@`. The top-level domain is of letters: `pkg@1.2` and `a@b` are none. */
export const emailDetector: Detector = {
  name: 'email',
  triggers: '@%\\',
  marked: 'trigger',
  findAt: (value, at) => {
    const { bytes } = value;
    const width = signWidth(value, at);
    if (width === 0) return undefined;
    const hostStart = at + width;
    const start = localStart(value, at);
    const end = hostEnd(value, hostStart);
    if (start === at || end === undefined) return undefined;
    if (isGitRemote(value, { start, at, end }) || endsUserinfo(value, at, width)) return undefined;
    const text = `${unescaped(textOf(bytes, start, at))}@${textOf(bytes, hostStart, end)}`;
    return { start, end, canonical: text.toLowerCase() };
  },
};

function localStart({ bytes, start }: Scanned, at: number): number {
  let from = at;
  const limit = Math.max(start, at - LOCAL_BYTES_MAX);
  while (from > limit && isClass(bytes[from - 1], CLASS.local)) {
    const byte = bytes[from - 1];
    if (isEscapeEnd(bytes, start, from - 1)) {
      // `%2B` is a plus in the address; `%22` and `\n` end what stands before it.
      const escaped = from - 3 >= start ? percentEscape(bytes, from - 3, from) : -1;
      if (escaped < 0 || !isClass(escaped, CLASS.local) || isEnding(escaped)) break;
      from -= 3;
      continue;
    }
    // What ends a name and begins a value in forms, paths and headers is not part of an address.
    if (isEnding(byte)) break;
    from -= 1;
  }
  while (from < at && (bytes[from] === DOT || bytes[from] === 0x27)) from += 1;
  return Math.min(Math.max(from, start), at);
}

function isEnding(byte: number | undefined): boolean {
  return byte === EQUALS || byte === SLASH || byte === 0x26 || byte === 0x3f;
}

/** Bytes of `@`, `%40`, `%2540` or `\\u0040`; 0 = none of them. */
function signWidth({ bytes, end }: Scanned, at: number): number {
  const byte = bytes[at];
  if (byte === SIGN) return 1;
  if (byte === BACKSLASH) return unicodeEscape(bytes, at, end) === SIGN ? 6 : 0;
  const escaped = percentEscape(bytes, at, end);
  if (escaped === SIGN) return 3;
  const isTwice = escaped === PERCENT && bytes[at + 3] === 0x34 && bytes[at + 4] === 0x30;
  return isTwice && at + 4 < end ? 5 : 0;
}

function unescaped(text: string): string {
  if (!text.includes('%')) return text;
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function hostEnd({ bytes, end }: Scanned, from: number): number | undefined {
  let at = from;
  const limit = Math.min(end, from + HOST_BYTES_MAX);
  while (at < limit && isClass(bytes[at], CLASS.host)) at += 1;
  while (at > from && (bytes[at - 1] === DOT || bytes[at - 1] === DASH)) at -= 1;
  let label = at;
  while (label > from && bytes[label - 1] !== DOT) label -= 1;
  if (label === from || label - 1 === from) return undefined;
  const isPunycode = textOf(bytes, label, Math.min(label + 4, at)).toLowerCase() === 'xn--';
  if (isPunycode) return at;
  let last = label;
  while (last < at && isClass(bytes[last], CLASS.letter)) last += 1;
  // A dash ends the address: `a@b.example-x`.
  const isDomain = last - label >= 2 && (last === at || bytes[last] === DASH);
  return isDomain ? last : undefined;
}

/** `git@github.com:owner/repository`. */
function isGitRemote(
  { bytes, end: valueEnd }: Scanned,
  { start, at, end }: { start: number; at: number; end: number },
): boolean {
  return (
    at - start === 3 &&
    holdsText(bytes, start, 'git') &&
    end < valueEnd &&
    (bytes[end] === COLON || bytes[end] === SLASH)
  );
}
