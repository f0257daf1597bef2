/** What the walker does with each field of each message. */

import { WIRE } from './field-cursor.ts';
import {
  type FieldSpec,
  isPacked,
  MESSAGE,
  MESSAGE_NAMES,
  type MessageName,
  MESSAGES,
  WIRE_OF,
} from './messages.ts';

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

/** Length-delimited fields that mean more to the walk than their type says. */
const LENGTH_MEANINGS: Meanings<keyof typeof ACTION> = {
  Span: {
    traceId: 'recordTraceId',
    spanId: 'recordSpanId',
    traceState: 'recordTraceState',
    parentSpanId: 'recordParentSpanId',
    name: 'recordName',
  },
  LogRecord: { traceId: 'recordTraceId', spanId: 'recordSpanId', eventName: 'recordName' },
  Metric: { name: 'metricName' },
  KeyValue: { key: 'key' },
  AnyValue: { stringValue: 'string' },
};

const POINT_TIMES = { startTimeUnixNano: 'startTime', timeUnixNano: 'endTime' } as const;

/** Varint and fixed64 fields that end in a record or may hold a secret number. */
const SCALAR_MEANINGS: Meanings<keyof typeof SCALAR> = {
  Span: { kind: 'kind', startTimeUnixNano: 'startTime', endTimeUnixNano: 'endTime' },
  Status: { code: 'statusCode' },
  LogRecord: {
    timeUnixNano: 'startTime',
    severityNumber: 'severityNumber',
    observedTimeUnixNano: 'endTime',
  },
  NumberDataPoint: POINT_TIMES,
  HistogramDataPoint: POINT_TIMES,
  ExponentialHistogramDataPoint: POINT_TIMES,
  SummaryDataPoint: POINT_TIMES,
  AnyValue: { boolValue: 'boolOrInt', intValue: 'boolOrInt', doubleValue: 'double' },
};

/** By message, and in it by the JSON name of a field. */
type Meanings<Word> = Readonly<Partial<Record<MessageName, Readonly<Record<string, Word>>>>>;

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

/** `[message type * FIELD_END + field number]` to {@link ACTION}. */
export const LENGTH_ACTIONS: Uint8Array = tableOf(actionOfType, LENGTH_MEANINGS, ACTION);

/** `[message type * FIELD_END + field number]` to {@link SCALAR}. */
export const SCALAR_ACTIONS: Uint8Array = tableOf(() => SCALAR.none, SCALAR_MEANINGS, SCALAR);

/** Message type to {@link ROLE}. */
export const MESSAGE_ROLES: Uint8Array = rolesOf();

/** What a length-delimited field is by its type alone. */
function actionOfType(field: FieldSpec): number {
  const { type, idBytes } = field;
  if (typeof type !== 'string') return MESSAGE[type.message];
  if (isPacked(field)) {
    return WIRE_OF[type] === WIRE.fixed64 ? ACTION.packedFixed64 : ACTION.packedVarint;
  }
  if (type === 'string') return ACTION.text;
  if (type === 'bytes') return ACTION.bytes;
  if (type === 'hex') return idBytes === 16 ? ACTION.id16 : ACTION.id8;
  return ACTION.unknown;
}

function tableOf<Word extends string>(
  usual: (field: FieldSpec) => number,
  meanings: Meanings<Word>,
  numbers: Readonly<Record<Word, number>>,
): Uint8Array {
  const table = new Uint8Array((MESSAGE_NAMES.length + 1) * FIELD_END);
  for (const message of MESSAGE_NAMES) {
    const first = MESSAGE[message] * FIELD_END;
    for (const field of Object.values(MESSAGES[message])) {
      table[first + field.number] = usual(field);
    }
    for (const [name, word] of Object.entries(meanings[message] ?? {})) {
      const field = MESSAGES[message][name];
      if (field === undefined) throw new TypeError(`${message} has no field ${name}`);
      table[first + field.number] = numbers[word];
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
