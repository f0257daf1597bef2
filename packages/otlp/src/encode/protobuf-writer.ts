/** Writes protobuf messages of our own: few and small, so plainness goes before speed. */

import { ByteArena } from '../wire/byte-arena.ts';
import { WIRE } from '../wire/field-cursor.ts';
import { varintWidth, writeVarint } from '../wire/varint.ts';

const ENCODER = new TextEncoder();
const UTF8_BYTES_PER_UNIT = 3;
const VARINT_BYTES_MAX = 10;
const NANOS_PER_MS = 1_000_000n;

/**
 * Appends fields to a growing buffer. Writes what it is told, zeroes too; whether a default is worth
 * writing is the caller's to say.
 */
export class ProtobufWriter {
  readonly #out: ByteArena;

  constructor(out: ByteArena = new ByteArena()) {
    this.#out = out;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#out.view().slice();
  }

  /** Varint field: whole numbers of magnitude below 2^53, or any 64-bit bigint. */
  varint(field: number, value: number | bigint): void {
    this.#tag(field, WIRE.varint);
    const isSmall = typeof value === 'number' && value >= 0;
    if (isSmall) this.#number(value);
    else this.#bigint(BigInt.asUintN(64, BigInt(value)));
  }

  bool(field: number, value: boolean): void {
    this.varint(field, value ? 1 : 0);
  }

  double(field: number, value: number): void {
    this.#tag(field, WIRE.fixed64);
    this.#view(8).setFloat64(0, value, true);
  }

  /** fixed64 field. */
  fixed64(field: number, value: bigint): void {
    this.#tag(field, WIRE.fixed64);
    this.#view(8).setBigUint64(0, BigInt.asUintN(64, value), true);
  }

  /** fixed64 field in nanoseconds, from milliseconds with up to six decimals; negative ones are 0. */
  timeMs(field: number, ms: number): void {
    const whole = Number.isFinite(ms) && ms > 0 ? Math.floor(ms) : 0;
    const nanos = whole === 0 ? 0n : BigInt(Math.round((ms - whole) * Number(NANOS_PER_MS)));
    this.fixed64(field, BigInt(whole) * NANOS_PER_MS + nanos);
  }

  fixed32(field: number, value: number): void {
    this.#tag(field, WIRE.fixed32);
    this.#view(4).setUint32(0, value, true);
  }

  bytes(field: number, value: Uint8Array): void {
    this.#tag(field, WIRE.length);
    this.#number(value.length);
    this.#out.append(value);
  }

  /** Lone surrogates become U+FFFD. */
  string(field: number, value: string): void {
    const from = this.open(field);
    const out = this.#out;
    out.reserve(value.length * UTF8_BYTES_PER_UNIT);
    out.length += ENCODER.encodeInto(value, out.bytes.subarray(out.length)).written;
    this.close(from);
  }

  /** Begins a length-delimited field. Hand what it returns to {@link close}. */
  open(field: number): number {
    this.#tag(field, WIRE.length);
    const out = this.#out;
    out.reserve(1);
    out.length++;
    return out.length;
  }

  /** Ends the field: patches its length, moving the payload when one byte is not enough for it. */
  close(from: number): void {
    const out = this.#out;
    const length = out.length - from;
    const extra = varintWidth(length) - 1;
    out.reserve(extra);
    if (extra > 0) out.bytes.copyWithin(from + extra, from, out.length);
    writeVarint(out.bytes, from - 1, length);
    out.length += extra;
  }

  #tag(field: number, wireType: number): void {
    this.#number(field * 8 + wireType);
  }

  #number(value: number): void {
    const out = this.#out;
    out.reserve(VARINT_BYTES_MAX);
    out.length = writeVarint(out.bytes, out.length, value);
  }

  #bigint(value: bigint): void {
    const out = this.#out;
    out.reserve(VARINT_BYTES_MAX);
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) out.bytes[out.length++] = Number(rest & 0x7fn) | 0x80;
    out.bytes[out.length++] = Number(rest);
  }

  #view(width: number): DataView {
    const out = this.#out;
    out.reserve(width);
    const view = new DataView(out.bytes.buffer, out.bytes.byteOffset + out.length, width);
    out.length += width;
    return view;
  }
}
