/**
 * Keeps an inventory of batches that are told by their numbers, from where the store says it is up to a
 * last one, and saves ever so often: a process of its own, so that it can be killed. Prints a line for each
 * saving.
 */
import { Inventory, INVENTORY } from '#processor/inventory/inventory.ts';
import { noCounters } from '#processor/pipeline/counters.ts';
import { Posture } from '#processor/posture/posture.ts';
import { openStore } from '#processor/store/store.ts';
import { batchOf, REQUESTS_OF_BATCH } from './numbered-batches.ts';

const [path = '', last = '0'] = process.argv.slice(2);
const { store } = openStore(path, () => 'aside');
const limits = { endpointsMax: 1000, memoryBytesMax: 30_000, retentionMs: 1e12 };
const posture = new Posture({ store, closeAfterMs: 1000, counters: noCounters });
const inventory = new Inventory({ store, limits, posture, counters: noCounters });
for (let sequence = store.cursor(INVENTORY) + 1; sequence <= Number(last); sequence += 1) {
  inventory.take(batchOf(sequence));
  if (sequence % 3 !== 0 && sequence < Number(last)) continue;
  inventory.save(sequence, 0);
  process.stdout.write(`${sequence * REQUESTS_OF_BATCH}\n`);
}
store.close();
