/**
 * Where the thread of an inventory begins. What nobody catches here ends the thread, and its consumer is
 * told.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../pipeline/clock.ts';
import { hearPosted } from '../pipeline/consumer/worker-port.ts';
import { InventoryKeeper } from './inventory-keeper.ts';
import type { InventorySettings } from './messages.ts';

if (parentPort === null) throw new Error('this file is the beginning of a thread');
const port = parentPort;
const keeper = new InventoryKeeper(workerData as InventorySettings, {
  clock: systemClock,
  report: (report) => port.postMessage(report),
});
hearPosted(port, keeper);
