/** Where rules look: one row of a batch, in a stretch of rows that are decided together. It is moved, not made. */
import type { EventRows, RowTexts } from './event-rows.ts';
import { STRETCH_ROWS_MAX } from './row-set.ts';

const NO_TEXTS: RowTexts = {
  count: 0,
  textOf: () => '',
  keyOf: () => '',
  partsOf: () => undefined,
};
/** Of a larger dictionary the rest is folded each time it is asked for. */
const FOLDED_MAX = 65_536;

/**
 * See the head of this file. What is decided about a text holds for the batch it belongs to.
 *
 * @example
 * const cursor = new RowCursor();
 * cursor.open(rows);
 * for (; cursor.row < rows.count; cursor.row += 1) if (matches(cursor)) ...
 */
export class RowCursor {
  row = 0;
  /** The rows that are decided together: so many from this one on. */
  first = 0;
  rows = 0;
  /** Another one for each stretch: whoever remembers its rows forgets them with it. */
  stretch: object = {};
  texts: RowTexts = NO_TEXTS;
  /** Another one for each batch: whoever remembers numbers of texts forgets them with it. */
  batch: object = {};
  /** Columns that have a text in some row of the batch. */
  textColumns: readonly number[] = [];
  #textColumns: EventRows['textColumns'] = [];
  #numberColumns: EventRows['numberColumns'] = [];
  #flagColumns: EventRows['flagColumns'] = [];
  #folded: (string | undefined)[] = [];

  /** Stands at the first row of a batch, whose first rows are the stretch. */
  open(rows: EventRows): void {
    this.look(0, Math.min(rows.count, STRETCH_ROWS_MAX));
    this.texts = rows.texts;
    this.batch = {};
    this.#textColumns = rows.textColumns;
    this.#numberColumns = rows.numberColumns;
    this.#flagColumns = rows.flagColumns;
    this.#folded = [];
    this.textColumns = [...rows.textColumns.keys()].filter((column) =>
      isUsed(rows.textColumns[column], rows.count),
    );
  }

  /** Stands at the first row of a stretch, of {@link STRETCH_ROWS_MAX} rows at most. */
  look(first: number, rows: number): void {
    this.row = first;
    this.first = first;
    this.rows = rows;
    this.stretch = {};
  }

  /** Lets go of the batch. */
  close(): void {
    this.look(0, 0);
    this.texts = NO_TEXTS;
    this.batch = {};
    this.#textColumns = [];
    this.#numberColumns = [];
    this.#flagColumns = [];
    this.#folded = [];
    this.textColumns = [];
  }

  /** The number of the text in a column, 0 where there is none. */
  textAt(column: number): number {
    return this.#textColumns[column]?.[this.row] ?? 0;
  }

  /** NaN where there is none. */
  numberAt(column: number): number {
    return this.#numberColumns[column]?.[this.row] ?? Number.NaN;
  }

  /** 0 where there is none, 1 false, 2 true. */
  flagAt(column: number): number {
    return this.#flagColumns[column]?.[this.row] ?? 0;
  }

  /** A text without the difference of capital and small letters. */
  foldedOf(id: number): string {
    const known = this.#folded[id];
    if (known !== undefined) return known;
    const folded = this.texts.textOf(id).toLowerCase();
    if (id < FOLDED_MAX) this.#folded[id] = folded;
    return folded;
  }
}

function isUsed(column: Uint32Array | undefined, rows: number): boolean {
  for (let row = 0; row < rows; row += 1) if (column?.[row] !== 0) return true;
  return false;
}
