/** Steps over the fields of one protobuf message. The only parser of wire format in this package. */

import type { OtlpErrorCode } from '../errors.ts';

/** Protobuf wire types (protobuf.dev/programming-guides/encoding). */
export const WIRE = { varint: 0, fixed64: 1, length: 2, fixed32: 5 } as const;

/** Field number 2^29-1 with the highest wire type. */
const TAG_MAX = 4_294_967_295;
const LENGTH_MAX = 2_147_483_647;
const VARINT_BYTES_MAX = 10;

/**
 * A place in the bytes and the field last read there. Total: any bytes give fields or an error code,
 * each step moves on by at least one byte, and no field reaches beyond `limit`.
 */
export class FieldCursor {
  readonly bytes: Uint8Array;
  /** Where the next field begins. */
  position: number;
  /** End of the message being read. */
  limit: number;
  /** Number of the field last read. */
  field = 0;
  /** One of {@link WIRE}. */
  wireType = 0;
  /** First byte of its tag. */
  tagAt = 0;
  /** First byte of its payload: after the length where there is one. */
  start = 0;
  /** First byte after its payload. */
  end = 0;
  /** Set when {@link next} returned false before the limit. */
  error: OtlpErrorCode | undefined = undefined;
  /** Byte the error is about. */
  errorAt = 0;
  #number = 0;

  constructor(bytes: Uint8Array, position: number, limit: number) {
    this.bytes = bytes;
    this.position = position;
    this.limit = Math.min(limit, bytes.length);
  }

  /** Moves to another message of the same bytes. */
  moveTo(position: number, limit: number): void {
    this.position = position;
    this.limit = limit;
    this.error = undefined;
  }

  /** Reads the next field. False at the limit, and at the first error, which stays. */
  next(): boolean {
    const tagAt = this.position;
    if (tagAt >= this.limit || this.error !== undefined) return false;
    this.tagAt = tagAt;
    let tag = this.bytes[tagAt] ?? 0;
    if (tag < 0x80) this.position = tagAt + 1;
    else if (this.#varint()) tag = this.#number;
    else return false;
    const wireType = tag & 7;
    this.wireType = wireType;
    this.field = tag >>> 3;
    if (this.field === 0 || tag > TAG_MAX) return this.#fail('invalid_field_number', tagAt);
    if (wireType === WIRE.length) return this.#lengthDelimited();
    this.start = this.position;
    if (wireType === WIRE.varint) {
      if (!this.#varint()) return false;
      this.end = this.position;
      return true;
    }
    return this.#fixed(wireType);
  }

  /**
   * Reads the field behind the one last read where it has the same tag, and tag and length have one byte
   * each: most of a batch is attributes one after the other. Else false, and nothing is read.
   */
  again(): boolean {
    const { bytes, position } = this;
    const tag = bytes[position] ?? 0x80;
    const length = bytes[position + 1] ?? 0x80;
    const end = position + 2 + length;
    const isSame = tag === bytes[this.tagAt] && (tag | length) < 0x80 && end <= this.limit;
    if (!isSame || this.wireType !== WIRE.length) return false;
    this.tagAt = position;
    this.start = position + 2;
    this.end = end;
    this.position = end;
    return true;
  }

  /** The varint last read, exact below 2^53: for fields that hold an enum or a count. */
  get number(): number {
    return this.#number;
  }

  #lengthDelimited(): boolean {
    const lengthAt = this.position;
    let length = 0x80;
    if (lengthAt < this.limit) length = this.bytes[lengthAt] ?? 0x80;
    if (length < 0x80) this.position = lengthAt + 1;
    else if (this.#varint()) length = this.#number;
    else return false;
    if (length > LENGTH_MAX) return this.#fail('length_too_large', lengthAt);
    const end = this.position + length;
    if (end > this.limit) return this.#fail('truncated', this.tagAt);
    this.start = this.position;
    this.end = end;
    this.position = end;
    return true;
  }

  #fixed(wireType: number): boolean {
    if (wireType === 3 || wireType === 4) return this.#fail('group', this.tagAt);
    if (wireType > WIRE.fixed32) return this.#fail('invalid_wire_type', this.tagAt);
    const end = this.position + (wireType === WIRE.fixed64 ? 8 : 4);
    if (end > this.limit) return this.#fail('truncated', this.tagAt);
    this.end = end;
    this.position = end;
    return true;
  }

  /** Reads a varint at `position`. Beyond 2^53 its number is rounded, which no caller minds. */
  #varint(): boolean {
    const from = this.position;
    let value = 0;
    let scale = 1;
    for (let at = from; at < this.limit; at++) {
      const byte = this.bytes[at] ?? 0;
      // The tenth byte holds the 64th bit alone.
      if (at - from === VARINT_BYTES_MAX - 1 && byte > 1) {
        return this.#fail('varint_too_long', from);
      }
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
      if (byte < 0x80) {
        this.position = at + 1;
        this.#number = value;
        return true;
      }
    }
    return this.#fail('truncated', from);
  }

  #fail(code: OtlpErrorCode, at: number): false {
    this.error = code;
    this.errorAt = at;
    return false;
  }
}
