import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { SeverityNumber } from '@opentelemetry/api';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { encodeLogsRequest } from '@spanguard/otlp';
import {
  canaryRequest,
  decodeRequest,
  findText,
  HttpSink,
  OTLP_SIGNALS,
  type OtlpSignal,
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

/** One for all, so that the same login sent again is the same event. */
const START_MS = Date.now();

/** Failed logins as our SDK sends them. */
function failedLogins(count: number, { client = '203.0.113.7', first = 0 } = {}): Uint8Array {
  return encodeLogsRequest(
    { resource: { 'service.name': 'shop' }, scopeName: 'test' },
    Array.from({ length: count }, (_, index) => ({
      timeMs: START_MS + index,
      severityNumber: 13,
      eventName: 'security.authn_login_fail',
      traceId: (first + index + 1).toString(16).padStart(32, '0'),
      spanId: (first + index + 1).toString(16).padStart(16, '0'),
      attributes: {
        'client.address': client,
        'client.prefix': `${client}/32`,
        'user.id': 'alice@shop.example',
        'http.route': '/login',
      },
    })),
  );
}

function received(sink: HttpSink, signal: OtlpSignal): Buffer {
  const bodies = sink.requests
    .filter(({ path }) => path === `/v1/${signal}`)
    .map(({ body }) => body);
  return Buffer.concat(bodies);
}

describe('the processor', function () {
  let sink: HttpSink;
  let processor: RunningProcessor;

  before(async () => {
    sink = await HttpSink.listen();
    processor = await startProcessor({ backend: sink.url, webhook: `${sink.url}/hook` });
  });
  after(async () => {
    await processor.program.end('SIGKILL');
    await sink.close();
  });

  for (const signal of OTLP_SIGNALS) {
    it(`lets no planted secret out of any field: ${signal}`, async () => {
      const secret = `hunter2-${signal}-7391`;
      // The canary is a value behind a sensitive name, so it is one wherever it stands.
      const { bytes, fields } = canaryRequest(signal, `password=${secret}`);
      expect(fields.length).to.be.above(10);
      expect(await postOtlp(processor.url, signal, bytes)).to.equal(200);
      await eventually('the export', () => received(sink, signal).length > 0);
      const out = received(sink, signal);
      expect(findText(signal, out, secret)).to.deep.equal([]);
      expect(out.includes(secret)).to.equal(false);
      expect(findText(signal, out, 'password=[password]').length).to.be.above(10);
      expect(everythingKept(processor).includes(secret)).to.equal(false);
    });
  }

  it('hands a clean batch on as the very bytes that came', async () => {
    const bytes = traceRequest({ seed: 5, spans: 20, secretShare: 0 });
    const before = sink.requests.length;
    await postOtlp(processor.url, 'traces', bytes);
    await sink.received(before + 1);
    // Now and then the exporter's mark, a resource without records, stands behind what came.
    const sent = Buffer.from(sink.requests.at(-1)?.body ?? []);
    expect(sent.subarray(0, bytes.length).equals(bytes)).to.equal(true);
  });

  it('tells an attack once: to console, webhook and backend, with links to its evidence', async () => {
    await postOtlp(processor.url, 'logs', failedLogins(3));
    await postOtlp(processor.url, 'logs', failedLogins(3));
    await postOtlp(processor.url, 'logs', failedLogins(5, { first: 3 }));
    // Other rules tell of the same client; each of them once too.
    const hooks = () =>
      sink.requests.filter(
        ({ path, body }) =>
          path === '/hook' && Buffer.from(body).includes('"name":"brute_force_client"'),
      );
    await eventually('the webhook', () => hooks().length > 0);
    const finding = JSON.parse(Buffer.from(hooks()[0]?.body ?? []).toString()) as {
      finding_info: { analytic: { name: string }; related_events_count: number };
      unmapped: { dedup_key: string };
    };
    expect(finding.finding_info.analytic.name).to.equal('brute_force_client');
    expect(finding.finding_info.related_events_count).to.equal(5);
    await eventually('the alert span', () =>
      received(sink, 'traces').includes('brute_force_client'),
    );
    const spans = (decodeRequest('traces', received(sink, 'traces')).resourceSpans ?? [])
      .flatMap(({ scopeSpans }) => scopeSpans ?? [])
      .flatMap(({ spans: all }) => all ?? []);
    const alert = spans.find(({ name }) => name === 'brute_force_client');
    expect(Buffer.from(alert?.traceId ?? []).toString('hex')).to.equal(finding.unmapped.dedup_key);
    expect(alert?.links).to.have.length(5);
    expect(alert?.status?.code).to.equal(2);
    await eventually('the alert log', () =>
      received(sink, 'logs').includes('spanguard.alert.brute_force_client'),
    );
    expect(processor.program.output().match(/^ALERT HIGH/gm)).to.have.length(1);
    expect(hooks()).to.have.length(1);
    expect(everythingKept(processor).includes('alice@shop.example')).to.equal(false);
  });

  it('takes what OpenTelemetry JS sends, as protobuf and as JSON', async () => {
    for (const Exporter of [ProtobufTraceExporter, JsonTraceExporter]) {
      const exporter = new Exporter({ url: `${processor.url}/v1/traces` });
      const provider = new TracerProvider({
        spanProcessors: [new SimpleSpanProcessor({ exporter })],
      });
      const name = `from ${Exporter === JsonTraceExporter ? 'JSON' : 'protobuf'}`;
      provider
        .getTracer('test')
        .startSpan(name, { attributes: { password: 'hunter2-by-key' } })
        .end();
      await provider.forceFlush();
      await eventually(name, () => received(sink, 'traces').includes(name));
      await provider.shutdown();
    }
    const exporter = new OTLPLogExporter({ url: `${processor.url}/v1/logs` });
    const logs = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    logs
      .getLogger('test')
      .emit({ body: 'a line with token=hunter2-in-log', severityNumber: SeverityNumber.INFO });
    await logs.forceFlush();
    await eventually('the log line', () =>
      received(sink, 'logs').includes('a line with token=[token]'),
    );
    await logs.shutdown();
    expect(received(sink, 'traces').includes('hunter2-by-key')).to.equal(false);
  });

  it('shows its metrics, and no secret in them', async () => {
    const text = await (await fetch(`${processor.adminUrl}/metrics`)).text();
    expect(text).to.match(/^spanguard_intake_items_total\{[^}]*signal="logs"[^}]*\} \d+/m);
    expect(text).to.match(/^spanguard_alerts_raised_total\{[^}]*level="high"[^}]*\} 1\b/m);
    expect(text).not.to.include('hunter2');
  });

  it('ends gracefully on SIGTERM, and goes on where it was', async () => {
    const other = await startProcessor({ backend: sink.url });
    await postOtlp(other.url, 'logs', failedLogins(4, { client: '203.0.113.8' }));
    await eventually('correlation', async () =>
      /correlation_events_total\{[^}]*\} 4\b/.test(
        await (await fetch(`${other.adminUrl}/metrics`)).text(),
      ),
    );
    expect(await other.program.end('SIGTERM')).to.equal(0);
    const again = await startProcessor({ backend: sink.url, folder: other.folder });
    await postOtlp(again.url, 'logs', failedLogins(1, { client: '203.0.113.8', first: 100 }));
    await eventually('the alert', () => again.program.output().includes('ALERT HIGH'));
    expect(await again.program.end('SIGTERM')).to.equal(0);
  });

  it('refuses a folder that another processor uses, and a configuration that is wrong', async () => {
    const wrong = await startProcessor({ more: 'nonsense: true' }).catch((error: unknown) =>
      String(error),
    );
    expect(wrong).to.match(
      /spanguard\.yaml:\d+:1: nonsense: unknown key; allowed here: data, receivers/,
    );
    const taken = await startProcessor({ folder: processor.folder }).catch((error: unknown) =>
      String(error),
    );
    expect(taken).to.match(/lock\.sqlite is held by another processor/);
  });
});
