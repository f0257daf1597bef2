/** What transcoding gives: bytes, or what was wrong and where. Never what the value was. */

import type { OtlpErrorCode } from '../errors.ts';

/** Codes of transcoding's own; those of the wire are `OTLP_ERRORS`. Stable; never reused. */
export const TRANSCODE_ERROR_CODES = [
  'json_syntax',
  'json_truncated',
  'json_trailing',
  'json_escape',
  'json_type',
  'json_range',
  'json_id',
  'json_base64',
  'json_unknown',
  'utf8',
  'too_large',
] as const;

/** One code. */
export type TranscodeErrorCode = (typeof TRANSCODE_ERROR_CODES)[number] | OtlpErrorCode;

/** Why a request was refused. Holds names of the OTLP schema only, nothing of the sender's. */
export interface TranscodeError {
  readonly code: TranscodeErrorCode;
  /** `malformed` is the sender's fault for good (400), `limit` a matter of size (413). */
  readonly kind: 'malformed' | 'limit';
  /** Byte offset in the input. */
  readonly offset: number;
  /** `resourceSpans[0].scopeSpans[0].spans[3].traceId at byte 512: expected 32 hex digits` */
  readonly message: string;
}

/** Bytes of the other format, or an error. */
export type TranscodeOutcome =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array;
      /**
       * There where the input had fields OTLP does not know, and no span, log record or metric: names in
       * snake_case, or another signal's. Its message says what could have stood there.
       */
      readonly unrecognised?: TranscodeError;
    }
  | { readonly ok: false; readonly error: TranscodeError };

/** Bounds on one request. */
export interface TranscodeLimits {
  /** Bytes of output. Default 64 MiB, what OTLP recommends for a request. */
  readonly bytesMax?: number;
  /** Messages open at once, the request itself not counted. Default 64; at most 64. */
  readonly depthMax?: number;
}

/** Default of `TranscodeLimits.bytesMax`. */
export const TRANSCODE_BYTES_MAX: number = 64 * 1024 * 1024;

/** Default and ceiling of `TranscodeLimits.depthMax`. */
export const TRANSCODE_DEPTH_MAX = 64;

/** The first thing that went wrong. Readers and writers of one request share it. */
export class FirstFailure {
  code: TranscodeErrorCode | null = null;
  offset = 0;
  expected = '';

  /** Keeps the first failure only; later ones are its consequences. */
  set(code: TranscodeErrorCode, offset: number, expected: string): void {
    if (this.code !== null) return;
    this.code = code;
    this.offset = offset;
    this.expected = expected;
  }
}

/** The failed outcome of a request that failed at the place described by `path`. */
export function failedOutcome(failure: FirstFailure, path: string): TranscodeOutcome {
  return { ok: false, error: transcodeError(failure, path) };
}

/** The error for a failure at the place described by `path`. */
export function transcodeError(
  failure: Pick<FirstFailure, 'code' | 'offset' | 'expected'>,
  path: string,
): TranscodeError {
  const { offset, expected } = failure;
  const code = failure.code ?? 'json_syntax';
  const kind = code === 'too_large' || code === 'too_deep' ? 'limit' : 'malformed';
  const message = `${path === '' ? 'request' : path} at byte ${offset}: expected ${expected}`;
  return { code, kind, offset, message };
}
