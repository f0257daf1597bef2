/**
 * A file of SQLite as a database. Several processes may have it open: one writes, the others wait or read.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { loadSqlite } from '../pipeline/sqlite.ts';
import type { Database, SqlRow, SqlValue } from './database.ts';

/** How a file is opened. */
export interface SqliteOptions {
  readonly readOnly?: boolean;
}

/** How long one process waits for another that writes. */
const BUSY_MS = 5000;
/** Pages read are few: 4 MiB. */
const CACHE_KIB = 4096;

/** See the head of this file. */
export class SqliteDatabase implements Database {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Throws where the file is no database, or cannot be opened. */
  constructor(path: string, { readOnly = false }: SqliteOptions = {}) {
    const { DatabaseSync: Sqlite } = loadSqlite();
    this.#database = new Sqlite(path, { readOnly });
    try {
      // What is told to be durable must be: NORMAL would lose the last transactions with the power.
      const writing = readOnly ? '' : 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;';
      this.script(
        `PRAGMA busy_timeout = ${BUSY_MS}; ${writing} PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA cache_size = -${CACHE_KIB};`,
      );
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  all(sql: string, ...values: readonly SqlValue[]): readonly SqlRow[] {
    return this.#statement(sql).all(...values) as readonly SqlRow[];
  }

  run(sql: string, ...values: readonly SqlValue[]): { changes: number; id: number } {
    const { changes, lastInsertRowid } = this.#statement(sql).run(...values);
    return { changes: Number(changes), id: Number(lastInsertRowid) };
  }

  script(sql: string): void {
    this.#database.exec(sql);
  }

  transaction<T>(work: () => T): T {
    this.script('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.script('COMMIT');
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  /** Some errors, such as a full disk, end a transaction by themselves. */
  #rollBack(): void {
    try {
      this.script('ROLLBACK');
    } catch {
      // Then there is none.
    }
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
