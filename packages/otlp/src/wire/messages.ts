/** The messages of OTLP, each field once: what the walker of bytes, the tables of JSON and the writer are made from. */

import { WIRE } from './field-cursor.ts';

/** Message types, as small numbers. */
export const MESSAGE = {
  TracesRequest: 1,
  MetricsRequest: 2,
  LogsRequest: 3,
  ResourceSpans: 4,
  ResourceMetrics: 5,
  ResourceLogs: 6,
  ScopeSpans: 7,
  ScopeMetrics: 8,
  ScopeLogs: 9,
  Resource: 10,
  EntityRef: 11,
  Scope: 12,
  Span: 13,
  Event: 14,
  Link: 15,
  Status: 16,
  LogRecord: 17,
  Metric: 18,
  Gauge: 19,
  Sum: 20,
  Histogram: 21,
  ExponentialHistogram: 22,
  Summary: 23,
  NumberDataPoint: 24,
  HistogramDataPoint: 25,
  ExponentialHistogramDataPoint: 26,
  SummaryDataPoint: 27,
  Buckets: 28,
  ValueAtQuantile: 29,
  Exemplar: 30,
  KeyValue: 31,
  AnyValue: 32,
  ArrayValue: 33,
  KeyValueList: 34,
} as const;

/** Name of a message. */
export type MessageName = keyof typeof MESSAGE;

/**
 * Types of field, and how one value of each travels. `hex` are trace and span ids (bytes that JSON writes in
 * hexadecimal), `bytes` everything else that is binary.
 */
export const WIRE_OF: Readonly<Record<FieldType, number>> = {
  message: WIRE.length,
  string: WIRE.length,
  hex: WIRE.length,
  bytes: WIRE.length,
  bool: WIRE.varint,
  enum: WIRE.varint,
  uint32: WIRE.varint,
  sint32: WIRE.varint,
  fixed32: WIRE.fixed32,
  int64: WIRE.varint,
  uint64: WIRE.varint,
  fixed64: WIRE.fixed64,
  sfixed64: WIRE.fixed64,
  double: WIRE.fixed64,
};

/** Type of a field. */
export type FieldType =
  | 'message'
  | ('string' | 'hex' | 'bytes')
  | ('bool' | 'enum' | 'uint32' | 'sint32' | 'int64' | 'uint64')
  | ('fixed32' | 'fixed64' | 'sfixed64' | 'double');

/** What opentelemetry-proto says of one field. */
export interface FieldSpec {
  readonly number: number;
  readonly type: Exclude<FieldType, 'message'> | { readonly message: MessageName };
  readonly repeated?: boolean;
  readonly oneof?: boolean;
  readonly idBytes?: number;
}

/** What opentelemetry-proto says of one message: its fields by their JSON names. */
export type MessageSpec = Readonly<Record<string, FieldSpec>>;

/** Type of a field as {@link WIRE_OF} names it. */
export function typeOf({ type }: FieldSpec): FieldType {
  return typeof type === 'string' ? type : 'message';
}

/** Whether values travel in one length-delimited run: numbers that are repeated do. */
export function isPacked(field: FieldSpec): boolean {
  return field.repeated === true && WIRE_OF[typeOf(field)] !== WIRE.length;
}

type ScalarType = Exclude<FieldType, 'message'>;

const one = (number: number, type: ScalarType): FieldSpec => ({ number, type });
const list = (number: number, type: ScalarType): FieldSpec => ({ number, type, repeated: true });
const either = (number: number, type: ScalarType): FieldSpec => ({ number, type, oneof: true });
const id = (number: number, idBytes: number): FieldSpec => ({ number, type: 'hex', idBytes });
const sub = (number: number, message: MessageName): FieldSpec => ({ number, type: { message } });
const subs = (number: number, message: MessageName): FieldSpec => ({
  number,
  type: { message },
  repeated: true,
});
const eitherSub = (number: number, message: MessageName): FieldSpec => ({
  number,
  type: { message },
  oneof: true,
});

const POINT_TIMES = { startTimeUnixNano: one(2, 'fixed64'), timeUnixNano: one(3, 'fixed64') };

/** opentelemetry-proto 1.11, without the string indexes that only profiles use. */
export const MESSAGES: Readonly<Record<MessageName, MessageSpec>> = {
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
  Scope: {
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
    scope: sub(1, 'Scope'),
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
    events: subs(11, 'Event'),
    droppedEventsCount: one(12, 'uint32'),
    links: subs(13, 'Link'),
    droppedLinksCount: one(14, 'uint32'),
    status: sub(15, 'Status'),
    flags: one(16, 'fixed32'),
  },
  Event: {
    timeUnixNano: one(1, 'fixed64'),
    name: one(2, 'string'),
    attributes: subs(3, 'KeyValue'),
    droppedAttributesCount: one(4, 'uint32'),
  },
  Link: {
    traceId: id(1, 16),
    spanId: id(2, 8),
    traceState: one(3, 'string'),
    attributes: subs(4, 'KeyValue'),
    droppedAttributesCount: one(5, 'uint32'),
    flags: one(6, 'fixed32'),
  },
  Status: { message: one(2, 'string'), code: one(3, 'enum') },
  LogsRequest: { resourceLogs: subs(1, 'ResourceLogs') },
  ResourceLogs: {
    resource: sub(1, 'Resource'),
    scopeLogs: subs(2, 'ScopeLogs'),
    schemaUrl: one(3, 'string'),
  },
  ScopeLogs: {
    scope: sub(1, 'Scope'),
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
    scope: sub(1, 'Scope'),
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

/** Messages by name; the order has no meaning. */
export const MESSAGE_NAMES: readonly MessageName[] = Object.keys(MESSAGE).filter(isMessageName);

function isMessageName(name: string): name is MessageName {
  return Object.hasOwn(MESSAGE, name);
}
