/** Judges a call by its headers alone, before a byte of its message is read. */
import type { IncomingHttpHeaders } from 'node:http2';
import type { Signal } from '../../model/signal.ts';
import { CONTENT_ENCODINGS, type ContentEncoding } from '../../pipeline/body/inflate.ts';
import type { GrpcError } from './grpc-status.ts';

/** What is to be read, or the error to answer. `not_grpc`: whoever it is would not understand one. */
export type CallHead =
  | {
      readonly kind: 'export';
      readonly signal: Signal;
      /** Of messages whose flag says they are compressed. */
      readonly encoding: ContentEncoding;
    }
  | { readonly kind: 'error'; readonly error: GrpcError }
  | { readonly kind: 'not_grpc' };

/** Undefined where no credentials are asked for. */
export type Authorized = ((authorization: string | undefined) => boolean) | undefined;

const SIGNAL_OF_PATH: ReadonlyMap<string, Signal> = new Map([
  ['/opentelemetry.proto.collector.trace.v1.TraceService/Export', 'traces'],
  ['/opentelemetry.proto.collector.metrics.v1.MetricsService/Export', 'metrics'],
  ['/opentelemetry.proto.collector.logs.v1.LogsService/Export', 'logs'],
]);

/** Credentials come first: who may not speak to us learns nothing else. A `grpc-timeout` is the client's own to keep. */
export function readCallHead(headers: IncomingHttpHeaders, authorized: Authorized): CallHead {
  const [type = '', subtype] = mediaType(headers['content-type']).split('+', 2);
  if (type !== 'application/grpc' || headers[':method'] !== 'POST') return { kind: 'not_grpc' };
  if (authorized !== undefined && !authorized(headers.authorization)) {
    return refuse('UNAUTHENTICATED', 'a valid bearer token is required');
  }
  const signal = SIGNAL_OF_PATH.get(headers[':path'] ?? '');
  if (signal === undefined) {
    return refuse(
      'UNIMPLEMENTED',
      'known methods: Export of the TraceService, MetricsService and LogsService of opentelemetry.proto.collector',
    );
  }
  if (subtype !== undefined && subtype !== 'proto') {
    return refuse(
      'UNIMPLEMENTED',
      'content-type must be application/grpc or application/grpc+proto',
    );
  }
  const asked = String(headers['grpc-encoding'] ?? 'identity').trim();
  const encoding = CONTENT_ENCODINGS.find((known) => known === asked);
  if (encoding === undefined) {
    return refuse('UNIMPLEMENTED', `grpc-encoding must be ${CONTENT_ENCODINGS.join(' or ')}`);
  }
  return { kind: 'export', signal, encoding };
}

function refuse(code: GrpcError['code'], message: string): CallHead {
  return { kind: 'error', error: { code, message } };
}

function mediaType(contentType: string | undefined): string {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
