/** What a test decided about the rows of a stretch, so that it decides once for all rules that have it. */
import type { RowCursor } from '../rows/row-cursor.ts';
import { lowestBit, RowSet } from '../rows/row-set.ts';

/** Decides the row a cursor stands at. */
export type RowMatcher = (cursor: RowCursor) => boolean;

/** See the head of this file. Asks only about rows that somebody wants to know. */
export class DecidedRows {
  readonly #matches: RowMatcher;
  readonly #decided = new RowSet();
  readonly #matching = new RowSet();
  #stretch: object | undefined;

  constructor(matches: RowMatcher) {
    this.#matches = matches;
  }

  /** Takes out of `rows` those that do not match; leaves the cursor anywhere. */
  keep(cursor: RowCursor, rows: RowSet): void {
    const [decided, matching] = [this.#decided.words, this.#matching.words];
    if (cursor.stretch !== this.#stretch) this.#begin(cursor);
    for (let at = 0; at < rows.length; at += 1) {
      const wanted = rows.words[at] ?? 0;
      const open = wanted & ~(decided[at] ?? 0);
      if (open !== 0) {
        matching[at] = (matching[at] ?? 0) | this.#decide(cursor, at * 32, open);
        decided[at] = (decided[at] ?? 0) | open;
      }
      rows.words[at] = wanted & (matching[at] ?? 0);
    }
  }

  #begin(cursor: RowCursor): void {
    this.#stretch = cursor.stretch;
    this.#decided.clear(cursor.rows);
    this.#matching.clear(cursor.rows);
  }

  /** Those of up to 32 rows that match. */
  #decide(cursor: RowCursor, from: number, open: number): number {
    const matches = this.#matches;
    let matching = 0;
    for (let left = open; left !== 0; left &= left - 1) {
      const bit = lowestBit(left);
      cursor.row = cursor.first + from + bit;
      if (matches(cursor)) matching |= 1 << bit;
    }
    return matching;
  }
}
