/** E-mail addresses, plain or percent-encoded. */
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector, Scanned } from './detector.ts';

const LOCAL_BYTES_MAX = 64;
const HOST_BYTES_MAX = 253;
const [PERCENT, DOT, DASH, SLASH, COLON, EQUALS] = [0x25, 0x2e, 0x2d, 0x2f, 0x3a, 0x3d] as const;

/** Looks to both sides of the `@`. The top-level domain is of letters: `pkg@1.2` and `a@b` are none. */
export const emailDetector: Detector = {
  name: 'email',
  triggers: '@%',
  findAt: (value, at) => {
    const { bytes } = value;
    const isEscaped = bytes[at] === PERCENT;
    if (isEscaped && !(bytes[at + 1] === 0x34 && bytes[at + 2] === 0x30 && at + 2 < value.end))
      return undefined;
    const hostStart = at + (isEscaped ? 3 : 1);
    const start = localStart(value, at);
    const end = hostEnd(value, hostStart);
    if (start === at || end === undefined) return undefined;
    if (isGitRemote(value, { start, at, end }) || isUserinfo(value, start)) return undefined;
    const text = textOf(bytes, start, end).replace('%40', '@');
    return { start, end, canonical: text.toLowerCase() };
  },
};

function localStart({ bytes, start }: Scanned, at: number): number {
  let from = at;
  const limit = Math.max(start, at - LOCAL_BYTES_MAX);
  while (from > limit && isClass(bytes[from - 1], CLASS.local)) {
    const byte = bytes[from - 1];
    // What ends a name and begins a value in forms, paths and headers is not part of an address.
    if (byte === EQUALS || byte === SLASH || byte === 0x26 || byte === 0x3f) break;
    from -= 1;
  }
  // `%22alice@…`: the escape before the address is not part of it.
  while (from + 2 < at && bytes[from] === PERCENT) from += 3;
  while (from < at && (bytes[from] === DOT || bytes[from] === 0x27)) from += 1;
  return Math.min(from, at);
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
  if (at - label < 2) return undefined;
  for (let index = label; index < at && !isPunycode; index++) {
    if (!isClass(bytes[index], CLASS.letter)) return undefined;
  }
  return at;
}

/** `git@github.com:owner/repository`. */
function isGitRemote(
  { bytes, end: valueEnd }: Scanned,
  { start, at, end }: { start: number; at: number; end: number },
): boolean {
  return (
    textOf(bytes, start, at) === 'git' &&
    end < valueEnd &&
    (bytes[end] === COLON || bytes[end] === SLASH)
  );
}

/** `scheme://user@host`: the URL detector's business. */
function isUserinfo({ bytes, start: valueStart }: Scanned, start: number): boolean {
  return start - 3 >= valueStart && textOf(bytes, start - 3, start) === '://';
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}
