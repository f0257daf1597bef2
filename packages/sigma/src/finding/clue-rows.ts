/** The rows of a stretch that have a clue, by number of the clue. */
import { RowSet } from '../rows/row-set.ts';

/** See the head of this file. Costs nothing for clues that no row has. */
export class ClueRows {
  /** Clues that some row has. */
  readonly met: number[] = [];
  readonly #rows: (RowSet | undefined)[] = [];
  /** By clue: the last stretch that had it. */
  readonly #metIn: number[] = [];
  #stretch = 0;
  #stretchRows = 0;

  /** A stretch of so many rows begins. */
  begin(rows: number): void {
    this.met.length = 0;
    this.#stretch += 1;
    this.#stretchRows = rows;
  }

  add(clue: number, row: number): void {
    const rows = (this.#rows[clue] ??= new RowSet());
    if (this.#metIn[clue] !== this.#stretch) {
      this.#metIn[clue] = this.#stretch;
      this.met.push(clue);
      rows.clear(this.#stretchRows);
    }
    rows.add(row);
  }

  /** Of a clue that is met. */
  of(clue: number): RowSet {
    return (this.#rows[clue] ??= new RowSet());
  }
}
