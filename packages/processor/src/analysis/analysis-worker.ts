/** Where the thread of an analysis begins. What nobody catches here ends the thread, and its consumer is told. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../pipeline/clock.ts';
import { nodeFileSystem } from '../pipeline/file-system.ts';
import { Analysis } from './analysis.ts';
import type { ThreadReport, ThreadRequest } from './analysis-thread.ts';
import type { AnalysisSettings } from './messages.ts';

if (parentPort === null) throw new Error('this file is the beginning of a thread');
const port = parentPort;
const report = (what: ThreadReport): void => port.postMessage(what);
const analysis = new Analysis(workerData as AnalysisSettings, {
  clock: systemClock,
  fileSystem: nodeFileSystem,
  report,
});
port.on('message', (request: ThreadRequest) => {
  if (request.kind === 'ask') report({ kind: 'here' });
  else analysis.receive(request);
});
await analysis.run();
