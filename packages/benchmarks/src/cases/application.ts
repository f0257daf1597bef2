/**
 * What instrumentation costs an application: CPU of the whole process per request, its exports included, for
 * a bare Express application, plain OpenTelemetry (http + express) and Spanguard's register hook.
 */
import { Agent, request as httpRequest } from 'node:http';
import { fileURLToPath } from 'node:url';
import { freePort, type RunningProgram, startProgram } from '@spanguard/testkit';
import { startRecordSink } from '../load/record-sink.ts';
import { processCpuUs } from '../measure/process-cpu.ts';
import type { Result } from '../measure/result.ts';

const APP = fileURLToPath(new URL('../load/application.mjs', import.meta.url));
const PLAIN = fileURLToPath(new URL('../load/plain-opentelemetry.mjs', import.meta.url));
const REGISTER = fileURLToPath(new URL('../../../register/dist/register.js', import.meta.url));
const WARM_UP_ROUNDS = 2;
const ROUNDS = 4;
const REQUESTS_PER_BURST = 10_000;
const CONNECTIONS = 16;
/** After the last burst: time for what waits to be exported, which is part of a request's price. */
const FLUSH_MS = 2000;
const FLUSHED_SOON = {
  OTEL_BSP_SCHEDULE_DELAY: '500',
  OTEL_BLRP_SCHEDULE_DELAY: '500',
  // A queue that overflows would make whoever owns it look cheap.
  OTEL_BSP_MAX_QUEUE_SIZE: '20000',
  OTEL_BLRP_MAX_QUEUE_SIZE: '20000',
};

interface Variant {
  readonly name: string;
  readonly imports: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Requests it is measured on; absent: all. */
  readonly only?: string;
}

const LOGIN = 'POST /login, answered 401';
const PLAIN_NAME = 'plain OpenTelemetry, http + express';
const VARIANTS: readonly Variant[] = [
  { name: 'bare', imports: [] },
  { name: PLAIN_NAME, imports: [PLAIN] },
  { name: 'Spanguard register', imports: [REGISTER] },
  {
    name: 'plain OpenTelemetry, an event and the body written by hand, unmasked',
    imports: [PLAIN],
    env: { TELLS_LOGINS: '1' },
    only: LOGIN,
  },
];

interface Load {
  readonly method: 'GET' | 'POST';
  /** `n` counts the requests of a burst: a path made of it is new each time. */
  readonly path: (n: number) => string;
  readonly body?: string;
}

const REQUESTS: Readonly<Record<string, Load>> = {
  'GET /orders/42': { method: 'GET', path: () => '/orders/42' },
  'GET, every target new, with a query': {
    method: 'GET',
    path: (n) => `/orders/${n * 7919}?page=${n}&sort=date&trace=x${n}`,
  },
  'POST /echo, 1 KB of JSON': {
    method: 'POST',
    path: () => '/echo',
    body: JSON.stringify({
      items: Array.from({ length: 12 }, (_, n) => ({
        id: n,
        name: `article number ${n}`,
        note: 'in stock, ships today',
      })),
    }),
  },
  [LOGIN]: {
    method: 'POST',
    path: () => '/login',
    body: JSON.stringify({ email: 'mallory@shop.example', password: 'guess' }),
  },
};

interface Running {
  readonly variant: Variant;
  readonly program: RunningProgram;
  readonly port: number;
}

/** Variants are started anew for each load: code that was optimised for another one would be measured too. */
export async function applicationResults(): Promise<Result[]> {
  const sink = await startRecordSink('traces');
  const results: Result[] = [];
  try {
    for (const [name, load] of Object.entries(REQUESTS)) {
      const asked = VARIANTS.filter(({ only }) => only === undefined || only === name);
      results.push(...(await measured(name, { load, asked, sinkUrl: sink.url })));
    }
    return results;
  } finally {
    sink.close();
  }
}

/** Bursts take turns, so that a slow minute of the machine hits all alike. */
async function measured(
  name: string,
  {
    load,
    asked,
    sinkUrl,
  }: { readonly load: Load; readonly asked: readonly Variant[]; readonly sinkUrl: string },
): Promise<Result[]> {
  const running: Running[] = [];
  const cpuUs = (): number[] => running.map(({ program }) => processCpuUs(program.child.pid ?? 0));
  try {
    for (const variant of asked) {
      const port = await freePort();
      running.push({ variant, port, program: await startApp(variant, port, sinkUrl) });
    }
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
      for (const { port } of running) await burst(port, load);
    }
    await flushed();
    const before = cpuUs();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { port } of running) await burst(port, load);
    }
    await flushed();
    const after = cpuUs();
    return running.map(({ variant }, index) => ({
      group: `Application, ${name}: CPU per request`,
      name: variant.name,
      value: ((after[index] ?? 0) - (before[index] ?? 0)) / (ROUNDS * REQUESTS_PER_BURST),
      unit: 'µs',
      rivals: variant.name === PLAIN_NAME ? [] : [PLAIN_NAME],
    }));
  } finally {
    for (const { program } of running) await program.end('SIGKILL');
  }
}

function flushed(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
}

function startApp(
  { imports, env }: Variant,
  port: number,
  sinkUrl: string,
): Promise<RunningProgram> {
  return startProgram({
    file: process.execPath,
    args: [...imports.flatMap((file) => ['--import', file]), APP],
    env: {
      ...process.env,
      ...FLUSHED_SOON,
      ...env,
      PORT: String(port),
      NODE_ENV: 'production',
      OTEL_SERVICE_NAME: 'benchmark',
      OTEL_EXPORTER_OTLP_ENDPOINT: sinkUrl,
    },
    ready: async () => (await fetch(`http://127.0.0.1:${port}/orders/1`)).ok,
  });
}

async function burst(port: number, load: Load): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let left = REQUESTS_PER_BURST;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await visit(port, { load, n: left, agent });
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  agent.destroy();
}

function visit(
  port: number,
  {
    load: { method, path, body },
    n,
    agent,
  }: { readonly load: Load; readonly n: number; readonly agent: Agent },
): Promise<void> {
  const headers =
    body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, method, path: path(n), agent, headers },
      (response) => {
        response.resume();
        response.once('end', resolve);
      },
    );
    request.once('error', reject);
    request.end(body);
  });
}
