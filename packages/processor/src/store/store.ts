/**
 * What the processor knows for long: a file of SQLite in the data folder. How far a consumer is stands in it
 * beside what the consumer found out, and both change in one transaction: a crash neither loses nor doubles.
 */
import { closeSync, constants, existsSync, lstatSync, openSync, renameSync, rmSync } from 'node:fs';
import { assertOurFile } from '../pipeline/own-files.ts';
import { type Database, numberIn } from './database.ts';
import { EndpointTable } from './endpoint-table.ts';
import { FindingTable } from './finding-table.ts';
import { migrate, STORE_VERSION, versionOf } from './migrations.ts';
import { SqliteDatabase } from './sqlite-database.ts';

/** Its name in the data folder. */
export const STORE_NAME = 'store.sqlite';

/** A store that is open, and what became of a damaged one. */
export interface OpenedStore {
  readonly store: Store;
  /** Where a damaged file was put, so that this one could begin anew. */
  readonly movedAside: string | undefined;
}

/** A command needs a store, and there is none yet, or not of a version that it can read. */
export class NoStoreError extends Error {
  override readonly name = 'NoStoreError';
  readonly code = 'NO_STORE';
}

const NOT_A_DATABASE = 26;
const CORRUPT = 11;
/** The low byte of SQLite's extended codes says what they extend. */
const PRIMARY_CODE = 0xff;

/** See the head of this file. */
export class Store {
  readonly endpoints: EndpointTable;
  readonly findings: FindingTable;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    this.endpoints = new EndpointTable(database);
    this.findings = new FindingTable(database);
  }

  /** How far a consumer is; -1 where it is nowhere. */
  cursor(consumer: string): number {
    const [row] = this.#database.all('SELECT sequence FROM cursor WHERE consumer = ?', consumer);
    return row === undefined ? -1 : numberIn(row, 'sequence');
  }

  setCursor(consumer: string, sequence: number): void {
    this.#database.run(
      'INSERT INTO cursor (consumer, sequence) VALUES (?, ?) ON CONFLICT DO UPDATE SET sequence = excluded.sequence',
      consumer,
      sequence,
    );
  }

  /** All that `work` does, or none of it where it throws: durable once this returns. */
  transaction<T>(work: () => T): T {
    return this.#database.transaction(work);
  }

  /** Writes a whole copy, as of now, to a file that must not be there yet; others may go on meanwhile. */
  backup(file: string): void {
    if (existsSync(file)) throw new Error(`${file} is there already: name a file that is not`);
    // Made by us first, so that nobody else can read what SQLite writes into it.
    makeMissing(file);
    try {
      this.#database.run('VACUUM INTO ?', file);
    } catch (error) {
      rmSync(file, { force: true });
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}

/** Opens the store for who writes it, of this version when it is given; a damaged one is put aside. */
export function openStore(path: string, aside: () => string): OpenedStore {
  makeMissing(path);
  assertOurFile(path, lstatSync(path));
  try {
    return { store: new Store(openChecked(path)), movedAside: undefined };
  } catch (error) {
    if (!isDamaged(error)) throw error;
  }
  const movedAside = `${path}.damaged-${aside()}`;
  renameSync(path, movedAside);
  for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
  makeMissing(path);
  return { store: new Store(openChecked(path)), movedAside };
}

/** Opens the store beside a processor that runs, to read it, or to say what only people can. */
export function openStoreBeside(path: string, { readOnly }: { readonly readOnly: boolean }): Store {
  if (!existsSync(path)) {
    throw new NoStoreError(
      `${path} is not there: no processor with an inventory has run with this data folder`,
    );
  }
  assertOurFile(path, lstatSync(path));
  const database = new SqliteDatabase(path, { readOnly });
  const version = versionOf(database);
  if (version === STORE_VERSION) return new Store(database);
  database.close();
  throw new NoStoreError(
    `${path} is of version ${version}, this program reads ${STORE_VERSION}: start the processor of this version once`,
  );
}

function openChecked(path: string): Database {
  const database = new SqliteDatabase(path);
  try {
    const [row = {}] = database.all('PRAGMA quick_check(1)');
    if (row['quick_check'] !== 'ok') throw new DamagedStoreError('the store is damaged');
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

class DamagedStoreError extends Error {
  readonly errcode = CORRUPT;
}

function isDamaged(error: unknown): boolean {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) {
    return false;
  }
  const code = error.errcode & PRIMARY_CODE;
  return code === NOT_A_DATABASE || code === CORRUPT;
}

function makeMissing(path: string): void {
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  try {
    closeSync(openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
