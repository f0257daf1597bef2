/** The attributes of one record, each by the first of its names that says something. No string is made. */
import { type CellTable, type OtlpIndex, VALUE } from '@spanguard/otlp';
import type { ByteSpan } from './byte-span.ts';
import { ATTRIBUTE_COUNT, ATTRIBUTE_OF_COLUMN } from './columns.ts';

const COLUMN_COUNT = ATTRIBUTE_OF_COLUMN.length;
const NO_BYTES = Buffer.alloc(0);
/** The column of its own name. */
const COLUMN_OF_ATTRIBUTE = Array.from({ length: ATTRIBUTE_COUNT }, (_, attribute) =>
  ATTRIBUTE_OF_COLUMN.indexOf(attribute),
);
const NOWHERE = -1;

/**
 * Moved from record to record of one index. What a record does not tell, its resource may, under the
 * attribute's own name.
 */
export class RecordCells {
  /** The batch. */
  bytes: Buffer = NO_BYTES;
  /** Attributes the record has, `present[0]` to `present[count - 1]`. */
  readonly present: Uint8Array = new Uint8Array(ATTRIBUTE_COUNT);
  count = 0;
  #index: OtlpIndex | undefined;
  /** By attribute: the column it was found in, or {@link NOWHERE}. */
  readonly #column = new Int16Array(ATTRIBUTE_COUNT).fill(NOWHERE);
  readonly #cell = new Int32Array(ATTRIBUTE_COUNT);
  readonly #isResource = new Uint8Array(ATTRIBUTE_COUNT);
  #resource = NOWHERE;
  /** What was given of the record beside its attributes, and where in its bytes each attribute begins and ends. */
  #given: Buffer = NO_BYTES;
  readonly #givenStart = new Int32Array(ATTRIBUTE_COUNT).fill(NOWHERE);
  readonly #givenEnd = new Int32Array(ATTRIBUTE_COUNT);
  /** Columns of the resource looked at last. */
  readonly #resourceColumns: number[] = [];

  /** Begins a batch. */
  begin(index: OtlpIndex): void {
    this.#index = index;
    const { buffer, byteOffset, length } = index.bytes;
    this.bytes = Buffer.from(buffer, byteOffset, length);
    this.#resource = NOWHERE;
  }

  /** Moves to a record. */
  moveTo(row: number): void {
    for (let at = 0; at < this.count; at++) {
      this.#column[this.present[at] ?? 0] = NOWHERE;
      this.#givenStart[this.present[at] ?? 0] = NOWHERE;
    }
    this.count = 0;
    this.#given = NO_BYTES;
    const index = this.#index;
    if (index === undefined) return;
    const cells = index.recordCells;
    const first = cells.cellOf(row, 0);
    const { type } = cells;
    for (let column = 0; column < COLUMN_COUNT; column++) {
      // Most are absent: four at a time.
      const at = first + column;
      const isFour = column + 3 < COLUMN_COUNT;
      if (
        isFour &&
        ((type[at] ?? 0) | (type[at + 1] ?? 0) | (type[at + 2] ?? 0) | (type[at + 3] ?? 0)) === 0
      ) {
        column += 3;
      } else if (type[at] !== VALUE.absent) this.#take(cells, at, column);
    }
    const resource = index.records.resource[row] ?? NOWHERE;
    if (resource !== this.#resource) this.#lookAtResource(index.resourceCells, resource);
    for (const column of this.#resourceColumns) {
      const cell = index.resourceCells.cellOf(resource, column);
      if (this.#take(index.resourceCells, cell, column)) {
        this.#isResource[ATTRIBUTE_OF_COLUMN[column] ?? 0] = 1;
      }
    }
  }

  /**
   * Gives the record attributes that it tells in another way; what it has already stays. Until the next move.
   */
  give(attributes: readonly (readonly [attribute: number, text: string])[]): void {
    const texts = attributes.map(([, text]) => Buffer.from(text));
    let start = this.#given.length;
    this.#given = Buffer.concat([this.#given, ...texts]);
    for (const [at, [attribute]] of attributes.entries()) {
      const end = start + (texts[at]?.length ?? 0);
      if (this.#column[attribute] === NOWHERE && end > start) {
        this.#column[attribute] = COLUMN_OF_ATTRIBUTE[attribute] ?? 0;
        this.#isResource[attribute] = 0;
        this.#givenStart[attribute] = start;
        this.#givenEnd[attribute] = end;
        this.present[this.count++] = attribute;
      }
      start = end;
    }
  }

  /** Whether the record or its resource has an attribute. */
  has(attribute: number): boolean {
    return this.#column[attribute] !== NOWHERE;
  }

  /** Whether the record itself has it. */
  isOwn(attribute: number): boolean {
    return this.has(attribute) && this.#isResource[attribute] === 0;
  }

  /** The column an attribute was found in; -1 where it is absent. */
  columnOf(attribute: number): number {
    return this.#column[attribute] ?? NOWHERE;
  }

  /** Points a span at an attribute; false where it is absent. */
  point(span: ByteSpan, attribute: number): boolean {
    const index = this.#index;
    if (index === undefined || !this.has(attribute)) return false;
    const givenStart = this.#givenStart[attribute] ?? NOWHERE;
    if (givenStart >= 0) {
      span.setText(this.#given, givenStart, this.#givenEnd[attribute] ?? 0);
      return true;
    }
    const cells = this.#isResource[attribute] === 1 ? index.resourceCells : index.recordCells;
    const cell = this.#cell[attribute] ?? 0;
    span.set(this.bytes, cells.type[cell] ?? 0, cells.start[cell] ?? 0, cells.end[cell] ?? 0);
    return true;
  }

  /** An empty text is how some senders write that they do not know. */
  #take(cells: CellTable, cell: number, column: number): boolean {
    const attribute = ATTRIBUTE_OF_COLUMN[column] ?? 0;
    if (this.#column[attribute] !== NOWHERE || cells.start[cell] === cells.end[cell]) return false;
    this.#column[attribute] = column;
    this.#cell[attribute] = cell;
    this.#isResource[attribute] = 0;
    this.present[this.count++] = attribute;
    return true;
  }

  #lookAtResource(cells: CellTable, resource: number): void {
    this.#resource = resource;
    this.#resourceColumns.length = 0;
    for (let column = 0; column < COLUMN_COUNT; column++) {
      const isOwnName = ATTRIBUTE_OF_COLUMN[column] !== ATTRIBUTE_OF_COLUMN[column - 1];
      const isThere = cells.type[cells.cellOf(resource, column)] !== VALUE.absent;
      if (isOwnName && isThere) this.#resourceColumns.push(column);
    }
  }
}
