/** The clues that are one literal, by the column it is looked for in. */

/** See the head of this file. Clues are numbers. */
export class CluesByColumn {
  readonly #clues: (number | undefined)[] = [];
  /** The clue that is met in every column. */
  anywhere: number | undefined;

  /** The clue of a column; `next` where there was none. */
  add(column: number | 'any', next: number): number {
    if (column === 'any') return (this.anywhere ??= next);
    return (this.#clues[column] ??= next);
  }

  /** The clue that is met in that column only. */
  inColumn(column: number): number | undefined {
    return this.#clues[column];
  }
}
