/** A shop in Python under OpenTelemetry's own instrumentation, with its defaults; and who visits it. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peerCacheFolder } from './peer-cache.ts';
import { freePort, type RunningProgram, startProgram } from './running-program.ts';

/** Frameworks there is a shop for. */
export const PYTHON_FRAMEWORKS = ['flask', 'fastapi'] as const;

/** One of {@link PYTHON_FRAMEWORKS}. */
export type PythonFramework = (typeof PYTHON_FRAMEWORKS)[number];

/** A shop that runs. */
export interface PythonShop {
  readonly program: RunningProgram;
  readonly port: number;
}

const SHOPS = fileURLToPath(new URL('../../recordings/python/', import.meta.url));

/** Logins that a visit tries, all refused. */
export const REFUSED_LOGINS = 20;

/** The packages of the shops, pinned. */
export const PYTHON_REQUIREMENTS: string = join(SHOPS, 'requirements.txt');

/** Where the environment with the packages belongs; another one for other packages. */
export function pythonFolder(): string {
  const packages = createHash('sha256').update(readFileSync(PYTHON_REQUIREMENTS)).digest('hex');
  return join(peerCacheFolder(), `python-${packages.slice(0, 8)}`);
}

/** Whether it is there, and whole: what is looked for is the last of what installing makes. */
export function isPythonInstalled(): boolean {
  return existsSync(join(pythonFolder(), 'bin', 'opentelemetry-instrument'));
}

/** The interpreter with the packages, or undefined where it is not installed. With CI set it must be. */
export function findPython(): string | undefined {
  if (isPythonInstalled()) return join(pythonFolder(), 'bin', 'python');
  const hint =
    'Python with OpenTelemetry is not installed; run packages/testkit/src/peers/install.ts';
  if (process.env['CI'] !== undefined) throw new Error(hint);
  process.stderr.write(`SKIPPED: ${hint}\n`);
  return undefined;
}

/** Starts a shop that sends its spans to an OTLP/HTTP endpoint. `conventions`: what it opts in to. */
export async function startPythonShop(
  python: string,
  {
    framework,
    otlpUrl,
    conventions,
  }: { framework: PythonFramework; otlpUrl: string; conventions?: string },
): Promise<PythonShop> {
  const port = await freePort();
  const program = await startProgram({
    file: python.replace(/python$/, 'opentelemetry-instrument'),
    args: [python, join(SHOPS, `${framework}-shop.py`), String(port)],
    env: {
      PATH: process.env['PATH'],
      OTEL_SERVICE_NAME: `${framework}-shop`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_BSP_SCHEDULE_DELAY: '200',
      ...(conventions === undefined ? {} : { OTEL_SEMCONV_STABILITY_OPT_IN: conventions }),
    },
    ready: async () => (await visit(port, { path: '/search' })) === 200,
  });
  return { program, port };
}

/** Requests of a visit after its logins. */
export const OTHER_REQUESTS = 5;

/**
 * An attacker's visit: twenty refused logins, each from elsewhere by its header, four other signs, and at last
 * the admin page, which opens.
 */
export async function attackShop(port: number): Promise<void> {
  for (let round = 0; round < REFUSED_LOGINS; round++) {
    const headers = { 'x-forwarded-for': `198.51.100.${round + 1}` };
    await visit(port, { method: 'POST', path: '/login', headers });
  }
  await visit(port, { path: "/search?q=1'%20UNION%20SELECT%20name,password%20FROM%20users--" });
  await visit(port, { path: '/search?q=%3Cscript%3Ealert(document.cookie)%3C/script%3E' });
  await visit(port, { path: '/static/../../../../etc/passwd' });
  await visit(port, { path: '/search?q=shoes', headers: { 'user-agent': 'sqlmap/1.8#stable' } });
  await visit(port, { path: '/admin' });
}

/** Sends one request, its path unaltered; gives the status. */
function visit(
  port: number,
  {
    method = 'GET',
    path,
    headers = {},
  }: { method?: string; path: string; headers?: Readonly<Record<string, string>> },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject).end();
  });
}
