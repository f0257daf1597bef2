/** Errors as gRPC tells them (gRPC over HTTP/2, "Responses"; OTLP 1.11, "OTLP/gRPC Response"). */
import { encodeStatus } from '@spanguard/otlp';

/** `google.rpc.Code` of what we answer. */
export const GRPC_CODE = {
  OK: 0,
  INVALID_ARGUMENT: 3,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

/** An error to answer. */
export interface GrpcError {
  readonly code: Exclude<keyof typeof GRPC_CODE, 'OK'>;
  /** For the sender; of more than {@link MESSAGE_CHARACTERS_MAX} characters the rest is left out. */
  readonly message: string;
  /** When to come again. Without it clients take RESOURCE_EXHAUSTED for final. */
  readonly retryDelayMs?: number;
}

/** Messages are headers, which clients bound. */
export const MESSAGE_CHARACTERS_MAX = 1024;

/** The trailers that tell of an error. */
export function statusTrailers({ code, message, retryDelayMs }: GrpcError): Record<string, string> {
  const number = GRPC_CODE[code];
  const told = message.slice(0, MESSAGE_CHARACTERS_MAX);
  const trailers = { 'grpc-status': String(number), 'grpc-message': percentEncoded(told) };
  if (retryDelayMs === undefined) return trailers;
  const details = encodeStatus({ code: number, message: told, retryDelayMs });
  return { ...trailers, 'grpc-status-details-bin': Buffer.from(details).toString('base64') };
}

/** Printable ASCII stays, but for the percent sign; any other byte of UTF-8 is written in hexadecimal. */
function percentEncoded(text: string): string {
  return text.toWellFormed().replace(/[^ -$&-~]+/g, (found) =>
    Buffer.from(found)
      .toString('hex')
      .toUpperCase()
      .replace(/../g, (byte) => `%${byte}`),
  );
}
