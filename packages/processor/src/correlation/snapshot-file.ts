/** Keeps the state of correlation in one file: written aside, fsynced, renamed. */
import { dirname } from 'node:path';
import { DiskFullError, type FileSystem } from '../pipeline/file-system.ts';

/** What is kept. */
export interface Snapshot {
  /** Entries of the journal up to this one are in the state. */
  readonly sequence: number;
  /** The engine's own, of its own version. */
  readonly state: unknown;
}

type WithRoom = (work: () => Promise<void>) => Promise<void>;

const VERSION = 1;

/** Reads and writes one snapshot. */
export class SnapshotFile {
  readonly #path: string;
  readonly #fileSystem: FileSystem;
  readonly #withRoom: WithRoom;

  /** `withRoom` does what needs room on the disk, and may make some. */
  constructor(path: string, fileSystem: FileSystem, withRoom: WithRoom = (work) => work()) {
    this.#path = path;
    this.#fileSystem = fileSystem;
    this.#withRoom = withRoom;
  }

  /** The last snapshot, or undefined where there is none that can be used. */
  async read(): Promise<Snapshot | undefined> {
    try {
      const file = await this.#fileSystem.open(this.#path, 'read');
      try {
        const bytes = Buffer.alloc(await file.size());
        const value: unknown = JSON.parse(bytes.toString('utf8', 0, await file.read(bytes, 0)));
        return isSnapshot(value) ? value : undefined;
      } finally {
        await file.close();
      }
    } catch {
      return undefined;
    }
  }

  /**
   * Replaces the snapshot; killed at any moment, the old or the new one is whole. Rejects where that fails,
   * and leaves nothing of the new one.
   */
  write(snapshot: Snapshot): Promise<void> {
    const bytes = Buffer.from(JSON.stringify({ version: VERSION, ...snapshot }));
    return this.#withRoom(() => this.#replace(bytes));
  }

  async #replace(bytes: Buffer): Promise<void> {
    const aside = `${this.#path}.new`;
    await this.#fileSystem.remove(aside);
    const file = await this.#fileSystem.open(aside, 'create');
    try {
      if ((await file.write([bytes], 0)) < bytes.length) throw new DiskFullError();
      await file.sync();
      await this.#fileSystem.rename(aside, this.#path);
      await this.#fileSystem.syncFolder(dirname(this.#path));
    } catch (error) {
      await this.#fileSystem.remove(aside).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
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
