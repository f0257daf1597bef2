/** The thread of an analysis that goes the way the facts of an entry name. All but that is as in the real one. */
import { parentPort, workerData } from 'node:worker_threads';
import { Analysis } from '#processor/analysis/analysis.ts';
import type { AnalysisRequest, AnalysisSettings } from '#processor/analysis/messages.ts';
import { hearPosted } from '#processor/pipeline/consumer/worker-port.ts';
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
    say('hangs');
    for (;;);
  },
};

function unprepared(): never {
  throw new RangeError('late');
}

if (parentPort === null) throw new Error('this file is the beginning of a thread');
const port = parentPort;
/** Tells the test what it does: that it answered, that it hangs. */
const told = new BroadcastChannel('mortal-analysis');
function say(what: string): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- BroadcastChannel takes no origin: it reaches this process alone
  told.postMessage(what);
}
const analysis = new Analysis(workerData as AnalysisSettings, {
  clock: systemClock,
  fileSystem: nodeFileSystem,
  report: (what) => port.postMessage(what),
});
hearPosted(port, {
  receive(request: AnalysisRequest) {
    const text = request.kind === 'entry' ? Buffer.from(request.facts).toString('latin1') : '';
    const way = Object.entries(WAYS).find(([name]) => text.includes(name))?.[1];
    if (way === undefined) analysis.receive(request);
    // Those before it are answered first, as what they are worked on one by one.
    else setImmediate(way);
  },
});
port.on('message', ({ kind }: { readonly kind: string }) => {
  if (kind === 'ask') say('asked');
});
await analysis.run();
