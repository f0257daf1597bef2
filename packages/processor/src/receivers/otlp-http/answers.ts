/** Answers of an OTLP/HTTP server, in the encoding of the request (OTLP 1.11, "OTLP/HTTP Response"). */
import type { ServerResponse } from 'node:http';
import { encodeExportResponse, encodeStatus } from '@spanguard/otlp';
import type { Signal } from '../../model/signal.ts';
import type { RejectedItems } from '../../pipeline/intake.ts';

/** Encodings of request and answer. */
export type OtlpEncoding = 'protobuf' | 'json';

/** `google.rpc.Code` of the errors we answer. */
const RPC_CODE = {
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

/** An error as HTTP tells it. */
export interface HttpError {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 421 | 500 | 503;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const CODE_OF_STATUS = {
  400: RPC_CODE.INVALID_ARGUMENT,
  401: RPC_CODE.UNAUTHENTICATED,
  403: RPC_CODE.PERMISSION_DENIED,
  404: RPC_CODE.NOT_FOUND,
  405: RPC_CODE.UNIMPLEMENTED,
  413: RPC_CODE.RESOURCE_EXHAUSTED,
  415: RPC_CODE.INVALID_ARGUMENT,
  421: RPC_CODE.PERMISSION_DENIED,
  500: RPC_CODE.INTERNAL,
  503: RPC_CODE.UNAVAILABLE,
} as const;

const CONTENT_TYPE = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;

/** What JSON calls the rejected items of each signal. */
const REJECTED_NAME = {
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
  logs: 'rejectedLogRecords',
} as const satisfies Record<Signal, string>;

/** Full success, an empty Export*ServiceResponse; or with `partial_success` where items were rejected. */
export function answerAccepted(
  response: ServerResponse,
  {
    encoding,
    signal,
    rejected,
  }: {
    readonly encoding: OtlpEncoding;
    readonly signal: Signal;
    readonly rejected: RejectedItems | undefined;
  },
): void {
  let body: string | Uint8Array = encoding === 'json' ? '{}' : '';
  if (rejected !== undefined) {
    const { count, message } = rejected;
    const partialSuccess = { [REJECTED_NAME[signal]]: String(count), errorMessage: message };
    body =
      encoding === 'json'
        ? JSON.stringify({ partialSuccess })
        : encodeExportResponse({ rejected: count, message });
  }
  response.writeHead(200, {
    'content-type': CONTENT_TYPE[encoding],
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** A `google.rpc.Status` with the HTTP status that the specification names for it. */
export function answerError(
  response: ServerResponse,
  encoding: OtlpEncoding,
  error: HttpError,
): void {
  const status = { code: CODE_OF_STATUS[error.status], message: error.message };
  const body =
    encoding === 'json' ? Buffer.from(JSON.stringify(status)) : Buffer.from(encodeStatus(status));
  response.writeHead(error.status, {
    'content-type': CONTENT_TYPE[encoding],
    'content-length': body.length,
    ...error.headers,
  });
  response.end(body);
}
