/** File access as all that keeps something needs it. A simulated one in the tests loses, tears and refuses. */
import { constants } from 'node:fs';
import { open, readdir, rename, rm, statfs, type FileHandle } from 'node:fs/promises';
import { assertOurFile, makeOurFolder } from './own-files.ts';

/** An open file. */
export interface OpenFile {
  /** Writes all buffers at a position; fewer bytes than asked for means the disk is full. */
  write(buffers: readonly Uint8Array[], position: number): Promise<number>;
  /** Fills the buffer from a position; fewer bytes mean the end of the file. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  /** Cuts off what is behind so many bytes; on disk after the next sync. */
  truncate(bytes: number): Promise<void>;
  /** Content on disk when it settles. After a failure the file must not be written again. */
  sync(): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/** How a file is opened: `create` fails where it exists; `read` is for reading and syncing. */
export type OpenMode = 'create' | 'read' | 'write';

/** Files and folders. Paths are absolute. Errors carry Node's `code`. */
export interface FileSystem {
  /** Makes it where it is missing. */
  makeFolder(path: string): Promise<void>;
  /** Names in a folder, sorted. */
  list(path: string): Promise<readonly string[]>;
  open(path: string, mode: OpenMode): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Names on disk when it settles. */
  syncFolder(path: string): Promise<void>;
  /** Bytes of the disk a folder lies on, and how many of them may still be written. 0 of 0: not known. */
  space(path: string): Promise<{ readonly totalBytes: number; readonly freeBytes: number }>;
}

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
const FLAGS: Readonly<Record<OpenMode, number>> = {
  create: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW,
  read: O_RDONLY | O_NOFOLLOW,
  write: O_RDWR | O_NOFOLLOW,
};

/** The machine's files. Follows no link, and opens no file that is not ours. */
export const nodeFileSystem: FileSystem = {
  makeFolder: async (path) => makeOurFolder(path),
  list: async (path) => (await readdir(path)).toSorted(),
  open: async (path, mode) => {
    const handle = await open(path, FLAGS[mode], 0o600);
    try {
      assertOurFile(path, await handle.stat());
      return openFile(handle);
    } catch (error) {
      await handle.close();
      throw error;
    }
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  syncFolder: async (path) => {
    const folder = await open(path, O_RDONLY);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
  space: async (path) => {
    const { blocks, bavail, bsize } = await statfs(path);
    return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  },
};

function openFile(handle: FileHandle): OpenFile {
  return {
    write: async (buffers, position) => (await handle.writev(buffers, position)).bytesWritten,
    read: async (buffer, position) =>
      (await handle.read(buffer, 0, buffer.length, position)).bytesRead,
    truncate: (bytes) => handle.truncate(bytes),
    sync: () => handle.datasync(),
    size: async () => (await handle.stat()).size,
    close: () => handle.close(),
  };
}

/** The code of a file error, such as `ENOSPC`; an empty text where it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

/** Fewer bytes were written than asked for. */
export class DiskFullError extends Error {
  readonly code: string = 'ENOSPC';
}

/** Whether a write failed for want of room. */
export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(errorCode(error));
}
