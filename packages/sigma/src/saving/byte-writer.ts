/** Writes values one behind the other into bytes that grow. */

const BYTES_MIN = 1_024;
const LATIN_MAX = 0xff;

/** See the head of this file. `ByteReader` reads the same in the same order. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  /** It grows where more than `bytes` are written. */
  constructor(bytes: number = BYTES_MIN) {
    this.#bytes = new Uint8Array(Math.max(BYTES_MIN, bytes));
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written. The writer is not to be used any more. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A byte, 0 to 255. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  flag(value: boolean): void {
    this.byte(value ? 1 : 0);
  }

  /** A whole number from 0 to 2^53: small ones take little room. */
  count(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  number(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** Any text, halves of surrogate pairs too: a text that is cut is none of UTF-8's. */
  text(text: string): void {
    const isLatin = this.#tryLatin(text);
    if (isLatin) return;
    this.count(text.length * 2 + 1);
    this.#reserve(text.length * 2);
    for (let at = 0; at < text.length; at += 1) {
      this.#view.setUint16(this.#length, text.charCodeAt(at), true);
      this.#length += 2;
    }
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A byte a character, where that is enough; else nothing is written. */
  #tryLatin(text: string): boolean {
    const start = this.#length;
    this.count(text.length * 2);
    this.#reserve(text.length);
    const [bytes, from] = [this.#bytes, this.#length];
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > LATIN_MAX) {
        this.#length = start;
        return false;
      }
      bytes[from + at] = code;
    }
    this.#length += text.length;
    return true;
  }

  #reserve(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(wanted, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
