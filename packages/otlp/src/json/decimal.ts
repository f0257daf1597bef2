/** Decimal text to the numbers of protobuf, exactly or not at all. Works on bytes. */

const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const UINT32_RANGE = 4_294_967_296;
/** Below 10^15 a mantissa is exact, and so is one division or product by up to 10^22. */
const EXACT_DIGITS_MAX = 15;
const EXACT_POWER_MAX = 22;
const POWERS_OF_TEN: readonly number[] = Array.from({ length: 23 }, (_, power) =>
  Number(`1e${power}`),
);
/** No 64-bit integer has more digits; trailing zeros past this are out of range. */
const INT64_DIGITS_MAX = 20;
const CHUNK_CHARACTERS = 8_192;

/**
 * Reads one JSON number at a time. `scan` finds its end and takes it apart; then ask for what it
 * should be. RFC 8259 §6 grammar: no plus sign, no leading zeros, no bare dot.
 */
export class DecimalReader {
  /** After `scan`: whether the number has neither fraction nor exponent. */
  integral = false;
  negative = false;
  /** After `readInteger`: the magnitude or, for signed types, the two's complement. */
  low = 0;
  high = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #from = 0;
  #to = 0;
  #digits = 0;
  #mantissa = 0;
  #power = 0;

  /** The offset after the number that starts at `from`, or -1 when none does. */
  scan(bytes: Uint8Array, from: number, end: number): number {
    this.#bytes = bytes;
    this.#from = from;
    let at = from;
    this.negative = at < end && bytes[at] === MINUS;
    if (this.negative) at++;
    const first = at;
    this.#mantissa = 0;
    this.#power = 0;
    at = this.#digitsFrom(at, end);
    if (at === first || (at - first > 1 && bytes[first] === ZERO)) return -1;
    this.#digits = at - first;
    this.integral = true;
    if (at < end && bytes[at] === DOT) {
      const fraction = at + 1;
      at = this.#digitsFrom(fraction, end);
      if (at === fraction) return -1;
      this.integral = false;
      this.#digits += at - fraction;
      this.#power = fraction - at;
    }
    if (at < end && ((bytes[at] ?? 0) | 0x20) === 0x65) {
      at = this.#exponent(at + 1, end);
      if (at === -1) return -1;
      this.integral = false;
    }
    this.#to = at;
    return at;
  }

  /** The number scanned last, correctly rounded; ±Infinity when there is no such double. */
  asDouble(): number {
    if (this.#digits <= EXACT_DIGITS_MAX && Math.abs(this.#power) <= EXACT_POWER_MAX) {
      const scale = POWERS_OF_TEN[Math.abs(this.#power)] ?? 1;
      const value = this.#power < 0 ? this.#mantissa / scale : this.#mantissa * scale;
      return this.negative ? -value : value;
    }
    return Number(this.#text());
  }

  /**
   * The number scanned last as an integer of 64 bits in `low` and `high`; false when it has a
   * fraction or does not fit. `1.0` and `1e3` are integers, as the protobuf JSON mapping has it.
   */
  readInteger(signed: boolean): boolean {
    const fits = this.integral ? this.#readPlainInteger() : this.#readOddInteger();
    if (!fits) return false;
    if (!signed) return !this.negative || (this.low === 0 && this.high === 0);
    if (!this.negative) return this.high <= 0x7f_ff_ff_ff;
    if (this.high > 0x80_00_00_00 || (this.high === 0x80_00_00_00 && this.low > 0)) return false;
    this.high = (~this.high + (this.low === 0 ? 1 : 0)) >>> 0;
    this.low = -this.low >>> 0;
    return true;
  }

  #digitsFrom(from: number, end: number): number {
    const bytes = this.#bytes;
    let mantissa = this.#mantissa;
    let at = from;
    while (at < end) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      // Past 15 digits this is no longer exact, and no longer used.
      mantissa = mantissa * 10 + digit;
      at++;
    }
    this.#mantissa = mantissa;
    return at;
  }

  #exponent(from: number, end: number): number {
    const bytes = this.#bytes;
    let at = from;
    const sign = at < end ? bytes[at] : 0;
    if (sign === MINUS || sign === PLUS) at++;
    const first = at;
    let exponent = 0;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      if (byte < ZERO || byte > NINE) break;
      // Far beyond any double already; more digits change nothing.
      if (exponent < 1e9) exponent = exponent * 10 + byte - ZERO;
      at++;
    }
    if (at === first) return -1;
    this.#power += sign === MINUS ? -exponent : exponent;
    return at;
  }

  #readPlainInteger(): boolean {
    const bytes = this.#bytes;
    if (this.#digits > INT64_DIGITS_MAX) return false;
    let low = 0;
    let high = 0;
    for (let at = this.#to - this.#digits; at < this.#to; at++) {
      low = low * 10 + (bytes[at] ?? 0) - ZERO;
      high *= 10;
      if (low >= UINT32_RANGE) {
        const carry = Math.floor(low / UINT32_RANGE);
        low -= carry * UINT32_RANGE;
        high += carry;
      }
      if (high >= UINT32_RANGE) return false;
    }
    this.low = low;
    this.high = high;
    return true;
  }

  /** Integers written with a fraction of zeros or an exponent: rare, so on text and BigInt. */
  #readOddInteger(): boolean {
    if (this.#mantissa === 0) {
      this.low = 0;
      this.high = 0;
      return true;
    }
    const text = this.#text().replace(/^-/, '');
    const digits = text
      .replace(/[eE].*$/, '')
      .replace('.', '')
      .replace(/^0+/, '');
    const significant = withoutTrailingZeros(digits);
    const power = this.#power + digits.length - significant.length;
    if (power < 0 || significant.length + power > INT64_DIGITS_MAX) return false;
    const value = BigInt(significant) * 10n ** BigInt(power);
    if (value >= 1n << 64n) return false;
    this.low = Number(value & 0xff_ff_ff_ffn);
    this.high = Number(value >> 32n);
    return true;
  }

  #text(): string {
    let text = '';
    for (let at = this.#from; at < this.#to; at += CHUNK_CHARACTERS) {
      const chunk = this.#bytes.subarray(at, Math.min(this.#to, at + CHUNK_CHARACTERS));
      text += String.fromCharCode(...chunk);
    }
    return text;
  }
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === ZERO) end--;
  return digits.slice(0, end);
}
