/** OTLP exporters as `OTEL_EXPORTER_OTLP_PROTOCOL` asks: http/protobuf unless http/json is named. */
import { diag } from '@opentelemetry/api';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  BatchLogRecordProcessor,
  ConsoleLogRecordExporter,
  type LogRecordExporter,
  type LogRecordProcessor,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import type { Environment } from './security-options.ts';

/** Span processors behind the masking one; none where traces are switched off. */
export function createSpanProcessors(environment: Environment): SpanProcessor[] {
  return exporterNames(environment, 'TRACES').flatMap((name): SpanProcessor[] => {
    if (name === 'console')
      return [new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() })];
    const exporter =
      protocolOf(environment, 'TRACES') === 'json'
        ? new JsonTraceExporter()
        : new ProtobufTraceExporter();
    return [new BatchSpanProcessor({ exporter, ...batching(environment, 'BSP') })];
  });
}

/** Log record processors behind the masking one; none where logs are switched off. */
export function createLogRecordProcessors(environment: Environment): LogRecordProcessor[] {
  return exporterNames(environment, 'LOGS').flatMap((name): LogRecordProcessor[] => {
    if (name === 'console') {
      return [new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() })];
    }
    const exporter = createLogExporter(environment);
    return [new BatchLogRecordProcessor({ exporter, ...batching(environment, 'BLRP') })];
  });
}

/** The exporter of security events, which have a queue of their own; none where logs are switched off. */
export function createEventExporter(environment: Environment): LogRecordExporter | undefined {
  const [name] = exporterNames(environment, 'LOGS');
  if (name === undefined) return undefined;
  return name === 'console' ? new ConsoleLogRecordExporter() : createLogExporter(environment);
}

function createLogExporter(environment: Environment): LogRecordExporter {
  return protocolOf(environment, 'LOGS') === 'json'
    ? new JsonLogExporter()
    : new ProtobufLogExporter();
}

function exporterNames(
  environment: Environment,
  signal: 'TRACES' | 'LOGS',
): ('otlp' | 'console')[] {
  const variable = `OTEL_${signal}_EXPORTER`;
  const names = (environment[variable] ?? 'otlp').split(',').map((name) => name.trim());
  if (names.includes('none')) return [];
  const known = names.filter((name) => name === 'otlp' || name === 'console');
  for (const name of names) {
    if (!known.some((one) => one === name) && name !== '') {
      diag.warn(
        `spanguard: ${variable} names "${name.slice(0, 64)}", expected otlp, console or none`,
      );
    }
  }
  return known.length === 0 ? ['otlp'] : [...new Set(known)];
}

function protocolOf(environment: Environment, signal: 'TRACES' | 'LOGS'): 'protobuf' | 'json' {
  const protocol =
    environment[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`] ??
    environment['OTEL_EXPORTER_OTLP_PROTOCOL'];
  if (protocol === 'http/json') return 'json';
  if (protocol !== undefined && protocol !== '' && protocol !== 'http/protobuf') {
    diag.warn(
      `spanguard: protocol "${protocol.slice(0, 64)}" is not supported; using http/protobuf`,
    );
  }
  return 'protobuf';
}

interface Batching {
  readonly maxQueueSize?: number;
  readonly scheduledDelayMillis?: number;
  readonly exportTimeoutMillis?: number;
  readonly maxExportBatchSize?: number;
}

/** OpenTelemetry's own variables of its batch processors. */
function batching(environment: Environment, prefix: 'BSP' | 'BLRP'): Batching {
  const read = (name: string): number | undefined => {
    const value = Number(environment[`OTEL_${prefix}_${name}`] || Number.NaN);
    return Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  const all = {
    maxQueueSize: read('MAX_QUEUE_SIZE'),
    scheduledDelayMillis: read('SCHEDULE_DELAY'),
    exportTimeoutMillis: read('EXPORT_TIMEOUT'),
    maxExportBatchSize: read('MAX_EXPORT_BATCH_SIZE'),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
