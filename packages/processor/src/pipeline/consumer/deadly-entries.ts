/** Finds the entry that a thread dies of again and again, so that it can be taken out of its way. */

/** Deaths over one and the same entry. */
const DEATHS_MAX = 3;

/**
 * See the head of this file. Entries are worked on in order: what it died of is the oldest that was not
 * done.
 */
export class DeadlyEntries {
  #suspect: number | undefined;
  #deaths = 0;
  /** Out of its way, and not behind what was saved: after a death they come again. Each took three deaths. */
  readonly #passedOver = new Set<number>();

  /** The thread died over an entry; undefined where it had none. */
  died(sequence: number | undefined): void {
    this.#deaths = sequence !== undefined && sequence === this.#suspect ? this.#deaths + 1 : 1;
    this.#suspect = sequence;
  }

  has(sequence: number): boolean {
    return this.#deaths >= DEATHS_MAX && sequence === this.#suspect;
  }

  /** Notes that an entry is out of its way; of others than deadly ones it need not know. */
  passOver(sequence: number): void {
    if (this.has(sequence)) this.#passedOver.add(sequence);
  }

  isPassedOver(sequence: number): boolean {
    return this.#passedOver.has(sequence);
  }

  /** Entries up to this one do not come again. */
  saved(sequence: number): void {
    for (const passed of this.#passedOver) if (passed <= sequence) this.#passedOver.delete(passed);
  }
}

/** The entry is not posted again. */
export class DeadlyEntryError extends Error {
  override readonly name = 'DeadlyEntryError';
  readonly code = 'THREAD_DIED';
}
