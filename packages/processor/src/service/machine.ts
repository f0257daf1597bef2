/** The machine a processor runs on, as a part of its world. */
import { systemClock } from '../pipeline/clock.ts';
import { nodeFileSystem } from '../pipeline/file-system.ts';
import { openDataFolder } from './data-folder.ts';
import type { ProcessorWorld } from './foundation.ts';

/** Its clocks, disk, threads and chance. */
export const machine: Pick<
  ProcessorWorld,
  'clock' | 'fileSystem' | 'hasThreads' | 'openFolder' | 'random'
> = {
  clock: systemClock,
  fileSystem: nodeFileSystem,
  hasThreads: true,
  openFolder: openDataFolder,
  random: Math.random,
};
