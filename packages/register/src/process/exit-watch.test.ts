/** The end of a process, on a process that is an EventEmitter. */
import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { type ExitWatchSettings, type WatchedProcess, watchExit } from './exit-watch.ts';

class FakeProcess extends EventEmitter implements WatchedProcess {
  readonly pid = 7;
  readonly killed: string[] = [];
  kill(_pid: number, signal: NodeJS.Signals): void {
    this.killed.push(signal);
  }
}

function watched(settings: Partial<ExitWatchSettings> = {}): FakeProcess {
  const process = new FakeProcess();
  const flush = (): Promise<void> => Promise.resolve();
  watchExit({ process, flush, deadlineMs: 20, onCrash: () => undefined, ...settings });
  return process;
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

describe('watchExit', () => {
  it('raises a signal again once the flush is over', async () => {
    let isFlushed = false;
    const process = watched({
      flush: async () => {
        await pause(5);
        isFlushed = true;
      },
      deadlineMs: 1000,
    });
    process.emit('SIGTERM');
    expect(process.killed).to.deep.equal([]);
    await pause(30);
    expect([isFlushed, process.killed]).to.deep.equal([true, ['SIGTERM']]);
  });

  it('raises it again at the deadline where the flush hangs', async () => {
    const process = watched({ flush: () => new Promise(() => undefined) });
    process.emit('SIGINT');
    await pause(60);
    expect(process.killed).to.deep.equal(['SIGINT']);
  });

  it('raises it again where the flush fails', async () => {
    const process = watched({ flush: () => Promise.reject(new Error('no backend')) });
    process.emit('SIGTERM');
    await pause(5);
    expect(process.killed).to.deep.equal(['SIGTERM']);
  });

  it('leaves the decision to an application that listens', async () => {
    const process = watched();
    process.on('SIGTERM', () => undefined);
    process.emit('SIGTERM');
    await pause(5);
    expect(process.killed).to.deep.equal([]);
  });

  it('is not there for a second signal', () => {
    const process = watched({ flush: () => new Promise(() => undefined) });
    process.emit('SIGTERM');
    expect(process.listenerCount('SIGTERM')).to.equal(0);
  });

  it('tells of a crash', () => {
    let crashes = 0;
    const process = watched({ onCrash: () => (crashes += 1) });
    process.emit('uncaughtExceptionMonitor');
    expect(crashes).to.equal(1);
  });

  it('flushes once where nothing is left to do', () => {
    let flushes = 0;
    const process = watched({ flush: () => Promise.resolve(void (flushes += 1)) });
    process.emit('beforeExit');
    process.emit('beforeExit');
    expect(flushes).to.equal(1);
  });
});
