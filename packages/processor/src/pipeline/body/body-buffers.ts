/**
 * Buffers for request bodies, used again and again: a fresh buffer for each request cost a quarter of
 * all CPU in garbage collection. What is lent is the borrower's to count.
 */

const CLASS_BYTES_MIN = 4096;
const CLASS_BYTES_MAX = 4 * 1024 * 1024;

/** Lends buffers of power-of-two sizes; keeps at most `idleBytesMax` of returned ones. */
export class BodyBuffers {
  readonly #idle = new Map<number, Buffer[]>();
  readonly #idleBytesMax: number;
  #idleBytes = 0;

  constructor({ idleBytesMax }: { readonly idleBytesMax: number }) {
    this.#idleBytesMax = idleBytesMax;
  }

  /** Bytes that `borrow` gives for so many: those it takes of a budget. */
  sizeFor(bytes: number): number {
    if (bytes > CLASS_BYTES_MAX) return bytes;
    let size = CLASS_BYTES_MIN;
    while (size < bytes) size *= 2;
    return size;
  }

  /** A buffer of `sizeFor(bytes)` bytes, its content undefined, its memory shared with nobody. */
  borrow(bytes: number): Buffer {
    const size = this.sizeFor(bytes);
    const buffer = this.#idle.get(size)?.pop();
    if (buffer === undefined) return Buffer.allocUnsafeSlow(size);
    this.#idleBytes -= size;
    return buffer;
  }

  /** Takes a buffer back. The lender must not touch it afterwards. */
  giveBack(buffer: Buffer): void {
    const size = buffer.length;
    if (size > CLASS_BYTES_MAX || this.#idleBytes + size > this.#idleBytesMax) return;
    const idle = this.#idle.get(size);
    if (idle === undefined) this.#idle.set(size, [buffer]);
    else idle.push(buffer);
    this.#idleBytes += size;
  }
}
