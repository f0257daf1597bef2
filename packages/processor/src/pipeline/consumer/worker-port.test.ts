import { Worker } from 'node:worker_threads';
import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import type { Port, PostedReport, PostedRequest } from './posting-messages.ts';
import { startWorker } from './worker-port.ts';

const SILENCE_MS = 4_000;
const READY = `
import { parentPort } from 'node:worker_threads';
parentPort.postMessage({ kind: 'ready', sequence: -1 });
`;
/** Is ready, hears, and says no more. */
const SILENT = `${READY}parentPort.on('message', () => undefined);`;
/** Is ready, and goes. */
const GOING = `${READY}setImmediate(() => process.exit(0));`;

interface Death {
  readonly code: unknown;
  readonly isHung: boolean | undefined;
}

describe('a thread behind a port', () => {
  const terminate = Object.getOwnPropertyDescriptor(Worker.prototype, 'terminate') ?? {};
  const mend = (): unknown => Object.defineProperty(Worker.prototype, 'terminate', terminate);
  let deaths: Death[];
  let clock: FakeClock;
  let port: Port<PostedRequest>;

  beforeEach(() => {
    deaths = [];
    clock = new FakeClock();
  });
  afterEach(async () => {
    mend();
    await port.end();
  });

  /** When it is ready, and when its death is told first. */
  function begun(source: string): Readonly<Record<'ready' | 'died', Promise<void>>> {
    const ready = Promise.withResolvers<void>();
    const died = Promise.withResolvers<void>();
    port = startWorker<PostedRequest, PostedReport>(
      {
        ...{ name: 'analysis', data: undefined, heapMib: 64, clock, silenceMsMax: SILENCE_MS },
        file: new URL(`data:text/javascript,${encodeURIComponent(source)}`),
      },
      {
        onReport: () => ready.resolve(),
        onDeath: (error, isHung) => {
          deaths.push({ code: (error as { readonly code?: unknown }).code, isHung });
          died.resolve();
        },
      },
    );
    return { ready: ready.promise, died: died.promise };
  }

  it('that goes by itself is told of once', async () => {
    await begun(GOING).died;
    await port.end();
    expect(deaths).to.deep.equal([{ code: 'ANALYSIS_ENDED', isHung: false }]);
  });

  it('that does not answer is ended, and told of once', async () => {
    const { ready, died } = begun(SILENT);
    await ready;
    clock.advance(2 * SILENCE_MS);
    await died;
    expect(deaths).to.deep.equal([{ code: 'ANALYSIS_HUNG', isHung: true }]);
  });

  it('that cannot even be ended is told of once, and no rejection is left to the process', async () => {
    const { ready, died } = begun(SILENT);
    await ready;
    Worker.prototype.terminate = () => Promise.reject(new Error('cannot'));
    clock.advance(2 * SILENCE_MS);
    await died;
    mend();
    await port.end();
    expect(deaths).to.deep.equal([{ code: 'ANALYSIS_HUNG', isHung: true }]);
  });

  it('that is gone though ending it failed is told of once', async () => {
    const { ready, died } = begun(SILENT);
    await ready;
    const failed = Promise.withResolvers<void>();
    Worker.prototype.terminate = function (this: Worker): Promise<number> {
      const code = Reflect.apply(terminate.value as Worker['terminate'], this, []);
      const failing = code.then(() => Promise.reject(new Error('was gone')));
      queueMicrotask(() => failing.catch(() => failed.resolve()));
      return failing;
    };
    clock.advance(2 * SILENCE_MS);
    await died;
    await failed.promise;
    mend();
    await port.end();
    expect(deaths).to.deep.equal([{ code: 'ANALYSIS_HUNG', isHung: true }]);
  });

  it('that is ended as asked is not told of', async () => {
    await begun(SILENT).ready;
    await port.end();
    clock.advance(2 * SILENCE_MS);
    expect(deaths).to.deep.equal([]);
  });
});
