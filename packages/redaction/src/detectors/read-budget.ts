/** Bounds what detectors read of one value, so that no text takes time out of proportion to its length. */

/**
 * What detectors read between them of ordinary text is one or two bytes for each byte of the value: what was
 * found is not read again. Text made of beginnings that reach far and hold nothing costs more.
 */
export const READS_PER_BYTE_MAX = 16;
/** Short values may be all beginnings. */
export const READS_MIN = 4096;

/** A stretch without quotes or white space: names within it have values that end where it ends. */
export interface Stretch {
  readonly from: number;
  /** The byte that ends it. */
  readonly stop: number;
  /** Where it ends without the commas and brackets before that byte. */
  readonly end: number;
  /** Whether percent escapes end it. */
  readonly isNested: boolean;
}

const NO_STRETCH: Stretch = { from: 0, stop: 0, end: 0, isNested: false };

/**
 * Counts bytes read in loops without a limit of their own; those with one cost a constant for each byte of
 * the value. Equal for a value in a batch and in an application: such loops begin at marked bytes only.
 */
export class ReadBudget {
  #left = 0;
  /** The last one read, so that it is read once, however many names stand in it. */
  stretch: Stretch = NO_STRETCH;

  #coveredFrom = 0;
  #coveredTo = 0;
  #wantsNearer = false;

  /** Whether more was read than the value may cost: it cannot be judged. */
  get isSpent(): boolean {
    return this.#left < 0;
  }

  /**
   * Whether something was not found only since no word that makes it one stands near. One may come near where
   * what lies between is replaced by less.
   */
  get wantsNearer(): boolean {
    return this.#wantsNearer;
  }

  /** Notes that text further away was not looked at, and could make something of what was not found. */
  wantNearer(): void {
    this.#wantsNearer = true;
  }

  /** Begins anew, for a value of so many bytes. */
  begin(valueBytes: number): void {
    this.#left = READS_MIN + READS_PER_BYTE_MAX * valueBytes;
    this.stretch = NO_STRETCH;
    this.#wantsNearer = false;
    this.cover(0, 0);
  }

  /** Notes the last place that goes. */
  cover(from: number, to: number): void {
    this.#coveredFrom = from;
    this.#coveredTo = to;
  }

  /** Where the last place that goes ends. */
  get coveredEnd(): number {
    return this.#coveredTo;
  }

  /** Whether a place goes already: what more could be told of it changes nothing, and need not be read. */
  isCovered(from: number, to: number): boolean {
    return from >= this.#coveredFrom && to <= this.#coveredTo;
  }

  spend(bytes: number): void {
    this.#left -= bytes;
  }
}
