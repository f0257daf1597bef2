/** Memory for records, used again and again: half a megabyte of garbage a batch keeps a core busy. */

const SIZE_MIN = 4096;
/** So many sizes to a doubling: of a buffer a quarter is unused at most. */
const SIZES_A_DOUBLING = 4;
/** Larger ones are made and let go. */
const SIZE_MAX = 4 * 1024 * 1024;

/** Lends buffers; those that nobody has are kept up to a bound, and the ones asked for least go first. */
export class ReadBuffers {
  readonly #idleBytesMax: number;
  /** By size, the one asked for last at the end. */
  readonly #idle = new Map<number, Buffer[]>();
  #idleBytes = 0;

  constructor(idleBytesMax: number) {
    this.#idleBytesMax = idleBytesMax;
  }

  /** Bytes kept for the next borrower. */
  get idleBytes(): number {
    return this.#idleBytes;
  }

  /** A buffer of at least `bytes` bytes, its content undefined. */
  borrow(bytes: number): Buffer {
    if (bytes > SIZE_MAX) return Buffer.allocUnsafeSlow(bytes);
    const size = sizeFor(bytes);
    const buffer = this.#idleOf(size).pop();
    if (buffer === undefined) return Buffer.allocUnsafeSlow(size);
    this.#idleBytes -= size;
    return buffer;
  }

  /** Takes a buffer back; nobody may read it any more. */
  giveBack(buffer: Buffer): void {
    const size = buffer.length;
    if (size > SIZE_MAX || size > this.#idleBytesMax) return;
    this.#idleOf(size).push(buffer);
    this.#idleBytes += size;
    for (const [other, idle] of this.#idle) {
      while (this.#idleBytes > this.#idleBytesMax && idle.pop() !== undefined) {
        this.#idleBytes -= other;
      }
      if (this.#idleBytes <= this.#idleBytesMax) break;
      this.#idle.delete(other);
    }
  }

  #idleOf(size: number): Buffer[] {
    const idle = this.#idle.get(size) ?? [];
    this.#idle.delete(size);
    this.#idle.set(size, idle);
    return idle;
  }
}

function sizeFor(bytes: number): number {
  if (bytes <= SIZE_MIN) return SIZE_MIN;
  const step = 2 ** Math.floor(Math.log2(bytes - 1)) / SIZES_A_DOUBLING;
  return Math.ceil(bytes / step) * step;
}
