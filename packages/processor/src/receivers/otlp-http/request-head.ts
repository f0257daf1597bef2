/** Judges a request by its head alone, before a byte of its body is read. */
import type { IncomingMessage } from 'node:http';
import type { Signal } from '../../model/signal.ts';
import type { HttpError, OtlpEncoding } from './answers.ts';
import { CONTENT_ENCODINGS, type ContentEncoding } from '../../pipeline/body/inflate.ts';

/** What is to be read, or the error to answer. */
export type RequestHead =
  | {
      readonly kind: 'export';
      readonly signal: Signal;
      readonly encoding: OtlpEncoding;
      readonly contentEncoding: ContentEncoding;
    }
  | { readonly kind: 'error'; readonly encoding: OtlpEncoding; readonly error: HttpError };

/** What the head is judged by. */
export interface HeadLimits {
  readonly wireBytesMax: number;
  /** Undefined where no credentials are asked for. */
  readonly authorized: ((authorization: string | undefined) => boolean) | undefined;
}

const SIGNAL_OF_PATH: ReadonlyMap<string, Signal> = new Map([
  ['/v1/traces', 'traces'],
  ['/v1/metrics', 'metrics'],
  ['/v1/logs', 'logs'],
]);

/** Credentials come first: who may not speak to us learns nothing else. */
export function readRequestHead(request: IncomingMessage, limits: HeadLimits): RequestHead {
  const encoding = encodingOf(request.headers['content-type']);
  const refuse = (status: HttpError['status'], message: string, headers = {}): RequestHead => ({
    kind: 'error',
    encoding: encoding ?? 'json',
    error: { status, message, headers },
  });
  if (limits.authorized !== undefined && !limits.authorized(request.headers.authorization)) {
    return refuse(401, 'a valid bearer token is required', { 'www-authenticate': 'Bearer' });
  }
  const signal = SIGNAL_OF_PATH.get((request.url ?? '').split('?', 1)[0] ?? '');
  if (signal === undefined) {
    return refuse(
      404,
      'known paths: /v1/traces, /v1/metrics, /v1/logs; exporters want the base URL without them',
    );
  }
  if (request.method !== 'POST') return refuse(405, 'use POST', { allow: 'POST' });
  if (encoding === undefined) {
    return refuse(415, 'content-type must be application/x-protobuf or application/json');
  }
  const contentEncoding = contentEncodingOf(request.headers['content-encoding']);
  if (contentEncoding === undefined) {
    return refuse(415, `content-encoding must be ${CONTENT_ENCODINGS.join(' or ')}`, {
      'accept-encoding': 'gzip, deflate',
    });
  }
  if (Number(request.headers['content-length'] ?? 0) > limits.wireBytesMax) {
    return refuse(413, `the request is larger than ${limits.wireBytesMax} bytes`);
  }
  return { kind: 'export', signal, encoding, contentEncoding };
}

/** The encoding a request says it has; undefined for any other content type. */
export function encodingOf(contentType: string | undefined): OtlpEncoding | undefined {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf';
  return type === 'application/json' ? 'json' : undefined;
}

function contentEncodingOf(header: string | string[] | undefined): ContentEncoding | undefined {
  const name = String(header ?? 'identity')
    .trim()
    .toLowerCase();
  return CONTENT_ENCODINGS.find((known) => known === name);
}
