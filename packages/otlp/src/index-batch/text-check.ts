/** Tells whether texts are UTF-8: most of all are ASCII, which is seen four bytes at a time. */

import { isUtf8 } from '../wire/utf8.ts';

const HIGH_BITS = 0x80_80_80_80 | 0;
const NO_WORDS = new Int32Array(0);

/** The texts of one buffer. */
export class TextCheck {
  readonly #bytes: Uint8Array;
  /** The buffer four bytes at a time, from its first aligned byte on. */
  readonly #words: Int32Array;
  readonly #wordsAt: number;

  constructor(bytes: Uint8Array) {
    const { buffer, byteOffset, length } = bytes;
    this.#bytes = bytes;
    this.#wordsAt = -byteOffset & 3;
    const words = (length - this.#wordsAt) >> 2;
    this.#words = words > 0 ? new Int32Array(buffer, byteOffset + this.#wordsAt, words) : NO_WORDS;
  }

  /** Whether `[start, end)` is UTF-8 (RFC 3629). */
  isUtf8(start: number, end: number): boolean {
    const bytes = this.#bytes;
    const words = this.#words;
    const wordsAt = this.#wordsAt;
    let at = start;
    while (at < end && ((at - wordsAt) & 3) !== 0) {
      if ((bytes[at] ?? 0) >= 0x80) return isUtf8(bytes, at, end);
      at++;
    }
    const last = (end - wordsAt) >> 2;
    for (let word = (at - wordsAt) >> 2; word < last; word++) {
      if (((words[word] ?? 0) & HIGH_BITS) !== 0) return isUtf8(bytes, at, end);
      at += 4;
    }
    while (at < end) {
      if ((bytes[at] ?? 0) >= 0x80) return isUtf8(bytes, at, end);
      at++;
    }
    return true;
  }
}
