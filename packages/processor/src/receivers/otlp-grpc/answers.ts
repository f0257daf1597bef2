/** Answers of an OTLP/gRPC server. Nothing is answered on a stream that its client has given up. */
import { constants, type ServerHttp2Stream } from 'node:http2';
import { encodeExportResponse } from '@spanguard/otlp';
import { CONTENT_ENCODINGS } from '../../pipeline/body/inflate.ts';
import type { RejectedItems } from '../../pipeline/intake.ts';
import { GRPC_CODE, type GrpcError, statusTrailers } from './grpc-status.ts';
import { frameMessage } from './message.ts';

const HEAD = {
  ':status': 200,
  'content-type': 'application/grpc',
  'grpc-accept-encoding': CONTENT_ENCODINGS.join(','),
} as const;
const OK = { 'grpc-status': String(GRPC_CODE.OK) } as const;
const FULL_SUCCESS = frameMessage(encodeExportResponse());

/** An empty Export*ServiceResponse; or one with `partial_success` where items were rejected. */
export function answerAccepted(
  stream: ServerHttp2Stream,
  rejected: RejectedItems | undefined,
): void {
  if (!isAnswerable(stream)) return;
  stream.respond(HEAD, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers(OK));
  if (rejected === undefined) stream.end(FULL_SUCCESS);
  else {
    const { count, message } = rejected;
    stream.end(frameMessage(encodeExportResponse({ rejected: count, message })));
  }
}

/** Tells an error, and that what is left of the message need not come. */
export function answerError(stream: ServerHttp2Stream, error: GrpcError): void {
  if (!isAnswerable(stream)) return;
  stream.respond({ ...HEAD, ...statusTrailers(error) }, { endStream: true });
  stream.close(constants.NGHTTP2_NO_ERROR);
}

/** To HTTP/2 that is no gRPC: an error of gRPC has status 200, which others take for success. */
export function answerNotGrpc(stream: ServerHttp2Stream): void {
  if (!isAnswerable(stream)) return;
  stream.respond({ ':status': 415, 'content-type': 'text/plain; charset=utf-8' });
  stream.end('this port speaks gRPC: POST with content-type application/grpc\n');
  stream.resume();
}

function isAnswerable(stream: ServerHttp2Stream): boolean {
  return !stream.destroyed && !stream.closed && !stream.headersSent;
}
