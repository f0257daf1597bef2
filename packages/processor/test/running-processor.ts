/** A processor as users run it: a process of its own, a configuration file, a data folder. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type RunningProgram, startProgram } from '@spanguard/testkit';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** What to run it with. */
export interface ProcessorOptions {
  /** Base URL of an OTLP backend. */
  readonly backend?: string;
  /** URL of a webhook. */
  readonly webhook?: string;
  /** A folder of an earlier run. */
  readonly folder?: string;
  /** Further lines of the configuration. */
  readonly more?: string;
}

/** A processor that runs. */
export interface RunningProcessor {
  readonly program: RunningProgram;
  /** Base URL of OTLP/HTTP. */
  readonly url: string;
  /** Port of OTLP/gRPC. */
  readonly grpcPort: number;
  readonly adminUrl: string;
  readonly folder: string;
}

/** Starts a processor on free ports and waits until it is ready. */
export async function startProcessor(options: ProcessorOptions = {}): Promise<RunningProcessor> {
  const [otlp, grpc, admin] = [await freePort(), await freePort(), await freePort()];
  const folder = options.folder ?? madeForThisRun();
  const config = join(folder, 'spanguard.yaml');
  const { backend, webhook, more = '' } = options;
  writeFileSync(
    config,
    [
      `data: ${folder}/data`,
      'receivers:',
      `  otlp_http: { endpoint: "127.0.0.1:${otlp}" }`,
      `  otlp_grpc: { endpoint: "127.0.0.1:${grpc}" }`,
      `admin: { endpoint: "127.0.0.1:${admin}" }`,
      backend === undefined ? '' : `exporters: { otlp_http: { endpoint: "${backend}" } }`,
      webhook === undefined ? '' : `alerts: { webhook: { url: "${webhook}" } }`,
      more,
    ].join('\n'),
  );
  const program = await startProgram({
    file: process.execPath,
    args: ['--conditions=@spanguard/source', MAIN, 'run', '--config', config],
    ready: async () => (await fetch(`http://127.0.0.1:${admin}/readyz`)).ok,
  });
  return {
    program,
    url: `http://127.0.0.1:${otlp}`,
    grpcPort: grpc,
    adminUrl: `http://127.0.0.1:${admin}`,
    folder,
  };
}

/** Removed with the test program: a data folder holds a reserve of megabytes. */
const foldersOfThisRun: string[] = [];
process.once('exit', () => {
  for (const folder of foldersOfThisRun) rmSync(folder, { recursive: true, force: true });
});

function madeForThisRun(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spanguard-test-'));
  foldersOfThisRun.push(folder);
  return folder;
}

/** Every byte the processor keeps, and all it has printed. */
export function everythingKept({ folder, program }: RunningProcessor): Buffer {
  const files = readdirSync(join(folder, 'data'), { recursive: true, withFileTypes: true });
  const contents = files
    .filter((entry) => entry.isFile())
    .map((entry) => contentsOf(join(entry.parentPath, entry.name)));
  return Buffer.concat([...contents, Buffer.from(program.output())]);
}

/** A file listed a moment ago may have got its final name since, and is then read under that. */
function contentsOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (!file.endsWith('.new')) throw error;
    return readFileSync(file.slice(0, -'.new'.length));
  }
}

/** Far more than a loaded machine needs: it only ends a test that would wait for ever. */
const PATIENCE_MS = 100_000;

/** Waits until a condition holds; throws where it never does. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > until) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Posts OTLP protobuf; gives the status, or 0 where nobody answers. */
export async function postOtlp(url: string, signal: string, body: Uint8Array): Promise<number> {
  try {
    const answer = await fetch(`${url}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: Buffer.from(body),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}
