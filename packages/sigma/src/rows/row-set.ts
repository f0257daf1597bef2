/** Rows of a stretch of a batch, a bit each: what is decided about one is decided about 32 at once. */

/** Rows that are decided together at most. */
export const STRETCH_ROWS_MAX = 1_024;
const WORD_BITS = 32;

/** See the head of this file. Sets that meet are of one stretch. */
export class RowSet {
  /** By 32 rows; the lowest bit is the first of them. */
  readonly words: Int32Array<ArrayBuffer> = new Int32Array(STRETCH_ROWS_MAX / WORD_BITS);
  /** Words in use. */
  length = 0;

  get isEmpty(): boolean {
    for (let at = 0; at < this.length; at += 1) if (this.words[at] !== 0) return false;
    return true;
  }

  /** Of so many rows none is in it. */
  clear(rows: number): void {
    this.length = Math.ceil(rows / WORD_BITS);
    this.words.fill(0, 0, this.length);
  }

  /** Of so many rows all are in it. */
  fill(rows: number): void {
    this.length = Math.ceil(rows / WORD_BITS);
    this.words.fill(-1, 0, this.length);
    const over = rows % WORD_BITS;
    if (over > 0) this.words[this.length - 1] = 2 ** over - 1;
  }

  copy({ words, length }: RowSet): void {
    this.length = length;
    for (let at = 0; at < length; at += 1) this.words[at] = words[at] ?? 0;
  }

  has(row: number): boolean {
    return (((this.words[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
  }

  add(row: number): void {
    this.words[row >>> 5] = (this.words[row >>> 5] ?? 0) | (1 << (row & 31));
  }

  addAll({ words }: RowSet): void {
    for (let at = 0; at < this.length; at += 1) {
      this.words[at] = (this.words[at] ?? 0) | (words[at] ?? 0);
    }
  }

  keep({ words }: RowSet): void {
    for (let at = 0; at < this.length; at += 1) {
      this.words[at] = (this.words[at] ?? 0) & (words[at] ?? 0);
    }
  }

  remove({ words }: RowSet): void {
    for (let at = 0; at < this.length; at += 1) {
      this.words[at] = (this.words[at] ?? 0) & ~(words[at] ?? 0);
    }
  }
}

/** Which bit of a word that is not 0 is the lowest that is set. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
