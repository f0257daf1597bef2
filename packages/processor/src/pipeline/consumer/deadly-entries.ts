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

  /** The thread died over an entry; undefined where it had none. */
  died(sequence: number | undefined): void {
    this.#deaths = sequence !== undefined && sequence === this.#suspect ? this.#deaths + 1 : 1;
    this.#suspect = sequence;
  }

  has(sequence: number): boolean {
    return this.#deaths >= DEATHS_MAX && sequence === this.#suspect;
  }
}

/** The entry is not posted again. */
export class DeadlyEntryError extends Error {
  override readonly name = 'DeadlyEntryError';
  readonly code = 'THREAD_DIED';
}
