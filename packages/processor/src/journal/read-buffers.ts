/** Memory to read records into, used again and again: half a megabyte of garbage a batch keeps a core busy. */

const CLASS_BYTES_MIN = 4096;
const CLASS_BYTES_MAX = 4 * 1024 * 1024;
const IDLE_OF_CLASS_MAX = 8;

/** Lends buffers of power-of-two sizes. */
export class ReadBuffers {
  readonly #idle = new Map<number, Buffer[]>();

  /** A buffer of at least `bytes` bytes, its content undefined. */
  borrow(bytes: number): Buffer {
    if (bytes > CLASS_BYTES_MAX) return Buffer.allocUnsafeSlow(bytes);
    let size = CLASS_BYTES_MIN;
    while (size < bytes) size *= 2;
    return this.#idle.get(size)?.pop() ?? Buffer.allocUnsafeSlow(size);
  }

  /** Takes a buffer back; nobody may read it any more. */
  giveBack(buffer: Buffer): void {
    if (buffer.length > CLASS_BYTES_MAX) return;
    const idle = this.#idle.get(buffer.length) ?? [];
    if (idle.length >= IDLE_OF_CLASS_MAX) return;
    idle.push(buffer);
    this.#idle.set(buffer.length, idle);
  }
}
