/** One file of lines: what is in it is whole lines, on disk, whatever came in between. */
import { dirname } from 'node:path';
import { DiskFullError, type FileSystem, type OpenFile } from '../../pipeline/file-system.ts';

const LINE_FEED = 0x0a;
const READ_BYTES = 256 * 1024;

/**
 * Appends. After a failure it is closed and not used again: what it wrote in vain is cut off at once, or,
 * where the disk refuses that too, by who opens it next.
 */
export class LineFile {
  readonly #file: OpenFile;
  #wholeBytes: number;

  private constructor(file: OpenFile, wholeBytes: number) {
    this.#file = file;
    this.#wholeBytes = wholeBytes;
  }

  /** Makes a file; its name is on disk when it settles. */
  static async create(path: string, fileSystem: FileSystem): Promise<LineFile> {
    const file = await fileSystem.open(path, 'create');
    try {
      await fileSystem.syncFolder(dirname(path));
    } catch (error) {
      await closeQuietly(file);
      throw error;
    }
    return new LineFile(file, 0);
  }

  /**
   * Opens one that was written before, and cuts off what is torn: all behind `wholeBytes` where that is known,
   * else behind the last line that is whole. A stretch of zeros is what a power loss leaves of a write.
   */
  static async open(path: string, fileSystem: FileSystem, wholeBytes?: number): Promise<LineFile> {
    const file = await fileSystem.open(path, 'write');
    try {
      const whole = wholeBytes ?? (await wholeBytesOf(file));
      // Also where nothing is torn: what a killed process has made, written or cut may be in memory alone.
      await cut(file, whole);
      await fileSystem.syncFolder(dirname(path));
      return new LineFile(file, whole);
    } catch (error) {
      await closeQuietly(file);
      throw error;
    }
  }

  /** Bytes of the lines that are on disk. */
  get wholeBytes(): number {
    return this.#wholeBytes;
  }

  /** Whole lines; on disk when it settles. */
  async append(lines: Uint8Array): Promise<void> {
    try {
      const written = await this.#file.write([lines], this.#wholeBytes);
      if (written < lines.length) throw new DiskFullError('no room');
      await this.#file.sync();
    } catch (error) {
      await cut(this.#file, this.#wholeBytes).catch(() => undefined);
      throw error;
    }
    this.#wholeBytes += lines.length;
  }

  /** Never rejects: all that counts was synced before. */
  close(): Promise<void> {
    return closeQuietly(this.#file);
  }
}

async function cut(file: OpenFile, bytes: number): Promise<void> {
  await file.truncate(bytes);
  await file.sync();
}

async function wholeBytesOf(file: OpenFile): Promise<number> {
  const buffer = Buffer.alloc(READ_BYTES);
  let [position, whole] = [0, 0];
  for (;;) {
    const length = await file.read(buffer, position);
    const read = buffer.subarray(0, length);
    const zero = read.indexOf(0);
    const end = read.lastIndexOf(LINE_FEED, zero === -1 ? length : zero);
    if (end !== -1 && length > 0) whole = position + end + 1;
    if (zero !== -1 || length < buffer.length) return whole;
    position += length;
  }
}

async function closeQuietly(file: OpenFile): Promise<void> {
  await file.close().catch(() => undefined);
}
