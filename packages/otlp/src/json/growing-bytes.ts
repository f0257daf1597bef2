/** An output buffer that grows up to a limit, and the little-endian writes protobuf needs. */

import type { FirstFailure } from './outcome.ts';

/** Bytes any one write outside `reserve` may take. */
const SLACK_BYTES = 64;

/** Callers reserve, then write without checks. Past the limit `reserve` fails. */
export class GrowingBytes {
  bytes: Uint8Array;
  at = 0;
  #view: DataView;
  readonly #bytesMax: number;
  readonly #failure: FirstFailure;

  constructor(capacity: number, bytesMax: number, failure: FirstFailure) {
    this.bytes = new Uint8Array(capacity + SLACK_BYTES);
    this.#view = new DataView(this.bytes.buffer);
    this.#bytesMax = bytesMax;
    this.#failure = failure;
  }

  /** Makes room for `length` bytes and one more small write. False when past the limit. */
  reserve(length: number, inputOffset: number): boolean {
    if (this.bytes.length - this.at >= length + SLACK_BYTES) return true;
    if (this.at > this.#bytesMax) {
      this.#failure.set('too_large', inputOffset, `at most ${this.#bytesMax} bytes of output`);
      return false;
    }
    const grown = new Uint8Array(this.at + length + SLACK_BYTES + (this.at >> 1));
    grown.set(this.bytes.subarray(0, this.at));
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
    return true;
  }

  /** What was written; checks the limit for good. Null when past it. */
  finish(inputOffset: number): Uint8Array | null {
    if (this.at <= this.#bytesMax) return this.bytes.subarray(0, this.at);
    this.#failure.set('too_large', inputOffset, `at most ${this.#bytesMax} bytes of output`);
    return null;
  }

  byte(value: number): void {
    this.bytes[this.at++] = value;
  }

  /** A tag as `FieldSchema.tag` holds it. */
  tag(tag: number): void {
    this.bytes[this.at++] = tag & 0xff;
    if (tag > 0xff) this.bytes[this.at++] = tag >>> 8;
  }

  /** An unsigned 32-bit varint. */
  varint32(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.at++] = rest;
  }

  /** A 64-bit varint of two unsigned halves. */
  varint64(low: number, high: number): void {
    let lowRest = low >>> 0;
    let highRest = high >>> 0;
    while (highRest !== 0) {
      this.bytes[this.at++] = (lowRest & 0x7f) | 0x80;
      lowRest = ((lowRest >>> 7) | (highRest << 25)) >>> 0;
      highRest >>>= 7;
    }
    this.varint32(lowRest);
  }

  fixed32(value: number): void {
    this.#view.setUint32(this.at, value, true);
    this.at += 4;
  }

  fixed64(low: number, high: number): void {
    this.#view.setUint32(this.at, low, true);
    this.#view.setUint32(this.at + 4, high, true);
    this.at += 8;
  }

  double(value: number): void {
    this.#view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /**
   * Writes the length of what follows `slot + width`, where `width` bytes were set aside for it.
   * Moves the content when its length takes another number of bytes.
   */
  closeLength(slot: number, width: number): void {
    const contentFrom = slot + width;
    const length = this.at - contentFrom;
    const needed = varint32Width(length);
    if (needed !== width) {
      this.bytes.copyWithin(slot + needed, contentFrom, this.at);
    }
    this.at = slot;
    this.varint32(length);
    this.at += length;
  }
}

function varint32Width(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x40_00) return 2;
  if (value < 0x20_00_00) return 3;
  return value < 0x10_00_00_00 ? 4 : 5;
}
