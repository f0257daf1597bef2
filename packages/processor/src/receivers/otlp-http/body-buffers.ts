/**
 * Buffers for request bodies, used again and again: a fresh buffer for each request cost a quarter of
 * all CPU in garbage collection.
 */
import type { ByteBudget } from '../../pipeline/byte-budget.ts';

const CLASS_BYTES_MIN = 4096;
const CLASS_BYTES_MAX = 4 * 1024 * 1024;

/** Lends buffers of power-of-two sizes within a budget; keeps at most `idleBytesMax` of returned ones. */
export class BodyBuffers {
  readonly #idle = new Map<number, Buffer[]>();
  readonly #idleBytesMax: number;
  readonly #budget: ByteBudget;
  #idleBytes = 0;

  constructor({
    idleBytesMax,
    budget,
  }: {
    readonly idleBytesMax: number;
    readonly budget: ByteBudget;
  }) {
    this.#idleBytesMax = idleBytesMax;
    this.#budget = budget;
  }

  /** A buffer of at least `bytes` bytes, its content undefined; undefined where the budget is spent. */
  borrow(bytes: number): Buffer | undefined {
    const size = sizeClass(bytes);
    if (!this.#budget.take(size)) return undefined;
    const buffer = this.#idle.get(size)?.pop();
    if (buffer === undefined) return Buffer.allocUnsafeSlow(size);
    this.#idleBytes -= size;
    return buffer;
  }

  /** Takes a buffer back. The lender must not touch it afterwards. */
  giveBack(buffer: Buffer): void {
    const size = buffer.length;
    this.#budget.giveBack(size);
    if (size > CLASS_BYTES_MAX || this.#idleBytes + size > this.#idleBytesMax) return;
    const idle = this.#idle.get(size);
    if (idle === undefined) this.#idle.set(size, [buffer]);
    else idle.push(buffer);
    this.#idleBytes += size;
  }
}

function sizeClass(bytes: number): number {
  if (bytes > CLASS_BYTES_MAX) return bytes;
  let size = CLASS_BYTES_MIN;
  while (size < bytes) size *= 2;
  return size;
}
