/** Runs every application, a few at a time, and hands what they sent to one processor with its defaults. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, HttpSink, type RunningProgram, startProgram } from '@spanguard/testkit';
import { type Application, applications, type Run } from '../src/index.ts';
import { hear, type Heard } from './run-application.ts';

const AT_ONCE = 3;
const ALERTS_MS_MAX = 60_000;
const POLL_MS = 50;
const MAIN = fileURLToPath(new URL('../../processor/src/main.ts', import.meta.url));

/** The whole matrix, in the order of the table. */
export async function runMatrix(
  chosen: readonly Application[] = applications,
): Promise<readonly Run[]> {
  const sink = await HttpSink.listen();
  const folder = mkdtempSync(join(tmpdir(), 'spanguard-matrix-'));
  const processor = await startProcessor(folder, sink.url);
  try {
    const heard = await hearAll(chosen);
    for (const { exports } of heard) await relay(exports, processor.url);
    await alertsOf(
      heard.filter((_, n) => chosen[n]?.login !== undefined),
      sink,
    );
    const clients = clientsAlerted(sink);
    return chosen.map((application, n) => runOf(application, heard[n], clients));
  } finally {
    await processor.program.end('SIGKILL');
    await sink.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function runOf(
  application: Application,
  heard: Heard | undefined,
  clients: ReadonlySet<string>,
): Run {
  const { told = [], attackers } = heard ?? {};
  const isTold = (client: string | undefined): boolean =>
    client !== undefined && clients.has(client);
  const attacks = { guessing: isTold(attackers?.guessing), stuffing: isTold(attackers?.stuffing) };
  return { application, told, attacks: application.login === undefined ? undefined : attacks };
}

async function hearAll(chosen: readonly Application[]): Promise<Heard[]> {
  const heard: Heard[] = [];
  const left = [...chosen.entries()];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [n, application] = next;
      heard[n] = await hear(application, n + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return heard;
}

async function startProcessor(
  folder: string,
  webhook: string,
): Promise<{ program: RunningProgram; url: string }> {
  const [otlp, admin] = [await freePort(), await freePort()];
  const config = join(folder, 'spanguard.yaml');
  writeFileSync(
    config,
    [
      `data: ${folder}/data`,
      `receivers: { otlp_http: { endpoint: "127.0.0.1:${otlp}" }, otlp_grpc: { enabled: false } }`,
      `admin: { endpoint: "127.0.0.1:${admin}" }`,
      `alerts: { webhook: { url: "${webhook}/hook" } }`,
    ].join('\n'),
  );
  const program = await startProgram({
    file: process.execPath,
    args: ['--conditions=@spanguard/source', MAIN, 'run', '--config', config],
    ready: async () => (await fetch(`http://127.0.0.1:${admin}/readyz`)).ok,
  });
  return { program, url: `http://127.0.0.1:${otlp}` };
}

async function relay(exports: Heard['exports'], url: string): Promise<void> {
  for (const { path, headers, rawBody } of exports) {
    const kept = ['content-type', 'content-encoding'].flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    });
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: Object.fromEntries(kept),
      body: Buffer.from(rawBody),
    });
    if (!response.ok) throw new Error(`the processor answers ${response.status}`);
    await response.arrayBuffer();
  }
}

/** Waits until every attacker was told, or no alert came for a while: what is not told by then never is. */
async function alertsOf(heard: readonly Heard[], sink: HttpSink): Promise<void> {
  const all = heard.flatMap(({ attackers }) => Object.values(attackers));
  const until = performance.now() + ALERTS_MS_MAX;
  let quietSince = performance.now();
  let seen = 0;
  while (performance.now() < until && performance.now() - quietSince < QUIET_MS) {
    const clients = clientsAlerted(sink);
    if (all.every((client) => clients.has(client))) return;
    if (sink.requests.length > seen) {
      seen = sink.requests.length;
      quietSince = performance.now();
    }
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
  }
}

const QUIET_MS = 8000;

function clientsAlerted(sink: HttpSink): ReadonlySet<string> {
  const texts = sink.requests.map(({ body }) => Buffer.from(body).toString('utf8'));
  const clients = texts.flatMap((text) => text.match(/(?:198\.51\.100|203\.0\.113)\.\d+/gu) ?? []);
  return new Set(clients);
}
