/** Parts started in order and ended in the opposite one, whatever one of them does meanwhile. */
import { expect } from 'chai';
import { systemClock } from '../pipeline/clock.ts';
import type { Component } from '../pipeline/component.ts';
import { noCounters } from '../pipeline/counters.ts';
import { silentLogger } from '../pipeline/logger.ts';
import { AdminServer } from '../telemetry/admin-server.ts';
import { Processor, type ProcessorParts } from './processor.ts';

const DEADLINE = { atMs: 0 };

/** A processor of three parts that tell what is done with them. */
function processorOf(parts: Readonly<Record<string, Partial<Component>>> = {}) {
  const done: string[] = [];
  const counted: unknown[] = [];
  let admin: AdminServer | undefined;
  let isFull = false;
  const part = (name: string): Component => ({
    start: async () => {
      done.push(`start ${name}`);
      await parts[name]?.start?.();
    },
    shutdown: async (deadline) => {
      done.push(`end ${name}`);
      await parts[name]?.shutdown?.(deadline);
    },
  });
  const processor = new Processor({
    parts: ['exporter', 'correlation', 'receiver'].map(part),
    receivers: {} as ProcessorParts['receivers'],
    counters: { add: (...counting: unknown[]) => void counted.push(counting) },
    refusing: () => (isFull ? 'the disk is full' : undefined),
    admin: (notReady) => {
      const options = { host: '127.0.0.1', port: 0, allowedHosts: [], notReady };
      admin = new AdminServer(
        { ...options, scrape: (_request, response) => void response.end() },
        { clock: systemClock, counters: noCounters, logger: silentLogger },
      );
      return admin;
    },
    close: async () => {
      done.push('close files');
      await Promise.resolve();
    },
  });
  return {
    processor,
    done,
    counted,
    fill: () => (isFull = true),
    isServing: () => admin?.address !== undefined,
    /** Status and text of the answer to whether it is ready. */
    ready: async (): Promise<readonly [number, string]> => {
      const response = await fetch(`http://127.0.0.1:${admin?.address?.port}/readyz`, {
        headers: { connection: 'close' },
      });
      return [response.status, await response.text()];
    },
  };
}

describe('a processor', () => {
  it('starts its parts in order, and ends them in the opposite one before its files', async () => {
    const { processor, done, isServing } = processorOf();
    await processor.start();
    expect(done).to.deep.equal(['start exporter', 'start correlation', 'start receiver']);
    done.length = 0;
    await processor.shutdown(DEADLINE);
    expect(done).to.deep.equal(['end receiver', 'end correlation', 'end exporter', 'close files']);
    expect(isServing()).to.equal(false);
  });

  it('says whether it is ready, and why not', async () => {
    const opened: { start?: () => void } = {};
    const gate = new Promise<void>((resolve) => (opened.start = resolve));
    const closed: { shutdown?: () => void } = {};
    const end = new Promise<void>((resolve) => (closed.shutdown = resolve));
    const { processor, ready, fill, isServing } = processorOf({
      correlation: { start: () => gate, shutdown: () => end },
    });
    const starting = processor.start();
    while (!isServing()) await new Promise((resolve) => setImmediate(resolve));
    expect(await ready()).to.deep.equal([503, 'starting\n']);
    opened.start?.();
    await starting;
    expect(await ready()).to.deep.equal([200, 'ready\n']);
    fill();
    expect(await ready()).to.deep.equal([503, 'the disk is full\n']);
    const stopping = processor.shutdown(DEADLINE);
    expect(await ready()).to.deep.equal([503, 'draining\n']);
    closed.shutdown?.();
    await stopping;
  });

  it('ends the others, and its files, where one part fails to end, and counts that', async () => {
    const { processor, done, counted } = processorOf({
      correlation: { shutdown: () => Promise.reject(new Error('stuck')) },
    });
    await processor.start();
    await processor.shutdown(DEADLINE);
    expect(done.slice(-2)).to.deep.equal(['end exporter', 'close files']);
    expect(counted).to.deep.equal([['consumer.failed', 1, { component: 'shutdown' }]]);
  });

  it('ends once, however often it is told to', async () => {
    const { processor, done } = processorOf();
    await processor.start();
    await Promise.all([processor.shutdown(DEADLINE), processor.shutdown(DEADLINE)]);
    await processor.shutdown(DEADLINE);
    expect(done.filter((what) => what === 'close files')).to.have.length(1);
  });

  it('ends only what was started, where a part does not start', async () => {
    const { processor, done } = processorOf({
      correlation: { start: () => Promise.reject(new Error('no snapshot')) },
    });
    const failed = await processor.start().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failed).to.be.an('error').with.property('message', 'no snapshot');
    await processor.shutdown(DEADLINE);
    expect(done).to.deep.equal([
      'start exporter',
      'start correlation',
      'end exporter',
      'close files',
    ]);
  });

  it('starts nothing more once it is to end, and ends what was about to start', async () => {
    const opened: { start?: () => void } = {};
    const gate = new Promise<void>((resolve) => (opened.start = resolve));
    const { processor, done } = processorOf({ correlation: { start: () => gate } });
    const starting = processor.start();
    while (done.length < 2) await new Promise((resolve) => setImmediate(resolve));
    const stopping = processor.shutdown(DEADLINE);
    opened.start?.();
    await Promise.all([starting, stopping]);
    expect(done).to.deep.equal([
      'start exporter',
      'start correlation',
      'end correlation',
      'end exporter',
      'close files',
    ]);
  });

  it('may be ended before it was started', async () => {
    const { processor, done } = processorOf();
    await processor.shutdown(DEADLINE);
    expect(done).to.deep.equal(['close files']);
  });
});
