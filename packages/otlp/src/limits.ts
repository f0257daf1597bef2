/** Bounds of one batch. The number of bytes is the caller's to bound, before anything is indexed. */

/** How much of a batch is indexed before it is refused with a `limit` error. */
export interface OtlpLimits {
  /** Messages open at once, the request itself not counted. 1 to 1024. */
  readonly depth: number;
  /** ResourceSpans, ResourceMetrics or ResourceLogs. */
  readonly resources: number;
  /** Spans, log records or data points. */
  readonly records: number;
  /** Values that redaction has to look at. */
  readonly candidates: number;
  /** Messages, plus three for each value that redaction has to look at. */
  readonly frames: number;
  /** Edits of one rewrite. */
  readonly edits: number;
  /** Bytes of all replacements of one rewrite. */
  readonly replacementBytes: number;
}

/** The defaults: a 16 MiB batch of ordinary telemetry stays well below each. */
export const OTLP_LIMITS: OtlpLimits = {
  depth: 64,
  resources: 16_384,
  records: 65_536,
  candidates: 262_144,
  frames: 1_048_576,
  edits: 262_144,
  replacementBytes: 16 * 1024 * 1024,
};
