/** Keeps the state of correlation in one file: written aside, fsynced, renamed. */
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What is kept. */
export interface Snapshot {
  /** Entries of the journal up to this one are in the state. */
  readonly sequence: number;
  /** The engine's own, of its own version. */
  readonly state: unknown;
}

const VERSION = 1;

/** Reads and writes one snapshot. */
export class SnapshotFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The last snapshot, or undefined where there is none that can be used. */
  async read(): Promise<Snapshot | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#path, 'utf8'));
      return isSnapshot(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** Replaces the snapshot; killed at any moment, the old or the new one is whole. */
  async write(snapshot: Snapshot): Promise<void> {
    const aside = `${this.#path}.new`;
    const file = await open(aside, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify({ version: VERSION, ...snapshot }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, this.#path);
    const folder = await open(dirname(this.#path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

function isSnapshot(value: unknown): value is Snapshot {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === VERSION &&
    'sequence' in value &&
    typeof value.sequence === 'number' &&
    'state' in value
  );
}
