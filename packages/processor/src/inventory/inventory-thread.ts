/** An inventory in a thread of its own: writing to the store never delays what is taken in. */
import { Worker } from 'node:worker_threads';
import type { InventoryReport, StartInventory } from './messages.ts';

const MIB = 1024 * 1024;
/** What the program, the paths it knows and a saving on its way take besides the endpoints. */
const HEAP_MIB_BASE = 256;
/** Endpoints as they are counted are an estimate of what they take. */
const HEAP_SHARE = 3;
/** V8 lets young objects take far more, of which nothing here needs much. */
const YOUNG_MIB = 8;

/** A thread that ended though nobody asked it to. */
class ThreadEndedError extends Error {
  override readonly name = 'ThreadEndedError';
  readonly code = 'INVENTORY_ENDED';
}

/** Begins one. A thread that takes more memory than it may dies alone. */
export const startInventoryThread: StartInventory = (settings, { onReport, onDeath }) => {
  const file = new URL(import.meta.resolve('#processor/inventory/inventory-worker.ts'));
  const heapMib = HEAP_MIB_BASE + HEAP_SHARE * Math.ceil(settings.limits.memoryBytesMax / MIB);
  const worker = new Worker(file, {
    name: 'inventory',
    workerData: settings,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB, maxOldGenerationSizeMb: heapMib },
  });
  let isEnded = false;
  let cause: unknown;
  worker.on('message', (report: InventoryReport) => {
    // From here on it must not keep a process alive that has nothing else to do.
    if (report.kind === 'ready') worker.unref();
    if (!isEnded) onReport(report);
  });
  worker.on('messageerror', (error) => {
    cause = error;
    void worker.terminate();
  });
  worker.on('error', (error) => (cause = error));
  // Behind everything it reported.
  worker.on('exit', () => {
    if (!isEnded) onDeath(cause ?? new ThreadEndedError());
  });
  return {
    post: (request) => {
      if (request.kind === 'finish') worker.ref();
      worker.postMessage(request, request.kind === 'entry' ? [request.facts.buffer] : []);
    },
    end: async () => {
      isEnded = true;
      await worker.terminate();
    },
  };
};
