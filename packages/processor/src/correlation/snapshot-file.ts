/** Keeps the state of correlation in one file: written aside, fsynced, renamed. */
import { dirname } from 'node:path';
import { DiskFullError, type FileSystem } from '../pipeline/file-system.ts';

/** What is kept. */
export interface Snapshot {
  /** Entries of the journal up to this one are in the state. */
  readonly sequence: number;
  /** The engine's own, of its own version. */
  readonly state: Uint8Array;
}

type WithRoom = (work: () => Promise<void>) => Promise<void>;

/** Magic of the file, version of its head, then the sequence: what stands behind is the engine's. */
const MAGIC = 0x53_47_43_53;
const VERSION = 2;
const HEAD_BYTES = 16;

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
        return decode(bytes.subarray(0, await file.read(bytes, 0)));
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
  write({ sequence, state }: Snapshot): Promise<void> {
    // Not joined: of a state of megabytes there is no second copy.
    return this.#withRoom(() => this.#replace([headOf(sequence), state]));
  }

  async #replace(parts: readonly Uint8Array[]): Promise<void> {
    const aside = `${this.#path}.new`;
    await this.#fileSystem.remove(aside);
    const file = await this.#fileSystem.open(aside, 'create');
    try {
      const bytes = parts.reduce((sum, { length }) => sum + length, 0);
      if ((await file.write(parts, 0)) < bytes) throw new DiskFullError();
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

function headOf(sequence: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(MAGIC, 0);
  head.writeUInt32BE(VERSION, 4);
  head.writeDoubleBE(sequence, 8);
  return head;
}

/** Undefined where the bytes are not a snapshot of this version. */
function decode(bytes: Buffer): Snapshot | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const isOurs = bytes.readUInt32BE(0) === MAGIC && bytes.readUInt32BE(4) === VERSION;
  const sequence = bytes.readDoubleBE(8);
  if (!isOurs || !Number.isSafeInteger(sequence)) return undefined;
  return { sequence, state: bytes.subarray(HEAD_BYTES) };
}
