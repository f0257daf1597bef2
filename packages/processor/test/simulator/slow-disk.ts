/** The simulated disk, on which every call takes a turn, and may fail. */
import type { SeededRandom } from '@spanguard/testkit';
import type { FileSystem, OpenFile } from '#processor/pipeline/file-system.ts';
import type { Schedule } from './schedule.ts';

/** How often a call fails, from 0 to 1; see `DiskFaults` for the others. */
export interface CallFaults {
  /** Nothing is written, and the file may never be written again. */
  writeFails: number;
  /** Nothing can be made any more. */
  createFails: number;
}

/** What calls of one life pass through. */
export interface SlowDiskOptions {
  readonly disk: FileSystem;
  readonly schedule: Schedule;
  readonly random: SeededRandom;
  readonly faults: CallFaults;
}

/** See the head of this file. */
export function slowDisk({ disk, schedule, random, faults }: SlowDiskOptions): FileSystem {
  const slowFile = (file: OpenFile): OpenFile => ({
    write: (buffers, position) =>
      schedule.act(() => {
        if (random.chance(faults.writeFails)) throw failure('EIO');
        return file.write(buffers, position);
      }),
    read: (buffer, position) => schedule.act(() => file.read(buffer, position)),
    truncate: (bytes) => schedule.act(() => file.truncate(bytes)),
    sync: () => schedule.act(() => file.sync(), { isSlow: true }),
    size: () => schedule.act(() => file.size()),
    close: () => schedule.act(() => file.close()),
  });
  return {
    makeFolder: (path) => schedule.act(() => disk.makeFolder(path)),
    list: (path) => schedule.act(() => disk.list(path)),
    open: (path, mode) =>
      schedule.act(async () => {
        if (mode === 'create' && random.chance(faults.createFails)) throw failure('ENOSPC');
        return slowFile(await disk.open(path, mode));
      }),
    rename: (from, to) => schedule.act(() => disk.rename(from, to)),
    remove: (path) => schedule.act(() => disk.remove(path)),
    syncFolder: (path) => schedule.act(() => disk.syncFolder(path), { isSlow: true }),
    space: (path) => schedule.act(() => disk.space(path)),
  };
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
