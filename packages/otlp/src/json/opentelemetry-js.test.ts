/** What OpenTelemetry JS itself writes as JSON means what it writes as protobuf. */

import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { comparableRequest, type OtlpSignal } from '@spanguard/testkit';
import { expect } from 'chai';

import { transcodeJsonToProtobuf } from './json-to-protobuf.ts';
import { transcodeProtobufToJson } from './protobuf-to-json.ts';

const TEXT = 'ä😀"\\\n cut inside a pair: \ud83d';

function agrees(
  signal: OtlpSignal,
  json: Uint8Array | undefined,
  protobuf: Uint8Array | undefined,
): void {
  if (json === undefined || protobuf === undefined) throw new Error('nothing was serialised');
  const toProtobuf = transcodeJsonToProtobuf(signal, json);
  if (!toProtobuf.ok) throw new Error(toProtobuf.error.message);
  const expected = comparableRequest(signal, protobuf);
  expect(comparableRequest(signal, toProtobuf.bytes)).to.deep.equal(expected);
  const toJson = transcodeProtobufToJson(signal, protobuf);
  if (!toJson.ok) throw new Error(toJson.error.message);
  const back = transcodeJsonToProtobuf(signal, toJson.bytes);
  if (!back.ok) throw new Error(back.error.message);
  expect(comparableRequest(signal, back.bytes)).to.deep.equal(expected);
}

describe('OTLP/JSON of OpenTelemetry JS', () => {
  it('means the same traces as its protobuf', () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({
      spanProcessors: [new SimpleSpanProcessor({ exporter })],
    });
    const tracer = provider.getTracer('shop', '1.2.3', { schemaUrl: 'https://example.com/1' });
    const parent = tracer.startSpan('parent', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
    const context = trace.setSpan(ROOT_CONTEXT, parent);
    const child = tracer.startSpan(
      TEXT,
      { links: [{ context: parent.spanContext(), attributes: { a: 1 } }] },
      context,
    );
    child.setAttributes({
      text: TEXT,
      int: 42,
      double: 0.5,
      bool: true,
      list: ['a', 'b'],
      numbers: [1, 2.5],
    });
    child.addEvent('event', { k: 'v' });
    child.setStatus({ code: SpanStatusCode.ERROR, message: TEXT });
    child.recordException(new Error(TEXT));
    child.end();
    parent.end();
    const spans = exporter.getFinishedSpans();
    expect(spans).to.have.length(2);
    agrees(
      'traces',
      JsonTraceSerializer.serializeRequest(spans),
      ProtobufTraceSerializer.serializeRequest(spans),
    );
  });

  it('means the same logs as its protobuf', () => {
    const exporter = new InMemoryLogRecordExporter();
    const provider = new LoggerProvider({
      processors: [new SimpleLogRecordProcessor({ exporter })],
    });
    const logger = provider.getLogger('shop', '1.2.3');
    const attributes = {
      nested: { list: [1, 'two', { three: true }] },
      bytes: Uint8Array.of(1, 2, 3, 255),
    };
    logger.emit({ body: TEXT, severityNumber: 9, severityText: 'INFO', attributes });
    logger.emit({
      body: { map: { of: ['many', null, 1.5] } },
      eventName: 'shop.order',
      attributes: {},
    });
    const records = exporter.getFinishedLogRecords();
    expect(records).to.have.length(2);
    agrees(
      'logs',
      JsonLogsSerializer.serializeRequest(records),
      ProtobufLogsSerializer.serializeRequest(records),
    );
  });

  it('means the same metrics as its protobuf', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter });
    const views = [
      {
        instrumentName: 'exponential',
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const,
      },
    ];
    const provider = new MeterProvider({ readers: [reader], views });
    const meter = provider.getMeter('shop', '1.2.3');
    meter.createCounter('counter', { description: TEXT, unit: '1' }).add(3, { k: TEXT });
    meter.createGauge('gauge').record(-0.25);
    const histogram = meter.createHistogram('histogram');
    const exponential = meter.createHistogram('exponential');
    for (const value of [0, 0.5, 7, 12_000]) {
      histogram.record(value);
      exponential.record(value);
    }
    await reader.forceFlush();
    const [metrics] = exporter.getMetrics();
    await provider.shutdown();
    if (metrics === undefined) throw new Error('no metrics');
    agrees(
      'metrics',
      JsonMetricsSerializer.serializeRequest(metrics),
      ProtobufMetricsSerializer.serializeRequest(metrics),
    );
  });
});
