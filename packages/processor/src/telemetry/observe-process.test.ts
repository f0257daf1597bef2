/** What a process costs, as it is shown: memory, and how late its event loop is since it was last asked. */
import { expect } from 'chai';
import type { Reading } from './labelled-sum.ts';
import type { Metrics } from './metrics.ts';
import { observeProcess } from './observe-process.ts';

/** Metrics that are read by name. */
function readable(): { readonly metrics: Metrics; readonly read: (name: string) => number } {
  const observed = new Map<string, () => number | readonly Reading[]>();
  const metrics: Metrics = {
    add: () => undefined,
    observe: (name, read) => void observed.set(name, read),
    handleScrape: (_request, response) => void response.end(),
    shutdown: () => Promise.resolve(),
  };
  return { metrics, read: (name) => Number(observed.get(name)?.()) };
}

/** Holds the event loop for some milliseconds, then gives it one turn. */
async function holdFor(heldMs: number): Promise<void> {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, heldMs);
  await new Promise((resolve) => setImmediate(resolve));
}

describe('the gauges of the process', () => {
  it('show its resident memory in bytes', () => {
    const { metrics, read } = readable();
    const end = observeProcess(metrics);
    expect(read('process.resident_memory_bytes')).to.be.within(1e7, 1e11);
    end();
  });

  it('show how late the event loop was, in seconds, and begin anew when they are read', async () => {
    const { metrics, read } = readable();
    const end = observeProcess(metrics);
    // Once more, as long as the measurement has not begun.
    while (read('process.event_loop_delay_seconds') === 0) await holdFor(150);
    expect(read('process.event_loop_delay_seconds')).to.be.within(0, 10);
    expect(read('process.event_loop_delay_max_seconds')).to.be.within(0.1, 10);
    expect(read('process.event_loop_delay_max_seconds')).to.equal(0);
    end();
  });

  it('show that nothing was late, never less', () => {
    const { metrics, read } = readable();
    const end = observeProcess(metrics);
    expect(read('process.event_loop_delay_seconds')).to.equal(0);
    expect(read('process.event_loop_delay_max_seconds')).to.equal(0);
    end();
  });
});
