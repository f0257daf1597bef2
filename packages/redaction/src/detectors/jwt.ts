/** JSON Web Tokens: 2 to 5 segments, the first of which decodes to a JSON object (RFC 7519, 7516). */
import { DecisionMemo } from '../keys/decision-memo.ts';
import type { Detector, Scanned } from './detector.ts';
import { isEscapeEnd } from './text-escapes.ts';
import { textOf } from './text-of.ts';

const SEGMENT_BYTES_MIN = 10;
/** Of longer headers, as those with certificates are, only the beginning is decoded. */
const HEADER_BYTES_MAX = 4096;
const HEAD_BYTES = 64;
const HEADER_START = /^\{"[\w+.:/#-]{1,40}":/;
const DOT = 0x2e;

/** Looks at `eyJ`, which is `{"` in base64url. */
export const jwtDetector: Detector = {
  name: 'jwt',
  triggers: 'e',
  marked: 'trigger',
  findAt: (value, at) => {
    const { bytes } = value;
    if (at + 2 >= value.end || bytes[at + 1] !== 0x79 || bytes[at + 2] !== 0x4a) return undefined;
    const isInWord = at > value.start && isBase64Url(bytes[at - 1]);
    if (isInWord && !isEscapeEnd(bytes, value.start, at - 1)) return undefined;
    if (endsCovered(value, at)) return undefined;
    const { end, segments, firstEnd } = readSegments(value, at);
    value.reads.spend(end - at);
    if (segments < 2 || firstEnd - at < SEGMENT_BYTES_MIN) return undefined;
    if (value.reads.isCovered(at, end)) return undefined;
    return headers.decide(bytes, at, firstEnd) === 1 ? { start: at, end } : undefined;
  },
};

/** Whether what goes already ends no earlier than a token that begins here can: `Bearer eyJ…`. */
function endsCovered({ bytes, end, reads }: Scanned, at: number): boolean {
  const to = reads.coveredEnd;
  if (!reads.isCovered(at, at + 1)) return false;
  return to >= end || !(isBase64Url(bytes[to]) || bytes[to] === DOT);
}

function readSegments({ bytes, end: valueEnd }: Scanned, from: number) {
  let at = from;
  let segments = 1;
  let firstEnd = 0;
  while (at < valueEnd) {
    const byte = bytes[at];
    if (byte === DOT && segments < 5) {
      if (segments === 1) firstEnd = at;
      segments += 1;
    } else if (!isBase64Url(byte)) {
      break;
    }
    at += 1;
  }
  return { end: at, segments, firstEnd };
}

/** Headers name an algorithm and a key: all tokens of one issuer have the same, and decoding is most of the work. */
const headers = new DecisionMemo((bytes, from, end) => (isJsonObject(bytes, from, end) ? 1 : 0), {
  slots: 64,
  bytesMax: 128,
});

/** `eyJsonReaderFactory.create` begins like a header, and is none. */
function isJsonObject(bytes: Uint8Array, from: number, end: number): boolean {
  const isWhole = end - from <= HEADER_BYTES_MAX;
  const encoded = textOf(bytes, from, isWhole ? end : from + HEAD_BYTES);
  const header = Buffer.from(encoded, 'base64url').toString('latin1');
  return isWhole ? isJson(header) : HEADER_START.test(header);
}

/** It begins with a brace: what parses is an object. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isBase64Url(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x5f
  );
}
