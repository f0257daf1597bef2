/** The OTLP messages as a table: name, number and type of each field. Both directions read it. */

/** The signals a request can carry. */
export type OtlpJsonSignal = 'traces' | 'metrics' | 'logs';

/**
 * Field types, as numbers because the hot switches are over them. `hex` are trace and span ids
 * (bytes written in hexadecimal), `bytes` everything else that is binary (base64).
 */
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

/** What opentelemetry-proto says of one field. */
export interface FieldSpec {
  readonly number: number;
  readonly type: keyof typeof KIND | { readonly message: string };
  readonly repeated?: boolean;
  readonly oneof?: boolean;
  readonly idBytes?: number;
}

/** What opentelemetry-proto says of one message: its fields by their JSON names. */
export type MessageSpec = Readonly<Record<string, FieldSpec>>;
type ScalarType = Exclude<keyof typeof KIND, 'message'>;

const one = (number: number, type: ScalarType): FieldSpec => ({ number, type });
const list = (number: number, type: ScalarType): FieldSpec => ({ number, type, repeated: true });
const either = (number: number, type: ScalarType): FieldSpec => ({ number, type, oneof: true });
const id = (number: number, idBytes: number): FieldSpec => ({ number, type: 'hex', idBytes });
const sub = (number: number, message: string): FieldSpec => ({ number, type: { message } });
const subs = (number: number, message: string): FieldSpec => ({
  number,
  type: { message },
  repeated: true,
});
const eitherSub = (number: number, message: string): FieldSpec => ({
  number,
  type: { message },
  oneof: true,
});

const POINT_TIMES = { startTimeUnixNano: one(2, 'fixed64'), timeUnixNano: one(3, 'fixed64') };

/** opentelemetry-proto 1.x, without the string indexes that only profiles use. */
export const MESSAGES: Readonly<Record<string, MessageSpec>> = {
  AnyValue: {
    stringValue: either(1, 'string'),
    boolValue: either(2, 'bool'),
    intValue: either(3, 'int64'),
    doubleValue: either(4, 'double'),
    arrayValue: eitherSub(5, 'ArrayValue'),
    kvlistValue: eitherSub(6, 'KeyValueList'),
    bytesValue: either(7, 'bytes'),
  },
  ArrayValue: { values: subs(1, 'AnyValue') },
  KeyValueList: { values: subs(1, 'KeyValue') },
  KeyValue: { key: one(1, 'string'), value: sub(2, 'AnyValue') },
  InstrumentationScope: {
    name: one(1, 'string'),
    version: one(2, 'string'),
    attributes: subs(3, 'KeyValue'),
    droppedAttributesCount: one(4, 'uint32'),
  },
  EntityRef: {
    schemaUrl: one(1, 'string'),
    type: one(2, 'string'),
    idKeys: list(3, 'string'),
    descriptionKeys: list(4, 'string'),
  },
  Resource: {
    attributes: subs(1, 'KeyValue'),
    droppedAttributesCount: one(2, 'uint32'),
    entityRefs: subs(3, 'EntityRef'),
  },
  TracesRequest: { resourceSpans: subs(1, 'ResourceSpans') },
  ResourceSpans: {
    resource: sub(1, 'Resource'),
    scopeSpans: subs(2, 'ScopeSpans'),
    schemaUrl: one(3, 'string'),
  },
  ScopeSpans: {
    scope: sub(1, 'InstrumentationScope'),
    spans: subs(2, 'Span'),
    schemaUrl: one(3, 'string'),
  },
  Span: {
    traceId: id(1, 16),
    spanId: id(2, 8),
    traceState: one(3, 'string'),
    parentSpanId: id(4, 8),
    name: one(5, 'string'),
    kind: one(6, 'enum'),
    startTimeUnixNano: one(7, 'fixed64'),
    endTimeUnixNano: one(8, 'fixed64'),
    attributes: subs(9, 'KeyValue'),
    droppedAttributesCount: one(10, 'uint32'),
    events: subs(11, 'SpanEvent'),
    droppedEventsCount: one(12, 'uint32'),
    links: subs(13, 'SpanLink'),
    droppedLinksCount: one(14, 'uint32'),
    status: sub(15, 'SpanStatus'),
    flags: one(16, 'fixed32'),
  },
  SpanEvent: {
    timeUnixNano: one(1, 'fixed64'),
    name: one(2, 'string'),
    attributes: subs(3, 'KeyValue'),
    droppedAttributesCount: one(4, 'uint32'),
  },
  SpanLink: {
    traceId: id(1, 16),
    spanId: id(2, 8),
    traceState: one(3, 'string'),
    attributes: subs(4, 'KeyValue'),
    droppedAttributesCount: one(5, 'uint32'),
    flags: one(6, 'fixed32'),
  },
  SpanStatus: { message: one(2, 'string'), code: one(3, 'enum') },
  LogsRequest: { resourceLogs: subs(1, 'ResourceLogs') },
  ResourceLogs: {
    resource: sub(1, 'Resource'),
    scopeLogs: subs(2, 'ScopeLogs'),
    schemaUrl: one(3, 'string'),
  },
  ScopeLogs: {
    scope: sub(1, 'InstrumentationScope'),
    logRecords: subs(2, 'LogRecord'),
    schemaUrl: one(3, 'string'),
  },
  LogRecord: {
    timeUnixNano: one(1, 'fixed64'),
    observedTimeUnixNano: one(11, 'fixed64'),
    severityNumber: one(2, 'enum'),
    severityText: one(3, 'string'),
    body: sub(5, 'AnyValue'),
    attributes: subs(6, 'KeyValue'),
    droppedAttributesCount: one(7, 'uint32'),
    flags: one(8, 'fixed32'),
    traceId: id(9, 16),
    spanId: id(10, 8),
    eventName: one(12, 'string'),
  },
  MetricsRequest: { resourceMetrics: subs(1, 'ResourceMetrics') },
  ResourceMetrics: {
    resource: sub(1, 'Resource'),
    scopeMetrics: subs(2, 'ScopeMetrics'),
    schemaUrl: one(3, 'string'),
  },
  ScopeMetrics: {
    scope: sub(1, 'InstrumentationScope'),
    metrics: subs(2, 'Metric'),
    schemaUrl: one(3, 'string'),
  },
  Metric: {
    name: one(1, 'string'),
    description: one(2, 'string'),
    unit: one(3, 'string'),
    gauge: eitherSub(5, 'Gauge'),
    sum: eitherSub(7, 'Sum'),
    histogram: eitherSub(9, 'Histogram'),
    exponentialHistogram: eitherSub(10, 'ExponentialHistogram'),
    summary: eitherSub(11, 'Summary'),
    metadata: subs(12, 'KeyValue'),
  },
  Gauge: { dataPoints: subs(1, 'NumberDataPoint') },
  Sum: {
    dataPoints: subs(1, 'NumberDataPoint'),
    aggregationTemporality: one(2, 'enum'),
    isMonotonic: one(3, 'bool'),
  },
  Histogram: {
    dataPoints: subs(1, 'HistogramDataPoint'),
    aggregationTemporality: one(2, 'enum'),
  },
  ExponentialHistogram: {
    dataPoints: subs(1, 'ExponentialHistogramDataPoint'),
    aggregationTemporality: one(2, 'enum'),
  },
  Summary: { dataPoints: subs(1, 'SummaryDataPoint') },
  NumberDataPoint: {
    attributes: subs(7, 'KeyValue'),
    ...POINT_TIMES,
    asDouble: either(4, 'double'),
    asInt: either(6, 'sfixed64'),
    exemplars: subs(5, 'Exemplar'),
    flags: one(8, 'uint32'),
  },
  HistogramDataPoint: {
    attributes: subs(9, 'KeyValue'),
    ...POINT_TIMES,
    count: one(4, 'fixed64'),
    sum: one(5, 'double'),
    bucketCounts: list(6, 'fixed64'),
    explicitBounds: list(7, 'double'),
    exemplars: subs(8, 'Exemplar'),
    flags: one(10, 'uint32'),
    min: one(11, 'double'),
    max: one(12, 'double'),
  },
  ExponentialHistogramDataPoint: {
    attributes: subs(1, 'KeyValue'),
    ...POINT_TIMES,
    count: one(4, 'fixed64'),
    sum: one(5, 'double'),
    scale: one(6, 'sint32'),
    zeroCount: one(7, 'fixed64'),
    positive: sub(8, 'Buckets'),
    negative: sub(9, 'Buckets'),
    flags: one(10, 'uint32'),
    exemplars: subs(11, 'Exemplar'),
    min: one(12, 'double'),
    max: one(13, 'double'),
    zeroThreshold: one(14, 'double'),
  },
  Buckets: { offset: one(1, 'sint32'), bucketCounts: list(2, 'uint64') },
  SummaryDataPoint: {
    attributes: subs(7, 'KeyValue'),
    ...POINT_TIMES,
    count: one(4, 'fixed64'),
    sum: one(5, 'double'),
    quantileValues: subs(6, 'ValueAtQuantile'),
    flags: one(8, 'uint32'),
  },
  ValueAtQuantile: { quantile: one(1, 'double'), value: one(2, 'double') },
  Exemplar: {
    filteredAttributes: subs(7, 'KeyValue'),
    timeUnixNano: one(2, 'fixed64'),
    asDouble: either(3, 'double'),
    asInt: either(6, 'sfixed64'),
    spanId: id(4, 8),
    traceId: id(5, 16),
  },
};

/** Messages that are seldom below 128 bytes, and the bytes their lengths usually take. */
export const LENGTH_WIDTHS: Readonly<Record<string, number>> = {
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
export const REQUESTS: Readonly<Record<OtlpJsonSignal, string>> = {
  traces: 'TracesRequest',
  metrics: 'MetricsRequest',
  logs: 'LogsRequest',
};
