/** Reads what a `ByteWriter` wrote. Trusts nothing: what does not fit is thrown as a `Damaged`. */

const PIECE = 4_096;

/** Thrown where bytes are not what they should be. */
export class Damaged extends Error {
  override readonly name: string = 'Damaged';
}

/** See the head of this file. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    return this.#bytes[this.#take(1)] ?? 0;
  }

  flag(): boolean {
    const value = this.byte();
    if (value > 1) throw new Damaged('a flag is neither true nor false');
    return value === 1;
  }

  /** A whole number up to `max`. */
  count(max: number): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const next = this.byte();
      value += (next & 0x7f) * scale;
      if (value > max) throw new Damaged(`a number is above ${max}`);
      if (next < 0x80) return value;
      scale *= 0x80;
      if (scale > Number.MAX_SAFE_INTEGER) throw new Damaged('a number has too many digits');
    }
  }

  /** How many items follow, each of at least `bytesMin`: never more than there is room for. */
  items(bytesMin: number): number {
    return this.count(Math.floor(this.left / bytesMin));
  }

  /** Any number but NaN. */
  number(): number {
    const value = this.#view.getFloat64(this.#take(8), true);
    if (Number.isNaN(value)) throw new Damaged('a number is none');
    return value;
  }

  text(): string {
    const written = this.count(this.left * 2);
    const isWide = written % 2 === 1;
    const length = Math.floor(written / 2);
    const start = this.#take(isWide ? length * 2 : length);
    let text = '';
    for (let from = 0; from < length; from += PIECE) {
      const to = Math.min(length, from + PIECE);
      const codes = isWide
        ? Array.from({ length: to - from }, (_, at) =>
            this.#view.getUint16(start + (from + at) * 2, true),
          )
        : this.#bytes.subarray(start + from, start + to);
      text += String.fromCharCode(...codes);
    }
    return text;
  }

  /** Throws where something is left. */
  end(): void {
    if (this.left > 0) throw new Damaged('something stands behind the end');
  }

  #take(length: number): number {
    const start = this.#at;
    if (length > this.left) throw new Damaged('it ends early');
    this.#at += length;
    return start;
  }
}
