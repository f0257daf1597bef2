/** What commands need that read what the processor keeps for long, while it runs or not. */
import { join } from 'node:path';
import { formatConfigProblem } from '../config/load-config.ts';
import { openStoreBeside, STORE_NAME, type Store } from '../store/store.ts';
import { type ConfigRequest, readConfig } from './read-config.ts';

/** What such a command works with. */
export interface StoreWorld extends ConfigRequest {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly nowMs: number;
}

/** Opens the store of a configuration for a command; 1 where that cannot be. */
export function withStore(
  world: StoreWorld,
  { readOnly }: { readonly readOnly: boolean },
  command: (store: Store) => number,
): number {
  const read = readConfig(world);
  if (!read.ok) {
    for (const problem of read.problems) world.stderr(`${formatConfigProblem(problem)}\n`);
    return 1;
  }
  let store: Store | undefined;
  try {
    store = openStoreBeside(join(read.config.data, STORE_NAME), { readOnly });
    return command(store);
  } catch (error) {
    world.stderr(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    store?.close();
  }
}

/** JSON for programs. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
