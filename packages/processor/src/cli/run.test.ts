/** The service as a command: ready, drained by a signal, and told why where it could not start. */
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCommandLine } from './command-line.ts';

/** A command under way. */
class Run {
  readonly signals = new EventEmitter();
  readonly code: Promise<number>;
  stderr = '';
  readonly #lines = new EventEmitter();

  constructor(configFile: string) {
    this.code = runCommandLine({
      argv: ['run', '--config', configFile],
      env: {},
      stdout: () => undefined,
      stderr: (text) => {
        this.stderr += text;
        this.#lines.emit('line');
      },
      signals: this.signals,
    });
  }

  /** Settles once a message was logged. */
  async said(message: string): Promise<void> {
    while (!this.messages.includes(message)) await once(this.#lines, 'line');
  }

  get messages(): readonly string[] {
    return this.stderr
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
  }
}

describe('spanguard run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanguard-run-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function start({ adminPort = 0, more = '' } = {}): Run {
    const file = join(folder, 'a.yaml');
    writeFileSync(
      file,
      [
        `data: ${folder}/data`,
        'receivers:',
        '  otlp_http: { endpoint: "127.0.0.1:0" }',
        '  otlp_grpc: { endpoint: "127.0.0.1:0" }',
        `admin: { endpoint: "127.0.0.1:${adminPort}" }`,
        more,
      ].join('\n'),
    );
    return new Run(file);
  }

  for (const signal of ['SIGTERM', 'SIGINT']) {
    it(`runs until ${signal}, and says so`, async () => {
      const run = start();
      await run.said('ready');
      run.signals.emit(signal, signal);
      expect(await run.code).to.equal(0);
      expect(run.messages.slice(-3)).to.deep.equal(['ready', 'draining', 'stopped']);
      expect(run.stderr).to.include(`"signal":"${signal}"`);
      for (const event of ['unhandledRejection', 'uncaughtException']) {
        expect(run.signals.listenerCount(event), event).to.equal(0);
      }
    });
  }

  it('gives the folder back, so that the next one can have it', async () => {
    for (const _round of [1, 2]) {
      const run = start();
      await run.said('ready');
      run.signals.emit('SIGTERM', 'SIGTERM');
      expect(await run.code).to.equal(0);
    }
  });

  it('ends with 1 after an exception out of nowhere', async () => {
    const run = start();
    await run.said('ready');
    run.signals.emit('uncaughtException', new Error('from nowhere'));
    expect(await run.code).to.equal(1);
    expect(run.messages).to.include('an error nobody handled: state is in doubt, the process ends');
    expect(run.stderr).not.to.include('from nowhere');
  });

  it('goes on after a promise that nobody waited for', async () => {
    const run = start();
    await run.said('ready');
    run.signals.emit('unhandledRejection', new TypeError('of somebody'));
    await run.said('an error nobody handled');
    run.signals.emit('SIGTERM', 'SIGTERM');
    expect(await run.code).to.equal(0);
  });

  it('says all that is wrong with its configuration, and starts nothing', async () => {
    const run = start({ more: 'log_level: loud\nnonsense: 1' });
    expect(await run.code).to.equal(1);
    expect(run.stderr.trimEnd().split('\n')).to.have.length(2);
    expect(run.messages).to.deep.equal([]);
  });

  it('says that a port is taken, and lets go of its folder', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const adminPort = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const refused = start({ adminPort });
    expect(await refused.code).to.equal(1);
    expect(refused.messages).to.include('could not start');
    expect(refused.stderr).to.include(`127.0.0.1:${adminPort}`);
    taken.close();
    const run = start();
    await run.said('ready');
    run.signals.emit('SIGTERM', 'SIGTERM');
    expect(await run.code).to.equal(0);
  });
});
