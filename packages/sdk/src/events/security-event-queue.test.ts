/** The queue's bounds on both sides, what it counts, and that a slow exporter costs nobody anything. */
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  LoggerProvider,
  type LogRecordExporter,
  type ReadableLogRecord,
} from '@opentelemetry/sdk-logs';
import { expect } from 'chai';
import { SecurityEventQueue, type SecurityEventQueueSettings } from './security-event-queue.ts';

class ScriptedExporter implements LogRecordExporter {
  readonly batches: number[] = [];
  closed = 0;
  readonly #answer: 'success' | 'failure' | 'never' | 'throw';

  constructor(answer: 'success' | 'failure' | 'never' | 'throw' = 'success') {
    this.#answer = answer;
  }

  export(records: ReadableLogRecord[], done: (result: ExportResult) => void): void {
    this.batches.push(records.length);
    if (this.#answer === 'throw') throw new Error('broken exporter');
    if (this.#answer === 'success') done({ code: ExportResultCode.SUCCESS });
    if (this.#answer === 'failure') done({ code: ExportResultCode.FAILED });
  }

  async forceFlush(): Promise<void> {
    // Holds nothing.
  }

  async shutdown(): Promise<void> {
    this.closed += 1;
  }
}

function filled(
  exporter: LogRecordExporter,
  { events, ...settings }: Partial<SecurityEventQueueSettings> & { events: number },
): SecurityEventQueue {
  const queue = new SecurityEventQueue(exporter, { delayMs: 60_000, ...settings });
  const logger = new LoggerProvider({ processors: [queue] }).getLogger('test');
  for (let at = 0; at < events; at++) {
    logger.emit({ eventName: 'security.authz_fail', context: ROOT_CONTEXT });
  }
  return queue;
}

describe('SecurityEventQueue', () => {
  it('keeps as many events as it may and counts the next as dropped', () => {
    const settings = { eventsMax: 8, batchMax: 100 };
    const counts = (events: number) =>
      filled(new ScriptedExporter(), { ...settings, events }).counts();
    expect(counts(8)).to.deep.equal({ exported: 0, dropped: 0, failed: 0, waiting: 8 });
    expect(counts(9)).to.deep.equal({ exported: 0, dropped: 1, failed: 0, waiting: 8 });
  });

  it('exports everything on a flush, in batches no larger than asked', async () => {
    const exporter = new ScriptedExporter();
    const queue = filled(exporter, { events: 7, batchMax: 100 });
    await queue.forceFlush();
    expect(exporter.batches).to.deep.equal([7]);
    const small = new ScriptedExporter();
    await filled(small, { events: 7, batchMax: 3 }).forceFlush();
    expect(small.batches.every((size) => size <= 3)).to.equal(true);
    expect(small.batches.reduce((sum, size) => sum + size, 0)).to.equal(7);
  });

  for (const answer of ['failure', 'throw'] as const) {
    it(`counts events as failed when the exporter answers with ${answer}`, async () => {
      const queue = filled(new ScriptedExporter(answer), { events: 2 });
      await queue.forceFlush();
      expect(queue.counts()).to.deep.equal({ exported: 0, dropped: 0, failed: 2, waiting: 0 });
    });
  }

  it('gives up on an exporter that never answers', async () => {
    const queue = filled(new ScriptedExporter('never'), { events: 2, exportTimeoutMs: 5 });
    // The queue's own timers keep no process alive, so the test must.
    const alive = setTimeout(() => undefined, 5_000);
    await queue.forceFlush();
    clearTimeout(alive);
    expect(queue.counts().failed).to.equal(2);
  });

  it('closes the exporter once, flushes first, and drops what comes later', async () => {
    const exporter = new ScriptedExporter();
    const queue = new SecurityEventQueue(exporter, { delayMs: 60_000 });
    const logger = new LoggerProvider({ processors: [queue] }).getLogger('test');
    logger.emit({ body: 'before' });
    await queue.shutdown();
    await queue.shutdown();
    logger.emit({ body: 'after' });
    expect(exporter.closed).to.equal(1);
    expect(queue.counts()).to.deep.equal({ exported: 1, dropped: 1, failed: 0, waiting: 0 });
  });
});
