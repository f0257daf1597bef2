/**
 * What the store's schema became, version after version. What was released is never changed, only added to.
 */
import { type Database, numberIn } from './database.ts';

/** How to come from the version before: the first one makes version 1. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE cursor (consumer TEXT PRIMARY KEY, sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE endpoint (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    origin TEXT NOT NULL,
    first_ms REAL NOT NULL,
    last_ms REAL NOT NULL,
    requests REAL NOT NULL,
    details TEXT NOT NULL,
    latency BLOB NOT NULL,
    users BLOB NOT NULL,
    clients BLOB NOT NULL,
    UNIQUE (service, method, path)
  ) STRICT;
  CREATE INDEX endpoint_by_age ON endpoint (last_ms);
  `,
  `
  CREATE TABLE finding (
    id TEXT PRIMARY KEY,
    endpoint INTEGER NOT NULL REFERENCES endpoint (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    count REAL NOT NULL,
    first_ms REAL NOT NULL,
    last_ms REAL NOT NULL,
    opened_ms REAL NOT NULL,
    closed_ms REAL,
    openings INTEGER NOT NULL,
    evidence TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX finding_by_endpoint ON finding (endpoint);
  CREATE TABLE ignored (
    finding TEXT PRIMARY KEY REFERENCES finding (id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    since_ms REAL NOT NULL,
    until_ms REAL
  ) STRICT, WITHOUT ROWID;
  `,
];

/** Version that this program writes. */
export const STORE_VERSION: number = MIGRATIONS.length;

/** A newer program wrote it. */
export class StoreTooNewError extends Error {
  override readonly name = 'StoreTooNewError';
  readonly code = 'STORE_TOO_NEW';
}

/** Version of a database; 0 for an empty one. */
export function versionOf(database: Database): number {
  const [row = {}] = database.all('PRAGMA user_version');
  return numberIn(row, 'user_version');
}

/**
 * Brings a database to a version, the newest unless told otherwise. All of it, or nothing. Throws where it
 * is newer.
 */
export function migrate(database: Database, to: number = STORE_VERSION): void {
  const version = versionOf(database);
  if (version > to) {
    throw new StoreTooNewError(
      `the store is of version ${version}, this program knows up to ${to}: run the newer one`,
    );
  }
  if (version === to) return;
  database.transaction(() => {
    for (const sql of MIGRATIONS.slice(version, to)) database.script(sql);
    database.script(`PRAGMA user_version = ${to}`);
  });
}
