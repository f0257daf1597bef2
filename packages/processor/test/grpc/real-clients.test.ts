import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { SeverityNumber } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as OtlpHttpTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  comparableRequest,
  decodeRequest,
  EXPORTED_ITEMS,
  findGrpcExporter,
  findPeer,
  freePort,
  GRPC_EXPORTERS,
  HttpSink,
  logsRequest,
  metricsRequest,
  type OtlpSignal,
  startCollector,
  traceRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import type { IntakeOutcome } from '../../src/pipeline/intake.ts';
import { eventually, postOtlp, startProcessor } from '../running-processor.ts';
import { exportPath, receiveGrpc, type RunningReceiver } from './grpc-receiver.ts';

const MIB = 1024 * 1024;
const SIGNALS = ['traces', 'metrics', 'logs'] as const;
const REQUESTS: Readonly<Record<OtlpSignal, Uint8Array>> = {
  traces: traceRequest({ seed: 5, spans: 200 }),
  metrics: metricsRequest({ seed: 5 }),
  logs: logsRequest({ seed: 5 }),
};

/** What grpcurl has to know of OTLP. */
const PROTO = `syntax = "proto3";
package opentelemetry.proto.collector.trace.v1;
service TraceService { rpc Export(ExportTraceServiceRequest) returns (ExportTraceServiceResponse); }
message Span { bytes trace_id = 1; bytes span_id = 2; string name = 5; }
message ScopeSpans { repeated Span spans = 2; }
message ResourceSpans { repeated ScopeSpans scope_spans = 2; }
message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
message ExportTraceServiceResponse {}
`;

/** All that was taken of a signal, as one request: messages of protobuf that stand side by side are merged. */
function taken({ taken: requests }: RunningReceiver, signal: OtlpSignal): Buffer {
  return Buffer.concat(requests.filter((one) => one.signal === signal).map(({ bytes }) => bytes));
}

/** Names and numbers of the spans, texts of the log records, and sums of the metrics taken. */
function itemsTaken(running: RunningReceiver) {
  const spans = (decodeRequest('traces', taken(running, 'traces')).resourceSpans ?? [])
    .flatMap(({ scopeSpans }) => scopeSpans ?? [])
    .flatMap((scope) => scope.spans ?? []);
  const logs = (decodeRequest('logs', taken(running, 'logs')).resourceLogs ?? [])
    .flatMap(({ scopeLogs }) => scopeLogs ?? [])
    .flatMap(({ logRecords }) => logRecords ?? []);
  const metrics = (decodeRequest('metrics', taken(running, 'metrics')).resourceMetrics ?? [])
    .flatMap(({ scopeMetrics }) => scopeMetrics ?? [])
    .flatMap((scope) => scope.metrics ?? []);
  return {
    spans: spans.map(({ name, attributes }) => [
      name,
      Number(attributes?.find(({ key }) => key === 'index')?.value?.intValue),
    ]),
    logs: logs.map(({ body }) => body?.stringValue),
    items: metrics
      .filter(({ name }) => name === 'items')
      .flatMap(({ sum }) => sum?.dataPoints ?? [])
      .map(({ asInt, asDouble }) => Number(asInt ?? asDouble)),
  };
}

const ALL_ITEMS = {
  spans: Array.from({ length: EXPORTED_ITEMS }, (_, index) => [`span-${index}`, index]),
  logs: Array.from({ length: EXPORTED_ITEMS }, (_, index) => `log-${index}`),
  items: [EXPORTED_ITEMS],
};

describe('OTLP/gRPC from real clients', () => {
  const running: { end(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const one of running.splice(0).toReversed()) await one.end();
  });
  const keep = <T extends { end(): Promise<unknown> }>(one: T): T => {
    running.push(one);
    return one;
  };

  async function receive(intake?: () => Promise<IntakeOutcome>): Promise<RunningReceiver> {
    const settings = { bodyBytesMax: 4 * MIB, wireBytesMax: 4 * MIB };
    const receiver = await receiveGrpc({
      settings,
      inFlightBytesMax: 64 * MIB,
      ...(intake !== undefined && { intake }),
    });
    keep({ end: () => receiver.receiver.shutdown({ atMs: 0 }) });
    return receiver;
  }

  for (const compression of ['none', 'gzip'] as const) {
    it(`OpenTelemetry JS, compression ${compression}: loses nothing, and sends what it sends over HTTP`, async () => {
      const receiver = await receive();
      const sink = await HttpSink.listen();
      keep({ end: () => sink.close() });
      const options = {
        url: `http://127.0.0.1:${receiver.port}`,
        compression: compression as never,
      };
      const spans = new TracerProvider({
        spanProcessors: [
          new BatchSpanProcessor({ exporter: new OTLPTraceExporter(options) }),
          new BatchSpanProcessor({
            exporter: new OtlpHttpTraceExporter({ url: `${sink.url}/v1/traces` }),
          }),
        ],
      });
      const logs = new LoggerProvider({
        processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(options) })],
      });
      const metrics = new MeterProvider({
        readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(options) })],
      });
      for (let index = 0; index < EXPORTED_ITEMS; index++) {
        spans.getTracer('t').startSpan(`span-${index}`, { attributes: { index } }).end();
        logs.getLogger('t').emit({ body: `log-${index}`, severityNumber: SeverityNumber.INFO });
      }
      metrics.getMeter('t').createCounter('items').add(EXPORTED_ITEMS);
      for (const provider of [spans, logs, metrics]) await provider.shutdown();
      expect(itemsTaken(receiver)).to.deep.equal(ALL_ITEMS);
      const overHttp = Buffer.concat(sink.requests.map(({ body }) => body));
      expect(comparableRequest('traces', taken(receiver, 'traces'))).to.deep.equal(
        comparableRequest('traces', overHttp),
      );
    });
  }

  for (const language of GRPC_EXPORTERS) {
    for (const compression of [undefined, 'gzip'] as const) {
      it(`OpenTelemetry of ${language}, compression ${compression ?? 'its default'}: loses nothing`, async function () {
        const exportAll = findGrpcExporter(language);
        if (exportAll === undefined) return this.skip();
        const receiver = await receive();
        await exportAll({ port: receiver.port, ...(compression && { compression }) });
        expect(itemsTaken(receiver)).to.deep.equal(ALL_ITEMS);
        return undefined;
      });
    }
  }

  for (const compression of ['gzip', 'none'] as const) {
    it(`the Collector, compression ${compression}: comes again where it was told to, and loses nothing`, async function () {
      const otelcol = findPeer('otelcol');
      if (otelcol === undefined) return this.skip();
      const refusals = new Set(SIGNALS);
      const receiver = await receive(() => {
        const signal = receiver.taken.at(-1)?.signal;
        const isFirst = signal !== undefined && refusals.delete(signal);
        return Promise.resolve(
          isFirst
            ? { kind: 'unavailable', message: 'the disk is full', retryAfterMs: 20 }
            : { kind: 'accepted' },
        );
      });
      const port = await freePort();
      const collector = await startCollector({
        binary: otelcol,
        port,
        config: collectorConfig({ port, to: receiver.port, compression }),
      });
      keep({ end: () => collector.end('SIGKILL') });
      for (const signal of SIGNALS) {
        const url = `http://127.0.0.1:${port}`;
        expect(await postOtlp(url, signal, REQUESTS[signal])).to.equal(200);
        await eventually(signal, () => receiver.taken.some((one) => one.signal === signal));
        await eventually(`${signal} again`, () => {
          const bytes = receiver.taken.filter((one) => one.signal === signal);
          return bytes.length === 2;
        });
        const [first, second] = receiver.taken.filter((one) => one.signal === signal);
        for (const one of [first, second]) {
          expect(comparableRequest(signal, one?.bytes ?? Buffer.alloc(0))).to.deep.equal(
            comparableRequest(signal, REQUESTS[signal]),
          );
        }
      }
      return undefined;
    });
  }

  it('grpcurl: is answered an empty response', async function () {
    const grpcurl = findPeer('grpcurl');
    if (grpcurl === undefined) return this.skip();
    const receiver = await receive();
    const folder = mkdtempSync(join(tmpdir(), 'grpcurl-'));
    writeFileSync(join(folder, 'otlp.proto'), PROTO);
    const request = { resource_spans: [{ scope_spans: [{ spans: [{ name: 'from grpcurl' }] }] }] };
    const run = (method: string) =>
      promisify(execFile)(grpcurl, [
        ...['-plaintext', '-import-path', folder, '-proto', 'otlp.proto'],
        ...['-d', JSON.stringify(request), `127.0.0.1:${receiver.port}`, method],
      ]);
    const service = 'opentelemetry.proto.collector.trace.v1.TraceService';
    expect(JSON.parse((await run(`${service}/Export`)).stdout)).to.deep.equal({});
    expect(taken(receiver, 'traces').includes('from grpcurl')).to.equal(true);
    return undefined;
  });

  it('grpc-js: reads statuses, messages and details, and keeps its connection', async () => {
    const outcomes: IntakeOutcome[] = [
      { kind: 'malformed', message: 'zu früh: 100 %' },
      { kind: 'unavailable', message: 'the disk is full', retryAfterMs: 1500 },
      { kind: 'accepted' },
    ];
    const receiver = await receive(() => Promise.resolve(outcomes.shift() ?? { kind: 'accepted' }));
    const client = new Client(`127.0.0.1:${receiver.port}`, credentials.createInsecure());
    const send = (path: string): Promise<ServiceError | null> =>
      new Promise((resolve) => {
        const plain = (bytes: Buffer): Buffer => bytes;
        const body = Buffer.from(REQUESTS.traces);
        client.makeUnaryRequest(path, plain, plain, body, new Metadata(), (error) =>
          resolve(error),
        );
      });
    const refused = await send(exportPath('traces'));
    expect([refused?.code, refused?.details]).to.deep.equal([3, 'zu früh: 100 %']);
    const later = await send(exportPath('traces'));
    expect([later?.code, later?.details]).to.deep.equal([14, 'the disk is full']);
    expect(later?.metadata.get('grpc-status-details-bin')).to.have.length(1);
    expect(await send(exportPath('traces'))).to.equal(null);
    expect((await send('/x.y/Export'))?.code).to.equal(12);
    client.close();
  });

  it('a whole processor: what comes over gRPC goes on as what comes over HTTP does', async function () {
    const otelcol = findPeer('otelcol');
    if (otelcol === undefined) return this.skip();
    const sink = await HttpSink.listen();
    keep({ end: () => sink.close() });
    const processor = await startProcessor({ backend: sink.url });
    keep({ end: () => processor.program.end() });
    const port = await freePort();
    const config = collectorConfig({ port, to: processor.grpcPort, compression: 'gzip' });
    const collector = await startCollector({ binary: otelcol, port, config });
    keep({ end: () => collector.end('SIGKILL') });
    const clean = traceRequest({ seed: 2, spans: 50, secretShare: 0 });
    const received = (): Buffer =>
      Buffer.concat(
        sink.requests.filter(({ path }) => path === '/v1/traces').map(({ body }) => body),
      );
    const exported: object[] = [];
    for (const send of [
      () => postOtlp(`http://127.0.0.1:${port}`, 'traces', clean),
      () => postOtlp(processor.url, 'traces', clean),
    ]) {
      expect(await send()).to.equal(200);
      await eventually('the export', () => spansOf(received()) >= 50);
      exported.push(comparableRequest('traces', received()));
      sink.requests.splice(0);
    }
    expect(exported[0]).to.deep.equal(exported[1]);
    const metrics = await (await fetch(`${processor.adminUrl}/metrics`)).text();
    expect(metrics).to.match(
      /^spanguard_receiver_requests_total\{[^}]*receiver="otlp_grpc"[^}]*status="OK"[^}]*\} 1\b/m,
    );
    return undefined;
  });
});

function spansOf(bytes: Buffer): number {
  return (decodeRequest('traces', bytes).resourceSpans ?? [])
    .flatMap(({ scopeSpans }) => scopeSpans ?? [])
    .flatMap(({ spans }) => spans ?? []).length;
}

function collectorConfig({
  port,
  to,
  compression,
}: {
  readonly port: number;
  readonly to: number;
  readonly compression: 'gzip' | 'none';
}): string {
  return `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:${port}" } } } }
exporters:
  otlp:
    endpoint: "127.0.0.1:${to}"
    tls: { insecure: true }
    compression: ${compression}
    retry_on_failure: { initial_interval: 20ms }
service:
  pipelines:
    traces: { receivers: [otlp], exporters: [otlp] }
    logs: { receivers: [otlp], exporters: [otlp] }
    metrics: { receivers: [otlp], exporters: [otlp] }
  telemetry: { metrics: { level: none }, logs: { level: warn } }
`;
}
