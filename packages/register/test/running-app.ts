/** An application of the tests in a process of its own: started, asked, ended, never left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What to run. */
export interface AppOptions {
  /** Path of the Node that runs it. Default: the running one. */
  readonly node?: string;
  /** Before the application, for example `['--import', '@spanguard/register']`. */
  readonly nodeArgs: readonly string[];
  /** A file in `test/apps`. */
  readonly app: string;
  readonly appArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Far more than a loaded machine needs: they only end a test that would wait for ever. */
const START_MS_MAX = 100_000;
const END_MS_MAX = 100_000;
const OUTPUT_CHARACTERS_MAX = 100_000;
const APPS = new URL('./apps/', import.meta.url);

/** One running application. */
export class RunningApp {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ending>;
  #stdout = '';
  #stderr = '';

  /** Starts it with an environment of its own: what this process was told of OpenTelemetry is not passed on. */
  constructor({ node = process.execPath, nodeArgs, app, appArgs = [], env = {} }: AppOptions) {
    const file = fileURLToPath(new URL(app, APPS));
    const child = spawn(node, [...nodeArgs, file, ...appArgs], {
      cwd: fileURLToPath(new URL('../', import.meta.url)),
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout = (this.#stdout + text).slice(-OUTPUT_CHARACTERS_MAX);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-OUTPUT_CHARACTERS_MAX);
    });
    this.#child = child;
    // `close` and not `exit`: everything it wrote has been read by then.
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** `http://127.0.0.1:<port>` once it says `listening <port>`. */
  async url(): Promise<string> {
    const until = performance.now() + START_MS_MAX;
    for (;;) {
      const port = /^listening (\d+)$/m.exec(this.#stdout)?.[1];
      if (port !== undefined) return `http://127.0.0.1:${port}`;
      if (this.#child.exitCode !== null || performance.now() > until) {
        throw new Error(`the application did not start:\n${this.#stderr}`);
      }
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
    }
  }

  /** How it ends, by itself or by `signal`; rejects where it never does. */
  async end(signal?: NodeJS.Signals): Promise<Ending> {
    if (signal !== undefined) this.#child.kill(signal);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('the application did not end')), END_MS_MAX);
    });
    try {
      return await Promise.race([this.#ended, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await this.#ended;
    }
  }
}

/** Runs `body` with a started application, and kills what is left of it. */
export async function withApp(
  options: AppOptions,
  body: (app: RunningApp) => Promise<void>,
): Promise<void> {
  const app = new RunningApp(options);
  try {
    await body(app);
  } finally {
    await app.kill();
  }
}
