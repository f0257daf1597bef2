/** Compresses a file that is not written to any more: aside, synced, renamed; then the plain one goes. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { DiskFullError, type FileSystem, type OpenFile } from '../../pipeline/file-system.ts';

/** Behind the name of what is not whole yet. */
export const UNFINISHED_ENDING = '.new';

const READ_BYTES = 256 * 1024;

/** Where things are, and whether it is still wanted. */
export interface PackOptions {
  readonly folder: string;
  readonly from: string;
  readonly to: string;
  readonly fileSystem: FileSystem;
  /** Asked again and again: aborted, it ends with that as error, and the plain file stays. */
  readonly signal: AbortSignal;
}

/** Killed in between, both files may be there: the compressed one is then whole, and the plain one to be removed. */
export async function packFile(options: PackOptions): Promise<void> {
  const { folder, from, to, fileSystem } = options;
  const aside = `${to}${UNFINISHED_ENDING}`;
  // On disk too: else the next rename might give its name to what an earlier attempt has left there.
  await fileSystem.remove(aside);
  await fileSystem.syncFolder(folder);
  const source = await fileSystem.open(from, 'read');
  try {
    await compress(source, aside, options);
  } catch (error) {
    await fileSystem.remove(aside).catch(() => undefined);
    throw error;
  } finally {
    await source.close().catch(() => undefined);
  }
  await fileSystem.rename(aside, to);
  await fileSystem.syncFolder(folder);
  await fileSystem.remove(from);
  await fileSystem.syncFolder(folder);
}

async function compress(
  source: OpenFile,
  aside: string,
  { fileSystem, signal }: PackOptions,
): Promise<void> {
  const target = await fileSystem.open(aside, 'create');
  try {
    let position = 0;
    await pipeline(
      Readable.from(chunksOf(source)),
      createGzip(),
      async (packed: AsyncIterable<Buffer>) => {
        for await (const chunk of packed) {
          const written = await target.write([chunk], position);
          if (written < chunk.length) throw new DiskFullError('no room');
          position += written;
        }
      },
      { signal },
    );
    await target.sync();
  } finally {
    await target.close().catch(() => undefined);
  }
}

async function* chunksOf(file: OpenFile): AsyncGenerator<Buffer> {
  let position = 0;
  for (;;) {
    const buffer = Buffer.alloc(READ_BYTES);
    const length = await file.read(buffer, position);
    if (length > 0) yield buffer.subarray(0, length);
    if (length < buffer.length) return;
    position += length;
  }
}
