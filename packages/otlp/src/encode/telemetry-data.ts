/** Our own telemetry as plain objects: what an alert is written from. */

/** Attribute values; whole numbers below 2^53 become ints, other numbers doubles. */
export type AttributeValue = string | number | boolean | readonly string[];

/** Attributes by name. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Who says it. */
export interface SourceData {
  /** Resource attributes: `service.name` and others. */
  readonly resource: Attributes;
  readonly scopeName: string;
  readonly scopeVersion?: string;
}

/** A span of another trace that has to do with this one. */
export interface SpanLinkData {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly attributes?: Attributes;
}

/** One span. Times are milliseconds since the epoch. */
export interface SpanData {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** As W3C Trace Context writes it. */
  readonly traceState?: string;
  /** 16 hex digits. */
  readonly parentSpanId?: string;
  readonly name: string;
  /** SpanKind: 1 internal (the default), 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind?: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes?: Attributes;
  /** Status code: 0 unset, 1 ok, 2 error. */
  readonly status?: { readonly code: number; readonly message?: string };
  readonly links?: readonly SpanLinkData[];
}

/** One log record. Times are milliseconds since the epoch. */
export interface LogRecordData {
  readonly timeMs: number;
  /** SeverityNumber, 1 to 24. */
  readonly severityNumber: number;
  readonly severityText?: string;
  readonly eventName?: string;
  readonly body?: string;
  readonly attributes?: Attributes;
  /** 32 hex digits. */
  readonly traceId?: string;
  /** 16 hex digits. */
  readonly spanId?: string;
}
