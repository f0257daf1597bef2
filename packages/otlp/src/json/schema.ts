/** What JSON needs to know of messages beyond their table. */
import type { MessageName } from '../wire/messages.ts';

/** The signals a request can carry. */
export type OtlpJsonSignal = 'traces' | 'metrics' | 'logs';

/** Types of field as numbers, because the hot switches are over them. */
export const KIND = {
  message: 0,
  string: 1,
  hex: 2,
  bytes: 3,
  bool: 4,
  enum: 5,
  uint32: 6,
  sint32: 7,
  fixed32: 8,
  int64: 9,
  uint64: 10,
  fixed64: 11,
  sfixed64: 12,
  double: 13,
} as const;

/** Messages that are seldom below 128 bytes, and the bytes their lengths usually take. */
export const LENGTH_WIDTHS: Readonly<Partial<Record<MessageName, number>>> = {
  ResourceSpans: 3,
  ScopeSpans: 3,
  ResourceLogs: 3,
  ScopeLogs: 3,
  ResourceMetrics: 3,
  ScopeMetrics: 3,
  Resource: 2,
  Span: 2,
  LogRecord: 2,
  Metric: 2,
  Gauge: 2,
  Sum: 2,
  Histogram: 2,
  ExponentialHistogram: 2,
  Summary: 2,
};

/** The request message of each signal. */
export const REQUESTS: Readonly<Record<OtlpJsonSignal, MessageName>> = {
  traces: 'TracesRequest',
  metrics: 'MetricsRequest',
  logs: 'LogsRequest',
};
