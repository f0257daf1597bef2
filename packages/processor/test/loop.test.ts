import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeRequest,
  encodeRequest,
  findPeer,
  freePort,
  startCollector,
  traceRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import { validateConfig } from '#processor/cli/validate.ts';
import { loadConfig } from '#processor/config/load-config.ts';
import { silentLogger } from '#processor/pipeline/logger.ts';
import { createProcessor } from '#processor/service/create-processor.ts';
import { machine } from '#processor/service/machine.ts';
import { eventually, postOtlp, startProcessor } from './running-processor.ts';

const SPANS = 5;

/** Takes OTLP, decodes it, encodes it anew, sends it on: what a Collector does to bytes and headers. */
async function startRelay(port: number, to: string): Promise<Server> {
  const relay = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url === '/v1/logs' ? 'logs' : 'traces';
      const body = encodeRequest(path, decodeRequest(path, Buffer.concat(chunks)));
      void postOtlp(to, path, body).then((status) => {
        response.statusCode = status;
        response.end();
      });
    });
  });
  relay.listen(port, '127.0.0.1');
  await once(relay, 'listening');
  return relay;
}

/** What a processor counts, by name, over all labels. */
async function counter(adminUrl: string, name: string): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`spanguard_${name}_total{`));
  return lines.reduce((sum, line) => sum + Number(line.split('} ')[1]?.split(' ')[0] ?? 0), 0);
}

describe('a loop', function () {
  for (const host of ['127.0.0.1', 'localhost', '0.0.0.0']) {
    it(`to ourselves is refused at the start, with the remedy: ${host}`, async () => {
      const port = await freePort();
      const folder = mkdtempSync(join(tmpdir(), 'spanguard-loop-'));
      const text = [
        `data: ${folder}/data`,
        `receivers: { otlp_http: { endpoint: "127.0.0.1:${port}" }, otlp_grpc: { enabled: false } }`,
        `exporters: { otlp_http/self: { endpoint: "http://${host}:${port}" } }`,
      ].join('\n');
      const loaded = loadConfig({ file: 'test.yaml', text, env: {}, readFile: () => undefined });
      if (!loaded.ok) throw new Error('the configuration is wrong');
      const created = await createProcessor(loaded.config, {
        ...machine,
        logger: silentLogger,
        stdout: () => undefined,
        version: '0',
        random: () => 1,
      });
      const problems = created.ok ? [] : created.problems;
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(/exporters\.otlp_http\/self\.endpoint: .*own receiver/);
    });
  }

  it('to ourselves is told by validate, with all else that is wrong', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'spanguard-loop-'));
    const file = join(folder, 'spanguard.yaml');
    writeFileSync(
      file,
      'exporters: { otlp_http: { endpoint: "http://localhost:4318" } }\ncorrelate: { rules: [nowhere] }\n',
    );
    let said = '';
    const code = await validateConfig({
      configFile: file,
      env: {},
      stdout: (text) => (said += text),
      stderr: (text) => (said += text),
    });
    expect(code).to.equal(1);
    expect(said).to.include('own receiver').and.include('nowhere');
  });

  /** Runs a processor whose exporter's requests come back, and says how many spans it took in. */
  async function spansTaken(relayPort: number, relayTo: (url: string) => Promise<() => unknown>) {
    const processor = await startProcessor({
      more: `exporters: { otlp_http: { endpoint: "http://127.0.0.1:${relayPort}", compression: none } }`,
    });
    const endRelay = await relayTo(processor.url);
    const spans = traceRequest({ seed: 1, spans: SPANS });
    expect(await postOtlp(processor.url, 'traces', spans)).to.equal(200);
    await eventually(
      'the loop to be seen',
      async () => (await counter(processor.adminUrl, 'exporter_looped')) === 1,
    );
    // What was sent comes back, and then nothing more: all but the first five spans were exported.
    const taken = (): Promise<number> => counter(processor.adminUrl, 'intake_items');
    await eventually(
      'what was under way',
      async () => (await taken()) === (await counter(processor.adminUrl, 'exporter_items')) + SPANS,
    );
    const after = await taken();
    const output = processor.program.output();
    await processor.program.end('SIGTERM');
    await endRelay();
    return { spans: after, output };
  }

  it('through a relay is seen and stopped: five spans do not become thousands', async () => {
    const port = await freePort();
    const { spans, output } = await spansTaken(port, async (url) => {
      const relay = await startRelay(port, url);
      return () => relay.close();
    });
    expect(spans).to.be.within(2 * SPANS, 40 * SPANS);
    expect(output.match(/comes back to this processor/g)).to.have.length(1);
  });

  it('through a Collector is seen and stopped', async function () {
    const binary = findPeer('otelcol');
    if (binary === undefined) return this.skip();
    const port = await freePort();
    const { spans, output } = await spansTaken(port, async (url) => {
      const config = `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:${port}" } } } }
processors: { batch: { timeout: 50ms } }
exporters: { otlp_http: { endpoint: "${url}" } }
service:
  pipelines: { traces: { receivers: [otlp], processors: [batch], exporters: [otlp_http] } }
  telemetry: { metrics: { level: none }, logs: { level: error } }
`;
      const collector = await startCollector({ binary, port, config });
      return () => collector.end('SIGKILL');
    });
    expect(spans).to.be.within(2 * SPANS, 40 * SPANS);
    return expect(output).to.include('comes back to this processor');
  });
});
