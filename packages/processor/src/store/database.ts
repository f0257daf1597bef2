/**
 * A database as the store needs one: statements, and all or nothing. Synchronous: it is used in a thread of
 * its own.
 */

/** A value of a column. */
export type SqlValue = null | number | string | Uint8Array;

/** A row by the names of its columns. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** See the head of this file. Errors carry `code`. */
export interface Database {
  /** Every row of a statement. */
  all(sql: string, ...values: readonly SqlValue[]): readonly SqlRow[];
  /** How many rows a statement changed, and the number of the one it added. */
  run(
    sql: string,
    ...values: readonly SqlValue[]
  ): { readonly changes: number; readonly id: number };
  /** Several statements without values, one behind the other. */
  script(sql: string): void;
  /** All that `work` does, or none of it where it throws: durable once this returns. Not within another. */
  transaction<T>(work: () => T): T;
  /** May be called twice. */
  close(): void;
}

/** A text of a row; empty where it is none. */
export function textIn(row: SqlRow, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : '';
}

/** A number of a row; 0 where it is none. */
export function numberIn(row: SqlRow, column: string): number {
  const value = row[column];
  return typeof value === 'number' ? value : 0;
}

/** A number of a row; undefined where it is null. */
export function numberOrNoneIn(row: SqlRow, column: string): number | undefined {
  const value = row[column];
  return typeof value === 'number' ? value : undefined;
}

/** Bytes of a row; none where it has none. */
export function bytesIn(row: SqlRow, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : NO_BYTES;
}

const NO_BYTES = new Uint8Array(0);
