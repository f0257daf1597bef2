/** The messages of OTLP 1.11 as one table: what the walker does with each field of each message. */

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
 * What to do with a length-delimited field. Numbers below {@link ACTION_MESSAGE_END} are message
 * types to enter; 0 is an unknown field.
 */
export const ACTION = {
  unknown: 0,
  string: 64,
  bytes: 65,
  key: 66,
  text: 67,
  recordName: 68,
  recordTraceState: 69,
  recordTraceId: 70,
  recordSpanId: 71,
  recordParentSpanId: 72,
  metricName: 73,
  id16: 74,
  id8: 75,
  packedFixed64: 76,
  packedVarint: 77,
} as const;

/** One above the last message type. */
export const ACTION_MESSAGE_END = 64;

/** What to do with a varint or fixed64 field; all others are passed over. */
export const SCALAR = {
  none: 0,
  boolOrInt: 1,
  double: 2,
  kind: 3,
  statusCode: 4,
  severityNumber: 5,
  startTime: 6,
  endTime: 7,
} as const;

/** Field numbers the tables know are below this; the rest are unknown. */
export const FIELD_END = 32;

type Fields = Readonly<Record<number, MessageName | keyof typeof ACTION>>;

/** Length-delimited fields. Field numbers are those of opentelemetry-proto 1.11. */
const LENGTH_FIELDS: Readonly<Record<MessageName, Fields>> = {
  TracesRequest: { 1: 'ResourceSpans' },
  MetricsRequest: { 1: 'ResourceMetrics' },
  LogsRequest: { 1: 'ResourceLogs' },
  ResourceSpans: { 1: 'Resource', 2: 'ScopeSpans', 3: 'text' },
  ResourceMetrics: { 1: 'Resource', 2: 'ScopeMetrics', 3: 'text' },
  ResourceLogs: { 1: 'Resource', 2: 'ScopeLogs', 3: 'text' },
  ScopeSpans: { 1: 'Scope', 2: 'Span', 3: 'text' },
  ScopeMetrics: { 1: 'Scope', 2: 'Metric', 3: 'text' },
  ScopeLogs: { 1: 'Scope', 2: 'LogRecord', 3: 'text' },
  Resource: { 1: 'KeyValue', 3: 'EntityRef' },
  EntityRef: { 1: 'text', 2: 'text', 3: 'text', 4: 'text' },
  Scope: { 1: 'text', 2: 'text', 3: 'KeyValue' },
  Span: {
    1: 'recordTraceId',
    2: 'recordSpanId',
    3: 'recordTraceState',
    4: 'recordParentSpanId',
    5: 'recordName',
    9: 'KeyValue',
    11: 'Event',
    13: 'Link',
    15: 'Status',
  },
  Event: { 2: 'text', 3: 'KeyValue' },
  Link: { 1: 'id16', 2: 'id8', 3: 'text', 4: 'KeyValue' },
  Status: { 2: 'text' },
  LogRecord: {
    3: 'text',
    5: 'AnyValue',
    6: 'KeyValue',
    9: 'recordTraceId',
    10: 'recordSpanId',
    12: 'recordName',
  },
  Metric: {
    1: 'metricName',
    2: 'text',
    3: 'text',
    5: 'Gauge',
    7: 'Sum',
    9: 'Histogram',
    10: 'ExponentialHistogram',
    11: 'Summary',
    12: 'KeyValue',
  },
  Gauge: { 1: 'NumberDataPoint' },
  Sum: { 1: 'NumberDataPoint' },
  Histogram: { 1: 'HistogramDataPoint' },
  ExponentialHistogram: { 1: 'ExponentialHistogramDataPoint' },
  Summary: { 1: 'SummaryDataPoint' },
  NumberDataPoint: { 5: 'Exemplar', 7: 'KeyValue' },
  HistogramDataPoint: { 6: 'packedFixed64', 7: 'packedFixed64', 8: 'Exemplar', 9: 'KeyValue' },
  ExponentialHistogramDataPoint: { 1: 'KeyValue', 8: 'Buckets', 9: 'Buckets', 11: 'Exemplar' },
  SummaryDataPoint: { 6: 'ValueAtQuantile', 7: 'KeyValue' },
  Buckets: { 2: 'packedVarint' },
  ValueAtQuantile: {},
  Exemplar: { 4: 'id8', 5: 'id16', 7: 'KeyValue' },
  KeyValue: { 1: 'key', 2: 'AnyValue' },
  AnyValue: { 1: 'string', 5: 'ArrayValue', 6: 'KeyValueList', 7: 'bytes' },
  ArrayValue: { 1: 'AnyValue' },
  KeyValueList: { 1: 'KeyValue' },
};

const POINT_TIMES: Readonly<Record<number, keyof typeof SCALAR>> = { 2: 'startTime', 3: 'endTime' };

/** Varint and fixed64 fields that end in a record or may hold a secret number. */
const SCALAR_FIELDS: Readonly<
  Partial<Record<MessageName, Readonly<Record<number, keyof typeof SCALAR>>>>
> = {
  Span: { 6: 'kind', 7: 'startTime', 8: 'endTime' },
  Status: { 3: 'statusCode' },
  LogRecord: { 1: 'startTime', 2: 'severityNumber', 11: 'endTime' },
  NumberDataPoint: POINT_TIMES,
  HistogramDataPoint: POINT_TIMES,
  ExponentialHistogramDataPoint: POINT_TIMES,
  SummaryDataPoint: POINT_TIMES,
  AnyValue: { 2: 'boolOrInt', 3: 'boolOrInt', 4: 'double' },
};

/** What entering a message means beyond walking it. */
export const ROLE = {
  none: 0,
  resourceGroup: 1,
  resource: 2,
  record: 3,
  metric: 4,
  keyValue: 5,
  anyValue: 6,
} as const;

const ROLES: Readonly<Partial<Record<MessageName, keyof typeof ROLE>>> = {
  ResourceSpans: 'resourceGroup',
  ResourceMetrics: 'resourceGroup',
  ResourceLogs: 'resourceGroup',
  Resource: 'resource',
  Span: 'record',
  LogRecord: 'record',
  NumberDataPoint: 'record',
  HistogramDataPoint: 'record',
  ExponentialHistogramDataPoint: 'record',
  SummaryDataPoint: 'record',
  Metric: 'metric',
  KeyValue: 'keyValue',
  AnyValue: 'anyValue',
};

const MESSAGE_NAMES: readonly MessageName[] = Object.keys(MESSAGE).filter(isMessageName);

/** `[message type * FIELD_END + field number]` to {@link ACTION}. */
export const LENGTH_ACTIONS: Uint8Array = tableOf(LENGTH_FIELDS, { ...ACTION, ...MESSAGE });

/** `[message type * FIELD_END + field number]` to {@link SCALAR}. */
export const SCALAR_ACTIONS: Uint8Array = tableOf(SCALAR_FIELDS, SCALAR);

/** Message type to {@link ROLE}. */
export const MESSAGE_ROLES: Uint8Array = rolesOf();

function isMessageName(name: string): name is MessageName {
  return Object.hasOwn(MESSAGE, name);
}

function tableOf<Word extends string>(
  fields: Readonly<Partial<Record<MessageName, Readonly<Record<number, Word>>>>>,
  numbers: Readonly<Record<Word, number>>,
): Uint8Array {
  const table = new Uint8Array((MESSAGE_NAMES.length + 1) * FIELD_END);
  for (const name of MESSAGE_NAMES) {
    for (const [field, word] of Object.entries(fields[name] ?? {})) {
      table[MESSAGE[name] * FIELD_END + Number(field)] = numbers[word];
    }
  }
  return table;
}

function rolesOf(): Uint8Array {
  const roles = new Uint8Array(MESSAGE_NAMES.length + 1);
  for (const name of MESSAGE_NAMES) roles[MESSAGE[name]] = ROLE[ROLES[name] ?? 'none'];
  return roles;
}

/**
 * The field a place number stands for, e.g. `Span.5` (the name): for counters and messages. A field
 * number of 32 or more is unknown to OTLP and is told as 0.
 */
export function placeName(place: number): string {
  const name = MESSAGE_NAMES[Math.floor(place / FIELD_END) - 1] ?? 'unknown';
  return `${name}.${place % FIELD_END}`;
}
