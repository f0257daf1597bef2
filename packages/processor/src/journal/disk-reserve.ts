/**
 * Room on the disk for what makes room: snapshots, alerts, dead letters. A file of no content holds it while
 * there is room; when the disk is full it goes, and no telemetry is taken until it is back. Without it a disk
 * that the journal has filled stays full, since consumers save before segments go.
 */
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { type FileSystem, isDiskFull, type OpenFile } from '../pipeline/file-system.ts';
import type { Logger } from '../pipeline/logger.ts';

const BYTES_MAX = 32 * 1024 * 1024;
/** On a small disk it is a part of that. */
const DISK_SHARE = 1 / 16;
const BLOCK_BYTES = 4096;
const WRITE_BLOCKS = 256;

/** What a reserve works with. */
export interface DiskReserveOptions {
  /** Of the file. */
  readonly path: string;
  readonly fileSystem: FileSystem;
  readonly logger: Logger;
}

/** See the head of this file. */
export class DiskReserve {
  readonly #options: DiskReserveOptions;
  #isWhole = false;
  #restoring: Promise<boolean> | undefined;

  private constructor(options: DiskReserveOptions) {
    this.#options = options;
  }

  /** Makes it where there is room; where there is none, it is not whole. Never rejects. */
  static async open(options: DiskReserveOptions): Promise<DiskReserve> {
    const reserve = new DiskReserve(options);
    await reserve.restore();
    return reserve;
  }

  /** Whether the room is held. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Gives the room to those who asked in vain for some. */
  async release(): Promise<void> {
    if (!this.#isWhole) return;
    this.#isWhole = false;
    const { path, fileSystem, logger } = this.#options;
    await fileSystem.remove(path).catch(() => undefined);
    logger.error(
      { file: path },
      'the disk is full: nothing is taken until there is room again; what is there is delivered',
    );
  }

  /** Takes the room back; false where the disk is too full for it, and for somebody beside it. */
  restore(): Promise<boolean> {
    if (this.#isWhole) return Promise.resolve(true);
    this.#restoring ??= this.#make()
      .catch(() => false)
      .finally(() => (this.#restoring = undefined));
    return this.#restoring;
  }

  async #make(): Promise<boolean> {
    const { path, fileSystem } = this.#options;
    const { totalBytes, freeBytes } = await fileSystem.space(dirname(path));
    const share = Math.ceil((totalBytes * DISK_SHARE) / BLOCK_BYTES) * BLOCK_BYTES;
    const bytes = totalBytes === 0 ? BYTES_MAX : Math.min(BYTES_MAX, share);
    if (!(await this.#isThere(bytes))) {
      if (totalBytes > 0 && freeBytes < 2 * bytes) return false;
      await fileSystem.remove(path);
      await this.#fill(await fileSystem.open(path, 'create'), bytes);
    }
    this.#isWhole = true;
    return true;
  }

  async #isThere(bytes: number): Promise<boolean> {
    try {
      const file = await this.#options.fileSystem.open(this.#options.path, 'read');
      const size = await file.size();
      await file.close();
      return size === bytes;
    } catch {
      return false;
    }
  }

  /** Random bytes: zeros take no room where the disk compresses. */
  async #fill(file: OpenFile, bytes: number): Promise<void> {
    const block = randomBytes(BLOCK_BYTES);
    const blocks = Array.from({ length: WRITE_BLOCKS }, () => block);
    try {
      for (let at = 0; at < bytes;) {
        const written = await file.write(blocks.slice(0, (bytes - at) / BLOCK_BYTES), at);
        if (written === 0) throw new Error('no room');
        at += written;
      }
    } catch (error) {
      await this.#options.fileSystem.remove(this.#options.path).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
    }
  }
}

/** Does what needs room on the disk; where there is none, once more with that of the reserve. */
export async function withReserve<T>(reserve: DiskReserve, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDiskFull(error) || !reserve.isWhole) throw error;
    await reserve.release();
    return work();
  }
}
