/** The machine a processor runs on, as a part of its world. */
import { systemClock } from '../pipeline/clock.ts';
import { nodeFileSystem } from '../pipeline/file-system.ts';
import { AdminServer } from '../telemetry/admin-server.ts';
import { observeProcess } from '../telemetry/observe-process.ts';
import { openDataFolder } from './data-folder.ts';
import type { ProcessorWorld } from './foundation.ts';

/** What of its world is the machine's. */
export type Machine = Pick<
  ProcessorWorld,
  'clock' | 'fileSystem' | 'hasThreads' | 'openFolder' | 'random' | 'createAdmin' | 'observeProcess'
>;

/** Its clocks, disk, threads and chance, and where it can be asked. */
export const machine: Machine = {
  clock: systemClock,
  fileSystem: nodeFileSystem,
  hasThreads: true,
  openFolder: openDataFolder,
  random: Math.random,
  createAdmin: (options, needs) => new AdminServer(options, needs),
  observeProcess,
};
