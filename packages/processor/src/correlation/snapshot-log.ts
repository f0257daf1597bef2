/**
 * Keeps the windows of correlation in one file: all of them, and behind that what changed since, saving by
 * saving. Once the changes outgrow what they stand on, all is written anew: aside, fsynced, renamed.
 *
 * A file is a head of 8 bytes (magic, version), then pieces, each with a head of 16: bytes, CRC-32 of what
 * stands behind it, sequence. Big-endian. The first piece is whole, the others are changes on top of it.
 */
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { DiskFullError, type FileSystem, type OpenFile } from '../pipeline/file-system.ts';

/** What is saved. */
export interface Saving {
  /** Entries of the journal up to this one are in the windows. */
  readonly sequence: number;
  /** The engine's own, of its own version. */
  readonly state: Uint8Array;
}

/** What was saved, all of it. */
export interface SavedWindows {
  readonly sequence: number;
  readonly whole: Uint8Array;
  /** In their order. */
  readonly changes: readonly Uint8Array[];
}

const MAGIC = 0x53_47_43_53;
const VERSION = 3;
const FILE_HEAD_BYTES = 8;
const PIECE_HEAD_BYTES = 16;
/** So many bytes of changes are not worth writing all anew. */
const CHANGES_BYTES_MIN = 1024 * 1024;
/** What one read or write takes at most; systems stop at 2 GiB. */
const STEP_BYTES = 256 * 1024 * 1024;

/** Reads and writes one such file. */
export class SnapshotLog {
  readonly #path: string;
  readonly #fileSystem: FileSystem;
  /** Open while changes may go behind what is there. */
  #file: OpenFile | undefined;
  #bytes = 0;
  #wholeBytes = 0;

  constructor(path: string, fileSystem: FileSystem) {
    this.#path = path;
    this.#fileSystem = fileSystem;
  }

  /** What was saved last, or undefined where there is nothing that can be used. A torn end is left out. */
  async read(): Promise<SavedWindows | undefined> {
    try {
      const file = await this.#fileSystem.open(this.#path, 'read');
      try {
        return await readPieces(file);
      } finally {
        await file.close();
      }
    } catch {
      return undefined;
    }
  }

  /**
   * Whether the next saving has to be whole: the first of each run, so that no torn end stays, the next after
   * one that failed, and where the changes have outgrown what they stand on.
   */
  get wantsWhole(): boolean {
    const changesBytes = this.#bytes - this.#wholeBytes;
    return this.#file === undefined || changesBytes > Math.max(this.#wholeBytes, CHANGES_BYTES_MIN);
  }

  /**
   * Replaces what is there; killed at any moment, the old or the new is whole. Rejects where that fails, and
   * leaves nothing of the new.
   */
  async writeWhole(saving: Saving): Promise<void> {
    await this.close();
    const aside = `${this.#path}.new`;
    await this.#fileSystem.remove(aside);
    const file = await this.#fileSystem.open(aside, 'create');
    try {
      await writeAll(file, fileHead(), 0);
      const end = await writePiece(file, saving, FILE_HEAD_BYTES);
      await file.sync();
      await this.#fileSystem.rename(aside, this.#path);
      await this.#fileSystem.syncFolder(dirname(this.#path));
      this.#file = file;
      this.#bytes = end;
      this.#wholeBytes = end;
    } catch (error) {
      await file.close().catch(() => undefined);
      await this.#fileSystem.remove(aside).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Puts changes behind what is there, on disk when it settles. Where it rejects they may be called for once
   * more; if they are not, `giveUp`.
   */
  async append(saving: Saving): Promise<void> {
    if (this.#file === undefined) throw new Error('there is nothing that changes could stand on');
    const end = await writePiece(this.#file, saving, this.#bytes);
    await this.#file.sync();
    this.#bytes = end;
  }

  /** What was to be saved is not: the next saving has to be whole. */
  giveUp(): Promise<void> {
    return this.close();
  }

  /** May be called twice. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => undefined);
  }
}

function fileHead(): Buffer {
  const head = Buffer.alloc(FILE_HEAD_BYTES);
  head.writeUInt32BE(MAGIC, 0);
  head.writeUInt32BE(VERSION, 4);
  return head;
}

/** Where the piece ends. */
async function writePiece(
  file: OpenFile,
  { sequence, state }: Saving,
  at: number,
): Promise<number> {
  const head = Buffer.alloc(PIECE_HEAD_BYTES);
  head.writeUInt32BE(state.length, 0);
  head.writeDoubleBE(sequence, 8);
  head.writeUInt32BE(crc32(state, crc32(head.subarray(8))), 4);
  await writeAll(file, head, at);
  await writeAll(file, state, at + PIECE_HEAD_BYTES);
  return at + PIECE_HEAD_BYTES + state.length;
}

async function writeAll(file: OpenFile, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const step = bytes.subarray(done, done + STEP_BYTES);
    if ((await file.write([step], at + done)) < step.length) throw new DiskFullError();
    done += step.length;
  }
}

/** All pieces up to the first that is not as it was written; undefined where not even the first is. */
async function readPieces(file: OpenFile): Promise<SavedWindows | undefined> {
  const size = await file.size();
  const head = await readAll(file, 0, FILE_HEAD_BYTES);
  if (head.compare(fileHead()) !== 0) return undefined;
  const states: Uint8Array[] = [];
  let sequence = -1;
  for (let at = FILE_HEAD_BYTES; at + PIECE_HEAD_BYTES <= size;) {
    const piece = await readAll(file, at, PIECE_HEAD_BYTES);
    const length = piece.readUInt32BE(0);
    const end = at + PIECE_HEAD_BYTES + length;
    const next = piece.readDoubleBE(8);
    if (end > size || !Number.isSafeInteger(next) || next < sequence) break;
    const state = await readAll(file, at + PIECE_HEAD_BYTES, length);
    if (crc32(state, crc32(piece.subarray(8))) !== piece.readUInt32BE(4)) break;
    states.push(state);
    sequence = next;
    at = end;
  }
  const [whole, ...changes] = states;
  return whole === undefined ? undefined : { sequence, whole, changes };
}

async function readAll(file: OpenFile, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const read = await file.read(bytes.subarray(done, done + STEP_BYTES), at + done);
    if (read === 0) throw new Error('the file ends early');
    done += read;
  }
  return bytes;
}
