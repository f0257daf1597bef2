/**
 * An OTLP codec that shares no line with ours: the code OpenTelemetry JS generated with protobufjs.
 * Slow, obvious, and therefore right; it knows no unknown fields and replaces broken UTF-8.
 */

import { createRequire } from 'node:module';

import type { OtlpSignal, RequestOf } from './otlp-model.ts';

interface ConversionOptions {
  readonly longs?: typeof String;
  readonly bytes?: typeof String;
  readonly defaults?: boolean;
}

/** What protobufjs generates for a message, as far as it is used here. */
interface GeneratedMessage<Plain> {
  decode(bytes: Uint8Array): object;
  encode(message: object): { finish(): Uint8Array };
  verify(plain: object): string | null;
  fromObject(plain: Plain): object;
  toObject(message: object, options: ConversionOptions): Plain;
}

interface GeneratedService<Name extends string, Plain> {
  readonly v1: Readonly<Record<Name, GeneratedMessage<Plain>>>;
}

interface GeneratedRoot {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: {
        readonly trace: GeneratedService<'ExportTraceServiceRequest', RequestOf['traces']>;
        readonly metrics: GeneratedService<'ExportMetricsServiceRequest', RequestOf['metrics']>;
        readonly logs: GeneratedService<'ExportLogsServiceRequest', RequestOf['logs']>;
      };
    };
  };
}

const MESSAGES = loadMessages();

function loadMessages(): {
  readonly [Signal in OtlpSignal]: GeneratedMessage<RequestOf[Signal]>;
} {
  const require = createRequire(import.meta.url);
  const root: GeneratedRoot = require('otlp-oracle/build/src/generated/root.js');
  const { trace, metrics, logs } = root.opentelemetry.proto.collector;
  return {
    traces: trace.v1.ExportTraceServiceRequest,
    metrics: metrics.v1.ExportMetricsServiceRequest,
    logs: logs.v1.ExportLogsServiceRequest,
  };
}

/**
 * Protobuf bytes to a plain object: absent fields stay absent, 64-bit integers are decimal strings.
 * Throws what protobufjs throws when the bytes are not the signal's request.
 */
export function decodeRequest<Signal extends OtlpSignal>(
  signal: Signal,
  bytes: Uint8Array,
): RequestOf[Signal] {
  const message = MESSAGES[signal];
  return message.toObject(message.decode(bytes), { longs: String });
}

/** A plain object to protobuf bytes. Throws a TypeError naming the first field of a wrong type. */
export function encodeRequest<Signal extends OtlpSignal>(
  signal: Signal,
  request: RequestOf[Signal],
): Uint8Array {
  const message = MESSAGES[signal];
  const encoded = message.encode(message.fromObject(request)).finish();
  // protobufjs hands out slices of pooled Buffers; tests want bytes that nobody else writes to.
  return new Uint8Array(encoded);
}

/** What is wrong with a request object, or null. */
export function verifyRequest(signal: OtlpSignal, request: object): string | null {
  return MESSAGES[signal].verify(request);
}

/**
 * Protobuf bytes as a form for deep comparison: every default filled in, 64-bit integers as decimal
 * strings, bytes as base64. Requests that mean the same are equal, whatever the order of their
 * fields and whether zeroes were written; an unset oneof or optional field differs from a zero.
 */
export function comparableRequest(signal: OtlpSignal, bytes: Uint8Array): object {
  const message = MESSAGES[signal];
  return message.toObject(message.decode(bytes), { longs: String, bytes: String, defaults: true });
}
