/** A consumer's place in a journal, in a file of its own. Lost, the consumer sees records again. */
import type { FileSystem } from '../pipeline/file-system.ts';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

/** Ending of a cursor's file name; before it stands the consumer's. */
export const CURSOR_ENDING = '.cursor';

const BYTES_MAX = 32;

/** The sequence up to which a consumer is done; -1 where the file is not there or not readable. */
export async function readCursor(path: string, fileSystem: FileSystem): Promise<number> {
  try {
    const file = await fileSystem.open(path, 'read');
    try {
      const bytes = Buffer.alloc(BYTES_MAX);
      const text = bytes.toString('latin1', 0, await file.read(bytes, 0));
      const sequence = Number(/^(\d{1,16}) /.exec(text)?.[1] ?? -1);
      // One digit of it damaged, a cursor could lie far ahead, and all before it would never be read.
      return text === cursorText(sequence) ? sequence : -1;
    } finally {
      await file.close();
    }
  } catch {
    return -1;
  }
}

function cursorText(sequence: number): string {
  return `${sequence} ${crc32(`${sequence}`).toString(16)}\n`;
}

/** Replaces the cursor; killed at any moment, the old or the new one is whole. */
export async function writeCursor(
  path: string,
  sequence: number,
  fileSystem: FileSystem,
): Promise<void> {
  const aside = `${path}.new`;
  await fileSystem.remove(aside);
  const file = await fileSystem.open(aside, 'create');
  try {
    const bytes = Buffer.from(cursorText(sequence));
    if ((await file.write([bytes], 0)) < bytes.length)
      throw new Error('the cursor was not written whole');
    await file.sync();
  } finally {
    await file.close();
  }
  await fileSystem.rename(aside, path);
  await fileSystem.syncFolder(dirname(path));
}
