import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  findPeer,
  freePort,
  HttpSink,
  type Jaeger,
  type RunningProgram,
  startCollector,
  startJaeger,
  startProgram,
  traceRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import {
  everythingKept,
  eventually,
  postOtlp,
  type RunningProcessor,
  startProcessor,
} from './running-processor.ts';

const SHOP = fileURLToPath(new URL('../../../examples/express-shop/', import.meta.url));
const PASSWORD = 'correct-horse-alice-7391';

function relay({ port, to }: { readonly port: number; readonly to: string }): string {
  return `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:${port}" } } } }
exporters: { otlp_http: { endpoint: "${to}" }, nop: {} }
service:
  pipelines:
    traces: { receivers: [otlp], exporters: [otlp_http] }
    logs: { receivers: [otlp], exporters: [${to.includes('jaeger') ? 'nop' : 'otlp_http'}] }
    metrics: { receivers: [otlp], exporters: [nop] }
  telemetry: { metrics: { level: none }, logs: { level: warn } }
`;
}

describe('among real peers', function () {
  const running: { end(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const one of running.splice(0).toReversed()) await one.end();
  });
  const keep = <T extends { end(): Promise<unknown> }>(one: T): T => {
    running.push(one);
    return one;
  };

  it('application, processor, Collector, Jaeger: trace and alert arrive, no secret does', async function () {
    const [otelcol, jaegerBinary] = [findPeer('otelcol'), findPeer('jaeger')];
    if (otelcol === undefined || jaegerBinary === undefined) return this.skip();
    const jaeger: Jaeger = keep(await startJaeger(jaegerBinary));
    const port = await freePort();
    const config = relay({ port, to: jaeger.otlpUrl }).replace(
      'logs: { receivers: [otlp], exporters: [otlp_http] }',
      'logs: { receivers: [otlp], exporters: [nop] }',
    );
    const collector = await startCollector({ binary: otelcol, port, config });
    keep({ end: () => collector.end('SIGKILL') });
    const processor = await startProcessor({ backend: `http://127.0.0.1:${port}` });
    keep({ end: () => processor.program.end() });
    const shopPort = await freePort();
    keep(await startShop(shopPort, processor));

    const email = 'alice@shop.example';
    for (let round = 0; round < 9; round++) await login(shopPort, email, `guess-${round}`);
    await login(shopPort, email, PASSWORD);
    await eventually('the alert in Jaeger', async () =>
      (await jaeger.services()).includes('spanguard'),
    );
    await eventually('the success alert', async () =>
      (await jaeger.spans('spanguard')).some(
        ({ operationName }) => operationName === 'success_after_failures',
      ),
    );

    const spans = await jaeger.spans('express-shop');
    const failed = spans.filter(({ tags }) =>
      tags.some(({ key, value }) => key === 'security.authn.outcome' && value === 'failure'),
    );
    expect(failed.length).to.be.above(8);
    const tags = new Map(failed[0]?.tags.map(({ key, value }) => [key, value]));
    expect(tags.get('http.route')).to.equal('/login');
    expect(tags.get('security.authn.method')).to.equal('local');
    expect(tags.get('http.request.body.content')).to.include('[password]');

    const alert = (await jaeger.spans('spanguard')).find(
      ({ operationName }) => operationName === 'brute_force_client',
    );
    const evidence = new Set(failed.map(({ traceID }) => traceID));
    const links = alert?.references.map(({ traceID }) => traceID) ?? [];
    expect(links).to.have.length(5);
    for (const traceId of links) expect(evidence.has(traceId), traceId).to.equal(true);

    for (const service of ['express-shop', 'spanguard']) {
      const text = await jaeger.tracesText(service);
      for (const secret of [PASSWORD, email, 'guess-3']) expect(text).not.to.include(secret);
    }
    expect(everythingKept(processor).includes(email)).to.equal(false);
    return undefined;
  });

  it('Collector as source: its telemetry is redacted, durable and handed on', async function () {
    const otelcol = findPeer('otelcol');
    if (otelcol === undefined) return this.skip();
    const sink = await HttpSink.listen();
    keep({ end: () => sink.close() });
    const processor = await startProcessor({ backend: sink.url });
    keep({ end: () => processor.program.end() });
    const port = await freePort();
    const config = relay({ port, to: processor.url });
    const collector = await startCollector({ binary: otelcol, port, config });
    keep({ end: () => collector.end('SIGKILL') });
    const secrets: string[] = [];
    const bytes = traceRequest({
      seed: 9,
      spans: 50,
      onSecret: ({ kind, secret }) => {
        // Telephone numbers are not looked for.
        if (kind !== 'phone') secrets.push(secret);
      },
    });
    expect(await postOtlp(`http://127.0.0.1:${port}`, 'traces', bytes)).to.equal(200);
    await eventually('the export', () => sink.requests.some(({ path }) => path === '/v1/traces'));
    const out = Buffer.concat(sink.requests.map(({ body }) => body));
    expect(secrets.length).to.be.above(10);
    expect(secrets.filter((secret) => out.includes(secret))).to.deep.equal([]);
    return undefined;
  });
});

function startShop(port: number, { url }: RunningProcessor): Promise<RunningProgram> {
  return startProgram({
    file: process.execPath,
    args: ['--conditions=@spanguard/source', '--import', '@spanguard/register', 'src/server.mjs'],
    cwd: SHOP,
    env: {
      ...process.env,
      PORT: String(port),
      SHOP_DATABASE: join(mkdtempSync(join(tmpdir(), 'shop-')), 'shop.db'),
      OTEL_SERVICE_NAME: 'express-shop',
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_BLRP_SCHEDULE_DELAY: '200',
    },
    ready: async () => (await fetch(`http://127.0.0.1:${port}/products`)).ok,
  });
}

async function login(port: number, email: string, password: string): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  await answer.arrayBuffer();
}
