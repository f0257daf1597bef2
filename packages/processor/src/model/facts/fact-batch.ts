/** The facts of one batch: rows over columns of typed arrays. What rules are asked about. */
import {
  ATTR_SERVICE_NAME,
  FIELD_DURATION_MS,
  FIELD_EVENT,
  FIELD_TIMESTAMP,
  FIELD_WEIGHT,
} from '@spanguard/conventions';
import type { EvidenceTrace } from '../alert.ts';
import {
  FLAG_COLUMNS,
  NUMBER_COLUMNS,
  numberColumn,
  TEXT_COLUMNS,
  textColumn,
} from './fact-slots.ts';
import { FactTexts } from './fact-texts.ts';

/** What is shown of a row as evidence. */
export interface FactEvidence extends EvidenceTrace {
  readonly service: string;
}

/** Bytes of a trace id and a span id behind it. */
export const ORIGIN_BYTES = 24;
/** Bytes of a hash that a row is known by where its origin does not tell it apart. */
export const IDENTITY_BYTES = 16;

/** Values of a flag. */
export const FLAG = { absent: 0, no: 1, yes: 2 } as const;

const ROWS_MIN = 64;
const TRACE_ID_BYTES = 16;
const EVENT_COLUMN = textColumn(FIELD_EVENT);
const SERVICE_COLUMN = textColumn(ATTR_SERVICE_NAME);
const TIMESTAMP_COLUMN = numberColumn(FIELD_TIMESTAMP);
const WEIGHT_COLUMN = numberColumn(FIELD_WEIGHT);
const DURATION_COLUMN = numberColumn(FIELD_DURATION_MS);

/**
 * An arena that is filled again and again; it keeps its memory. Columns that no row of the batch has share
 * one empty array. Rows are added, then set; every value that is set has passed the policy.
 */
export class FactBatch {
  count = 0;
  readonly texts: FactTexts = new FactTexts();
  /** `[column][row]`, numbers of texts; 0 = absent. */
  readonly textColumns: Uint32Array<ArrayBuffer>[];
  /** NaN = absent. */
  readonly numberColumns: Float64Array<ArrayBuffer>[];
  /** {@link FLAG}. */
  readonly flagColumns: Uint8Array<ArrayBuffer>[];
  /** Trace id and span id of each row; all zero where absent. */
  origins: Buffer<ArrayBuffer> = Buffer.alloc(ROWS_MIN * ORIGIN_BYTES);
  /** {@link IDENTITY_BYTES} a row; all zero where the origin tells the row apart. */
  identities: Buffer<ArrayBuffer> = Buffer.alloc(ROWS_MIN * IDENTITY_BYTES);
  /** Whether any row has an identity. */
  hasIdentities = false;
  #rows = ROWS_MIN;
  #noTexts = new Uint32Array(ROWS_MIN);
  #noNumbers: Float64Array<ArrayBuffer> = new Float64Array(ROWS_MIN).fill(Number.NaN);
  #noFlags = new Uint8Array(ROWS_MIN);

  constructor() {
    this.textColumns = TEXT_COLUMNS.map(() => this.#noTexts);
    this.numberColumns = NUMBER_COLUMNS.map(() => this.#noNumbers);
    this.flagColumns = FLAG_COLUMNS.map(() => this.#noFlags);
  }

  /** When each row happened, ms since the epoch. */
  get timeMs(): Float64Array {
    return this.numberColumns[TIMESTAMP_COLUMN] ?? this.#noNumbers;
  }

  /** How many each row stands for. */
  get weight(): Float64Array {
    return this.numberColumns[WEIGHT_COLUMN] ?? this.#noNumbers;
  }

  /** Forgets all rows and texts. */
  clear(): void {
    this.texts.clear();
    for (const [column, values] of this.textColumns.entries()) {
      if (values !== this.#noTexts) this.#textsOf(column).fill(0, 0, this.count);
    }
    for (const values of this.numberColumns) {
      if (values !== this.#noNumbers) values.fill(Number.NaN, 0, this.count);
    }
    for (const values of this.flagColumns) {
      if (values !== this.#noFlags) values.fill(0, 0, this.count);
    }
    if (this.hasIdentities) this.identities.fill(0, 0, this.count * IDENTITY_BYTES);
    this.hasIdentities = false;
    this.count = 0;
  }

  /** A new row in which everything is absent; its origin is not written yet. */
  add(): number {
    if (this.count >= this.#rows) this.#grow(this.#rows * 2);
    return this.count++;
  }

  /** Takes the last row away. */
  dropLast(): void {
    const row = --this.count;
    for (const values of this.textColumns) values[row] = 0;
    for (const values of this.numberColumns) values[row] = Number.NaN;
    for (const values of this.flagColumns) values[row] = FLAG.absent;
    this.identities.fill(0, row * IDENTITY_BYTES, (row + 1) * IDENTITY_BYTES);
  }

  /** Puts one row in place of another. */
  copyRow(from: number, to: number): void {
    for (const columns of [this.textColumns, this.numberColumns, this.flagColumns]) {
      for (const values of columns) values[to] = values[from] ?? 0;
    }
    this.origins.copyWithin(to * ORIGIN_BYTES, from * ORIGIN_BYTES, (from + 1) * ORIGIN_BYTES);
    const identity = from * IDENTITY_BYTES;
    this.identities.copyWithin(to * IDENTITY_BYTES, identity, identity + IDENTITY_BYTES);
  }

  /** Empties the arena and makes so many rows at once. */
  reset(rows: number): void {
    this.clear();
    if (rows > this.#rows) this.#grow(Math.max(rows, this.#rows * 2));
    this.origins.fill(0, 0, rows * ORIGIN_BYTES);
    this.count = rows;
  }

  setText(column: number, row: number, id: number): void {
    const values = this.textColumns[column] ?? this.#noTexts;
    if (values !== this.#noTexts) values[row] = id;
    else if (id !== 0) this.#textsOf(column)[row] = id;
  }

  setNumber(column: number, row: number, value: number): void {
    const values = this.numberColumns[column] ?? this.#noNumbers;
    if (values !== this.#noNumbers) values[row] = value;
    else if (!Number.isNaN(value)) this.#numbersOf(column)[row] = value;
  }

  setFlag(column: number, row: number, value: number): void {
    const values = this.flagColumns[column] ?? this.#noFlags;
    if (values !== this.#noFlags) values[row] = value;
    else if (value !== FLAG.absent) this.#flagsOf(column)[row] = value;
  }

  /** Whether no row of the batch has a text in this column. */
  isTextColumnEmpty(column: number): boolean {
    return this.textColumns[column] === this.#noTexts;
  }

  isNumberColumnEmpty(column: number): boolean {
    return this.numberColumns[column] === this.#noNumbers;
  }

  isFlagColumnEmpty(column: number): boolean {
    return this.flagColumns[column] === this.#noFlags;
  }

  /** Equal for a record that is sent again, and for no other: its event, and where and when it was. */
  idOf(row: number): string {
    const event = this.texts.textOf(this.textColumns[EVENT_COLUMN]?.[row] ?? 0);
    const identityAt = row * IDENTITY_BYTES;
    if (this.hasIdentities && !isZero(this.identities, identityAt, IDENTITY_BYTES)) {
      const identity = this.identities.toString(
        'base64url',
        identityAt,
        identityAt + IDENTITY_BYTES,
      );
      return `${identity}:${event}`;
    }
    const origin = row * ORIGIN_BYTES;
    const place = this.origins.toString('base64url', origin, origin + ORIGIN_BYTES);
    const took = this.numberColumns[DURATION_COLUMN]?.[row] ?? 0;
    return `${place}:${this.timeMs[row] ?? 0}:${took}:${this.#serviceOf(row)}:${event}`;
  }

  /** Number of the text that says whose clock it is: the service. */
  sourceOf(row: number): number {
    return this.textColumns[SERVICE_COLUMN]?.[row] ?? 0;
  }

  /** Trace, span and service of a row, in hex; empty where absent. */
  refOf(row: number): FactEvidence {
    const at = row * ORIGIN_BYTES;
    const spanAt = at + TRACE_ID_BYTES;
    return {
      traceId: hexOf(this.origins, at, TRACE_ID_BYTES),
      spanId: hexOf(this.origins, spanAt, ORIGIN_BYTES - TRACE_ID_BYTES),
      service: this.#serviceOf(row),
    };
  }

  #serviceOf(row: number): string {
    return this.texts.textOf(this.sourceOf(row));
  }

  #textsOf(column: number): Uint32Array<ArrayBuffer> {
    const values = this.textColumns[column];
    if (values !== undefined && values !== this.#noTexts) return values;
    return (this.textColumns[column] = new Uint32Array(this.#rows));
  }

  #numbersOf(column: number): Float64Array<ArrayBuffer> {
    const values = this.numberColumns[column];
    if (values !== undefined && values !== this.#noNumbers) return values;
    return (this.numberColumns[column] = new Float64Array(this.#rows).fill(Number.NaN));
  }

  #flagsOf(column: number): Uint8Array<ArrayBuffer> {
    const values = this.flagColumns[column];
    if (values !== undefined && values !== this.#noFlags) return values;
    return (this.flagColumns[column] = new Uint8Array(this.#rows));
  }

  #grow(rows: number): void {
    const [noTexts, noNumbers, noFlags] = [this.#noTexts, this.#noNumbers, this.#noFlags];
    this.#rows = rows;
    this.#noTexts = new Uint32Array(rows);
    this.#noNumbers = new Float64Array(rows).fill(Number.NaN);
    this.#noFlags = new Uint8Array(rows);
    for (const [column, values] of this.textColumns.entries()) {
      this.textColumns[column] = this.#noTexts;
      if (values !== noTexts) this.#textsOf(column).set(values);
    }
    for (const [column, values] of this.numberColumns.entries()) {
      this.numberColumns[column] = this.#noNumbers;
      if (values !== noNumbers) this.#numbersOf(column).set(values);
    }
    for (const [column, values] of this.flagColumns.entries()) {
      this.flagColumns[column] = this.#noFlags;
      if (values !== noFlags) this.#flagsOf(column).set(values);
    }
    this.origins = longer(this.origins, rows * ORIGIN_BYTES);
    this.identities = longer(this.identities, rows * IDENTITY_BYTES);
  }
}

function longer(bytes: Buffer<ArrayBuffer>, length: number): Buffer<ArrayBuffer> {
  const result = Buffer.alloc(length);
  result.set(bytes);
  return result;
}

/** Some senders write zeros where they have no id. */
function hexOf(bytes: Buffer, at: number, length: number): string {
  return isZero(bytes, at, length) ? '' : bytes.toString('hex', at, at + length);
}

function isZero(bytes: Buffer, at: number, length: number): boolean {
  for (let position = at; position < at + length; position++) {
    if (bytes[position] !== 0) return false;
  }
  return true;
}
