/** `spanguard store backup`: a whole copy of what the processor keeps for long, while it runs or not. */
import type { StoreCommand } from './parse-store-command.ts';
import { type StoreWorld, withStore } from './store-world.ts';

/** Exit code 1 where the copy cannot be made. */
export function runStore(world: StoreWorld, { operands: [file = ''] }: StoreCommand): number {
  return withStore(world, { readOnly: true }, (store) => {
    store.backup(file);
    world.stdout(`${file} holds a copy; as store.sqlite in a data folder it is used again\n`);
    return 0;
  });
}
