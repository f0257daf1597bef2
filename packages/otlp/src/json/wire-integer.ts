/** 64-bit integers of the wire, in two halves of 32 bits, and as decimal digits. */

const UINT32_RANGE = 4_294_967_296;
const BILLION = 1_000_000_000;

/** Reads integers of up to 64 bits. The halves are unsigned. */
export class WireInteger {
  low = 0;
  high = 0;

  /** Reads a varint; the offset after it, or -1 when it does not end before `end` or 64 bits. */
  varint(bytes: Uint8Array, from: number, end: number): number {
    let low = 0;
    let high = 0;
    let at = from;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) return -1;
      const byte = bytes[at++] ?? 0;
      const part = byte & 0x7f;
      if (shift < 28) {
        low |= part << shift;
      } else if (shift === 28) {
        low |= part << 28;
        high = part >> 4;
      } else {
        high |= part << (shift - 32);
      }
      if (byte < 0x80) {
        if (shift === 63 && byte > 1) return -1;
        this.low = low >>> 0;
        this.high = high >>> 0;
        return at;
      }
    }
    return -1;
  }

  /** Reads four little-endian bytes. */
  fixed32(bytes: Uint8Array, at: number): void {
    this.low = fourBytes(bytes, at);
    this.high = 0;
  }

  /** Reads eight little-endian bytes. */
  fixed64(bytes: Uint8Array, at: number): void {
    this.low = fourBytes(bytes, at);
    this.high = fourBytes(bytes, at + 4);
  }
}

function fourBytes(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
  return (low | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
}

/** Writes the unsigned integer as decimal ASCII; the offset after it. At most 20 bytes. */
export function writeUnsigned(
  target: Uint8Array,
  at: number,
  value: { readonly low: number; readonly high: number },
): number {
  if (value.high === 0) return writeDigits(target, at, value.low);
  // Long division by 10^9, sixteen bits at a time: every step is exact below 2^53.
  const first = Math.floor(value.high / BILLION);
  const second = (value.high % BILLION) * 65_536 + (value.low >>> 16);
  const third = (second % BILLION) * 65_536 + (value.low & 0xff_ff);
  const quotient =
    first * UINT32_RANGE + Math.floor(second / BILLION) * 65_536 + Math.floor(third / BILLION);
  let to = at;
  let rest = quotient;
  if (quotient >= BILLION) {
    to = writeDigits(target, to, Math.floor(quotient / BILLION));
    rest = quotient % BILLION;
    to = writeNineDigits(target, to, rest);
  } else if (quotient > 0) {
    to = writeDigits(target, to, rest);
  }
  return quotient === 0
    ? writeDigits(target, to, third % BILLION)
    : writeNineDigits(target, to, third % BILLION);
}

/** As `writeUnsigned`, for a two's complement. At most 20 bytes. */
export function writeSigned(
  target: Uint8Array,
  at: number,
  value: { readonly low: number; readonly high: number },
): number {
  if (value.high <= 0x7f_ff_ff_ff) return writeUnsigned(target, at, value);
  target[at] = 0x2d;
  const low = -value.low >>> 0;
  const high = (~value.high + (value.low === 0 ? 1 : 0)) >>> 0;
  return writeUnsigned(target, at + 1, { low, high });
}

/** Writes a whole number below 2^53 in decimal; the offset after it. */
function writeDigits(target: Uint8Array, at: number, value: number): number {
  let end = at + 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) end++;
  let rest = value;
  for (let to = end - 1; to >= at; to--) {
    target[to] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return end;
}

function writeNineDigits(target: Uint8Array, at: number, value: number): number {
  let rest = value;
  for (let to = at + 8; to >= at; to--) {
    target[to] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return at + 9;
}
