/**
 * What may be stored, remembered or sent. The constructor function lives in `redaction/`; a tidy
 * test holds that nobody else calls it, so forgetting to redact is a type error.
 */
import type { Signal } from './signal.ts';

declare const redacted: unique symbol;

/** One OTLP export request after redaction, as protobuf bytes. */
export interface RedactedBatch {
  readonly [redacted]: true;
  readonly signal: Signal;
  /** `Export{Trace,Metrics,Logs}ServiceRequest`, protobuf. Owned by the batch: nobody writes to it. */
  readonly bytes: Uint8Array;
  /** Spans, log records or data points in it. */
  readonly itemCount: number;
}
