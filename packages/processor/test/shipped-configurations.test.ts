/** The files of `collector-config/`, started together as shipped: only the ports are moved to free ones. */
import { createServer } from 'node:http';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  findPeer,
  freePort,
  type RunningProgram,
  startProgram,
  traceRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import { parse } from 'yaml';
import { COUNTER_NAMES, type GaugeName, GAUGES } from '#processor/pipeline/catalogue.ts';
import { createMetrics } from '#processor/telemetry/metrics.ts';
import { eventually, postOtlp } from './running-processor.ts';

const FOLDER = new URL('../../../collector-config/', import.meta.url);
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
/** A port where it is written; Prometheus's and Grafana's files only name ports of others. */
const PORT = /(?<=127\.0\.0\.1:|port: )\d{4,5}\b/g;

function shipped(file: string): string {
  return readFileSync(new URL(file, FOLDER), 'utf8');
}

describe('the shipped configurations', function () {
  const running: RunningProgram[] = [];
  afterEach(async () => {
    for (const program of running.splice(0).toReversed()) await program.end('SIGKILL');
  });

  it('listen on ports of their own, metrics of Collectors and Jaeger too', () => {
    const files = ['behind-collector.yaml', 'collector-to-jaeger.yaml', 'jaeger.yaml'];
    const ports = files.flatMap((file) => {
      // An exporter's endpoint is a port of somebody else.
      const { receivers, extensions, service } = parse(shipped(file)) as Record<string, unknown>;
      const { telemetry } = service as Record<string, unknown>;
      const own = JSON.stringify([receivers, extensions]).match(PORT) ?? [];
      const metrics = /"port":(\d+)/.exec(JSON.stringify(telemetry))?.[1];
      return [...own, metrics];
    });
    expect(ports)
      .to.have.length(3 + 2 + 5)
      .and.not.include(undefined);
    expect([...new Set(ports)]).to.deep.equal(ports);
  });

  it('alarm on metrics that there are', async () => {
    const metrics = createMetrics({ serviceName: 'test' });
    for (const name of COUNTER_NAMES) metrics.add(name, 1);
    for (const name of Object.keys(GAUGES) as GaugeName[]) metrics.observe(name, () => 1);
    const server = createServer((request, response) => metrics.handleScrape(request, response));
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const shown = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    server.close();
    await metrics.shutdown();
    const names = shipped('prometheus-rules.yaml').match(/\bspanguard_\w+/g) ?? [];
    expect(names).to.have.length.above(5);
    expect(names.filter((name) => !shown.includes(`\n${name}{`))).to.deep.equal([]);
  });

  it('run together, and a trace goes through all of them', async function () {
    const [otelcol, jaeger] = [findPeer('otelcol'), findPeer('jaeger')];
    if (otelcol === undefined || jaeger === undefined) return this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'shipped-'));
    const moved = new Map<string, number>([
      ['4317', await freePort()],
      ['4318', await freePort()],
      ['13133', await freePort()],
    ]);
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
    for (const file of files) {
      for (const [port] of shipped(file).matchAll(PORT)) {
        if (!moved.has(port)) moved.set(port, await freePort());
      }
    }
    const port = (given: string): number => moved.get(given) ?? 0;
    for (const file of files) {
      const text = shipped(file).replaceAll(PORT, (given) => String(port(given)));
      writeFileSync(join(folder, file), text);
    }
    // The processor's own ports are its defaults, which its shipped file does not name.
    const config = join(folder, 'processor-to-collector.yaml');
    const listen =
      `receivers:\n` +
      `  otlp_http: { endpoint: "127.0.0.1:${port('4318')}" }\n` +
      `  otlp_grpc: { endpoint: "127.0.0.1:${port('4317')}" }\n` +
      `admin: { endpoint: "127.0.0.1:${port('13133')}" }\n`;
    writeFileSync(config, readFileSync(config, 'utf8') + listen);

    const start = async (binary: string, args: string[], ready: string): Promise<void> => {
      const isReady = async (): Promise<boolean> => (await fetch(ready)).status < 500;
      running.push(await startProgram({ file: binary, args, cwd: folder, ready: isReady }));
    };
    const metrics = (of: string): string => `http://127.0.0.1:${port(of)}/metrics`;
    const query = `http://127.0.0.1:${port('16686')}/api`;
    await start(jaeger, ['--config', 'jaeger.yaml'], `${query}/services`);
    await start(otelcol, ['--config', 'collector-to-jaeger.yaml'], metrics('28888'));
    const run = ['--conditions=@spanguard/source', MAIN, 'run', '--config', config];
    await start(process.execPath, run, `http://127.0.0.1:${port('13133')}/readyz`);
    await start(otelcol, ['--config', 'behind-collector.yaml'], metrics('38888'));
    expect((await fetch(metrics('18888'))).status).to.equal(200);

    const bytes = traceRequest({ seed: 3, spans: 5 });
    expect(await postOtlp(`http://127.0.0.1:${port('34318')}`, 'traces', bytes)).to.equal(200);
    await eventually('the trace in Jaeger', async () => {
      const answer = await (await fetch(`${query}/services`)).json();
      return ((answer as { data: unknown[] | null }).data ?? []).length > 0;
    });
    return undefined;
  });
});
