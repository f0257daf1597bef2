/** A byte buffer that grows by doubling and is used again for every batch. */

const BYTES_MIN = 256;

/** Bytes written one after the other; `length` of them count. Never shrinks. */
export class ByteArena {
  bytes: Uint8Array;
  length = 0;

  /** `capacity`: bytes to start with. */
  constructor(capacity: number = BYTES_MIN) {
    this.bytes = new Uint8Array(Math.max(capacity, 1));
  }

  /** Forgets the content and keeps the memory. */
  clear(): void {
    this.length = 0;
  }

  /** Makes room for `count` more bytes after `length`. `bytes` may be another array afterwards. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2, BYTES_MIN));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Appends a copy. */
  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** The content as a view; valid until the next write. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}
