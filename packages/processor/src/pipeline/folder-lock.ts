/**
 * Who holds a folder. The kernel keeps the lock and lets go of it when the process ends, however it
 * ends; process ids say nothing, since two containers both have a process 1. Node has no call for it, SQLite
 * has: a database that holds nothing is locked, and is never written to, so that a full disk is no hindrance.
 */
import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { assertOurFile } from './own-files.ts';
import { loadSqlite } from './sqlite.ts';

const SQLITE_BUSY = 5;

/** Takes the lock; the call given back lets go of it. Throws where another process holds it. */
export function lockFolder(path: string): () => void {
  makeMissing(path);
  assertOurFile(path, lstatSync(path));
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(path);
  try {
    database.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;',
    );
  } catch (error) {
    database.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      isBusy(error)
        ? `${path} is held by another processor: give each a folder of its own`
        : `${path} cannot be locked (${reason}): it must be on a file system with locks`,
      { cause: error },
    );
  }
  return () => {
    if (database.isOpen) database.close();
  };
}

/** A file that is there is never opened but by SQLite: closing it would end the lock of this process. */
function makeMissing(path: string): void {
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  try {
    closeSync(openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
