/** A child process of a test: started, awaited until ready, ended for certain. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';

/** What to run. */
export interface ProgramOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Resolves true once the program is usable; asked again until then. */
  readonly ready: () => Promise<boolean>;
  /** Default 2 min: a loaded machine is slow, and a program that died is told at once. */
  readonly startMsMax?: number;
}

/** A program that runs. */
export interface RunningProgram {
  readonly child: ChildProcess;
  /** The end of what it wrote, standard output and error. */
  output(): string;
  /** Sends a signal and waits for the end; gives the exit code, or null where a signal ended it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

const POLL_MS = 30;
const START_MS_MAX = 120_000;
const OUTPUT_CHARACTERS_MAX = 200_000;

/** Starts a program and waits until it is ready; throws with its output where it does not become so. */
export async function startProgram(options: ProgramOptions): Promise<RunningProgram> {
  const child = spawn(options.file, options.args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (text: string): void => {
    output = (output + text).slice(-OUTPUT_CHARACTERS_MAX);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const program: RunningProgram = {
    child,
    output: () => output,
    end: (signal = 'SIGTERM') =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) {
          resolve(child.exitCode);
          return;
        }
        child.once('exit', (code) => resolve(code));
        child.kill(signal);
      }),
  };
  const until = performance.now() + (options.startMsMax ?? START_MS_MAX);
  for (;;) {
    if (await options.ready().catch(() => false)) return program;
    if (child.exitCode !== null || performance.now() > until) {
      await program.end('SIGKILL');
      throw new Error(`${options.file} did not become ready:\n${output.slice(-4000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** A loopback port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
