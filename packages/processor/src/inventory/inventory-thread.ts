/** An inventory in a thread of its own: writing to the store never delays what is taken in. */
import { type SilenceSettings, startWorker } from '../pipeline/consumer/worker-port.ts';
import type { StartInventory } from './messages.ts';

const MIB = 1024 * 1024;
/** What the program, the paths it knows and a saving on its way take besides the endpoints. */
const HEAP_MIB_BASE = 256;
/** Endpoints as they are counted are an estimate of what they take. */
const HEAP_SHARE = 3;

/** What begins threads. */
export function inventoryThread({ clock, silenceMsMax }: SilenceSettings): StartInventory {
  const file = new URL(import.meta.resolve('#processor/inventory/inventory-worker.ts'));
  return (data, listener) => {
    const heapMib = HEAP_MIB_BASE + HEAP_SHARE * Math.ceil(data.limits.memoryBytesMax / MIB);
    const settings = { name: 'inventory', file, data, heapMib, clock, silenceMsMax };
    return startWorker<never, never>(settings, listener);
  };
}
