/** File access as the journal needs it. A simulated one in the tests loses, tears and refuses at will. */
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';

/** An open file. */
export interface JournalFile {
  /** Writes all buffers at a position; fewer bytes than asked for means the disk is full. */
  write(buffers: readonly Uint8Array[], position: number): Promise<number>;
  /** Fills the buffer from a position; fewer bytes mean the end of the file. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  /** Content on disk when it settles. After a failure the file must not be written again. */
  sync(): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/** Files and folders. Paths are absolute. Errors carry Node's `code`. */
export interface FileSystem {
  makeFolder(path: string): Promise<void>;
  /** Names in a folder, sorted. */
  list(path: string): Promise<readonly string[]>;
  /** `create` fails where the file exists; `read` opens for reading and syncing. */
  open(path: string, mode: 'create' | 'read'): Promise<JournalFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Names on disk when it settles. */
  syncFolder(path: string): Promise<void>;
}

/** The machine's files. */
export const nodeFileSystem: FileSystem = {
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  list: async (path) => (await readdir(path)).toSorted(),
  open: async (path, mode) => {
    const flags =
      mode === 'create'
        ? constants.O_RDWR | constants.O_CREAT | constants.O_EXCL
        : constants.O_RDONLY;
    return nodeFile(await open(path, flags, 0o600));
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  syncFolder: async (path) => {
    const folder = await open(path, constants.O_RDONLY);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

function nodeFile(handle: FileHandle): JournalFile {
  return {
    write: async (buffers, position) => (await handle.writev(buffers, position)).bytesWritten,
    read: async (buffer, position) =>
      (await handle.read(buffer, 0, buffer.length, position)).bytesRead,
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
