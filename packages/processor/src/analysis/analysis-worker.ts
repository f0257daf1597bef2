/** Where the thread of an analysis begins. What nobody catches here ends the thread, and its consumer is told. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../pipeline/clock.ts';
import { hearPosted } from '../pipeline/consumer/worker-port.ts';
import { nodeFileSystem } from '../pipeline/file-system.ts';
import { Analysis } from './analysis.ts';
import type { AnalysisSettings } from './messages.ts';

if (parentPort === null) throw new Error('this file is the beginning of a thread');
const port = parentPort;
const analysis = new Analysis(workerData as AnalysisSettings, {
  clock: systemClock,
  fileSystem: nodeFileSystem,
  report: (what) => port.postMessage(what),
});
hearPosted(port, analysis);
await analysis.run();
