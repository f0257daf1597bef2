/** Walks one OTLP request over its bytes and fills an index. Makes no object and no string a span. */

import { type OtlpError, otlpError } from '../errors.ts';
import { OTLP_LIMITS, type OtlpLimits } from '../limits.ts';
import { MESSAGE } from '../wire/messages.ts';
import type { KeyTable } from './key-table.ts';
import type { OtlpIndex } from './otlp-index.ts';
import { Walk } from './walk.ts';

/** One batch to index. */
export interface IndexRequest {
  readonly signal: 'traces' | 'metrics' | 'logs';
  /** `Export{Trace,Metrics,Logs}ServiceRequest` as protobuf. Must not change while indexed. */
  readonly bytes: Uint8Array;
  /** Bytes that count, when the buffer is longer. Default: all. */
  readonly length?: number;
  /**
   * Bytes worth a closer look: bit `i & 31` of word `i >>> 5` stands for byte `i`. `null` marks all,
   * so that every non-empty string is a candidate.
   */
  readonly marks: Uint32Array | null;
  /** The same for bytes that are marked or not ASCII. Without it all texts are read to see they are UTF-8. */
  readonly notable?: Uint32Array;
  readonly keys: KeyTable;
  /** Default {@link OTLP_LIMITS}. */
  readonly limits?: OtlpLimits;
}

/** How a walk ended. The index may be used only when `ok`. */
export type IndexResult =
  | {
      readonly ok: true;
      /** Spans, log records or data points. */
      readonly recordCount: number;
      /** Values that redaction has to look at. */
      readonly candidateCount: number;
      /** Unknown length-delimited fields with marked bytes; each is a candidate too. */
      readonly unknownMarked: number;
      /** Fields OTLP does not know, marked or not. */
      readonly unknownFields: number;
    }
  | { readonly ok: false; readonly error: OtlpError };

const REQUEST_TYPES = {
  traces: MESSAGE.TracesRequest,
  metrics: MESSAGE.MetricsRequest,
  logs: MESSAGE.LogsRequest,
} as const;

/**
 * Fills `index` from a batch. Total: any bytes give an index or a typed error, in time linear in
 * their number. Unknown fields pass; invalid UTF-8 and ids of a wrong length are noted in `index.faults`.
 *
 * Throws only what `keys.classify` throws.
 */
export function indexOtlp(index: OtlpIndex, request: IndexRequest): IndexResult {
  const { signal, bytes, marks, notable = null, keys, limits = OTLP_LIMITS } = request;
  const length = Math.min(request.length ?? bytes.length, bytes.length);
  // A plain Uint8Array whatever came in: code that sees Buffers too is compiled for both, slower.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, length);
  index.begin(plain, keys.columns.length, limits);
  keys.beginBatch(plain);
  const walk = new Walk(index, { type: REQUEST_TYPES[signal], marks, notable, keys, limits });
  const stop = walk.run();
  if (stop !== undefined) return { ok: false, error: otlpError(stop, walk.stoppedAt) };
  index.isComplete = true;
  return {
    ok: true,
    recordCount: index.records.count,
    candidateCount: index.candidates.count,
    unknownMarked: index.unknownMarked,
    unknownFields: walk.unknownFields,
  };
}
