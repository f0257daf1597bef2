/** The values of all parameters of a URL or query, for those who want none of them to leave. */
import { placeholderEnd } from '../detectors/placeholder.ts';
import type { Finding } from './findings.ts';
import { FINDINGS_MAX } from './value-scanner.ts';

const [QUESTION, AMPERSAND, SEMICOLON, HASH, EQUALS, SLASH, COLON] = [
  0x3f, 0x26, 0x3b, 0x23, 0x3d, 0x2f, 0x3a,
] as const;

/**
 * One finding for each value behind `=`. Without a `?` the value is all query, unless it has the slash or
 * colon of a path or URL before its first `=`. Undefined where there are too many.
 */
export function queryValues(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
): readonly Finding[] | undefined {
  const findings: Finding[] = [];
  let at = queryStart(bytes, start, end);
  while (at < end && bytes[at] !== HASH) {
    let from = 0;
    for (; at < end && !isEnd(bytes[at]); at++) {
      if (from === 0 && bytes[at] === EQUALS) from = at + 1;
    }
    if (from > 0 && from < at && placeholderEnd(bytes, from, at) !== at) {
      if (findings.length >= FINDINGS_MAX) return undefined;
      findings.push({ detector: 'query', start: from, end: at });
    }
    if (bytes[at] === HASH) break;
    at += 1;
  }
  return findings;
}

function isEnd(byte: number | undefined): boolean {
  return byte === AMPERSAND || byte === SEMICOLON || byte === HASH;
}

function queryStart(bytes: Uint8Array, start: number, end: number): number {
  let isPath = false;
  let hasSign = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUESTION) return at + 1;
    if (byte === EQUALS) hasSign = true;
    if (!hasSign && (byte === SLASH || byte === COLON)) isPath = true;
  }
  return isPath ? end : start;
}
