/** The thread of an analysis that goes the way the facts of an entry name. All but that is as in the real one. */
import { parentPort, workerData } from 'node:worker_threads';
import { Analysis } from '#processor/analysis/analysis.ts';
import type { ThreadReport, ThreadRequest } from '#processor/analysis/analysis-thread.ts';
import type { AnalysisSettings } from '#processor/analysis/messages.ts';
import { systemClock } from '#processor/pipeline/clock.ts';
import { nodeFileSystem } from '#processor/pipeline/file-system.ts';

const WAYS: Readonly<Record<string, () => void>> = {
  'no-memory': () => {
    // Objects one by one, as windows are: Node can end a thread between two of them.
    const all: unknown[] = [];
    for (;;) all.push({ index: all.length, held: [all.length] });
  },
  'late-throw': () => void setImmediate(() => unprepared()),
  'late-rejection': () => void Promise.reject(new RangeError('late')),
  exit: () => process.exit(0),
  hang: () => {
    for (;;);
  },
};

function unprepared(): never {
  throw new RangeError('late');
}

if (parentPort === null) throw new Error('this file is the beginning of a thread');
const port = parentPort;
/** Tells the test, behind the answer. */
const asked = new BroadcastChannel('mortal-analysis');
const report = (what: ThreadReport): void => port.postMessage(what);
const analysis = new Analysis(workerData as AnalysisSettings, {
  clock: systemClock,
  fileSystem: nodeFileSystem,
  report,
});
port.on('message', (request: ThreadRequest) => {
  if (request.kind === 'ask') {
    report({ kind: 'here' });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
    asked.postMessage('');
    return;
  }
  const text = request.kind === 'entry' ? Buffer.from(request.facts).toString('latin1') : '';
  const way = Object.entries(WAYS).find(([name]) => text.includes(name))?.[1];
  if (way === undefined) analysis.receive(request);
  // Those before it are answered first, as what they are worked on one by one.
  else setImmediate(way);
});
await analysis.run();
