/**
 * How many spans one stands for, as its trace state tells: OpenTelemetry's consistent probability
 * sampling.
 */

const OT = [0x6f, 0x74, 0x3d] as const;
const TH = [0x74, 0x68, 0x3a] as const;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const SPACE = 0x20;
const THRESHOLD_DIGITS_MAX = 14;
/** Clients may write trace states themselves: what one of them claims must not outweigh all others. */
const WEIGHT_MAX = 10_000;

/**
 * The adjusted count of `ot=th:<threshold>` in a trace state at `[start, end)`: 1 where there is none, at
 * most 10,000. A threshold of `c` (three quarters of all are dropped) is 4.
 */
export function samplingWeight(bytes: Uint8Array, start: number, end: number): number {
  if (start < 0) return 1;
  let member = start;
  while (member < end) {
    while (bytes[member] === SPACE) member++;
    const memberEnd = next(bytes, COMMA, member, end);
    if (isAt(bytes, OT, member)) return weightIn(bytes, member + OT.length, memberEnd);
    member = memberEnd + 1;
  }
  return 1;
}

function weightIn(bytes: Uint8Array, start: number, end: number): number {
  let field = start;
  while (field < end) {
    const fieldEnd = next(bytes, SEMICOLON, field, end);
    if (isAt(bytes, TH, field)) return weightOf(bytes, field + TH.length, fieldEnd);
    field = fieldEnd + 1;
  }
  return 1;
}

/** Of the share that is dropped, in hexadecimal digits behind the point. */
function weightOf(bytes: Uint8Array, start: number, end: number): number {
  if (end <= start || end - start > THRESHOLD_DIGITS_MAX) return 1;
  let dropped = 0;
  for (let at = start, place = 1 / 16; at < end; at++, place /= 16) {
    const digit = hexDigit(bytes[at] ?? 0);
    if (digit < 0) return 1;
    dropped += digit * place;
  }
  return Math.min(1 / (1 - dropped), WEIGHT_MAX);
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}

function isAt(bytes: Uint8Array, word: readonly number[], at: number): boolean {
  return word.every((byte, offset) => bytes[at + offset] === byte);
}

function next(bytes: Uint8Array, byte: number, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== byte) at++;
  return at;
}
