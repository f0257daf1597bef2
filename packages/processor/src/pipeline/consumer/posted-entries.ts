/** Entries that were posted and are not answered: bounded, so that what is slow makes the consumer wait. */

/** Bounds of what is posted. */
export interface PostedLimits {
  readonly entriesMax: number;
  readonly bytesMax: number;
}

/** See the head of this file. */
export class PostedEntries {
  readonly #limits: PostedLimits;
  /** Bytes by sequence, the oldest first. */
  readonly #posted = new Map<number, number>();
  #bytes = 0;

  constructor(limits: PostedLimits) {
    this.#limits = limits;
  }

  /** The oldest of them: what is worked on now. */
  get oldest(): number | undefined {
    const [oldest] = this.#posted.keys();
    return oldest;
  }

  /** Whether one more would be too many. Alone, it may be of any size. */
  isFullFor(bytes: number): boolean {
    const { entriesMax, bytesMax } = this.#limits;
    const { size } = this.#posted;
    return size >= entriesMax || (size > 0 && this.#bytes + bytes > bytesMax);
  }

  add(sequence: number, bytes: number): void {
    this.#posted.set(sequence, bytes);
    this.#bytes += bytes;
  }

  remove(sequence: number): void {
    this.#bytes -= this.#posted.get(sequence) ?? 0;
    this.#posted.delete(sequence);
  }

  clear(): void {
    this.#posted.clear();
    this.#bytes = 0;
  }
}
