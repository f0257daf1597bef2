/** A file from its front to its end, in pieces: read at once, a segment would take its size in memory. */
import { crc32 } from 'node:zlib';
import type { OpenFile } from '../pipeline/file-system.ts';

const PIECE_BYTES = 256 * 1024;

/** See the head of this file. One call at a time. */
export class FilePieces {
  readonly #file: OpenFile;
  readonly #buffer: Buffer;
  /** What the buffer holds of the file, and from where on. */
  #start = 0;
  #length = 0;

  constructor(file: OpenFile, size: number) {
    this.#file = file;
    this.#buffer = Buffer.allocUnsafe(Math.min(PIECE_BYTES, size));
  }

  /**
   * The bytes from an offset on: at least `bytes` of them, which are at most a piece, or all up to the end of
   * the file. Valid until the next call.
   */
  async from(offset: number, bytes: number): Promise<Buffer> {
    const isHeld = offset >= this.#start && offset + bytes <= this.#start + this.#length;
    if (!isHeld) {
      this.#length = 0;
      this.#length = await this.#file.read(this.#buffer, offset);
      this.#start = offset;
    }
    return this.#buffer.subarray(offset - this.#start, this.#length);
  }

  /** CRC-32 of so many bytes, going on from `seed`; undefined where the file ends before. */
  async checksum(offset: number, bytes: number, seed: number): Promise<number | undefined> {
    let sum = seed;
    for (let left = bytes; left > 0;) {
      const piece = await this.from(offset + bytes - left, Math.min(left, PIECE_BYTES));
      if (piece.length === 0) return undefined;
      const part = piece.subarray(0, left);
      sum = crc32(part, sum);
      left -= part.length;
    }
    return sum;
  }

  /** Where some bytes stand next, from an offset on; undefined where they do not. */
  async find(bytes: Uint8Array, offset: number): Promise<number | undefined> {
    for (let at = offset; ;) {
      const piece = await this.from(at, PIECE_BYTES);
      const found = piece.indexOf(bytes);
      if (found >= 0) return at + found;
      // What was looked for may begin in this piece and end in the next.
      const step = piece.length - bytes.length + 1;
      if (step <= 0) return undefined;
      at += step;
    }
  }
}
