/** Makes ExportTraceServiceRequest and ExportLogsServiceRequest from plain objects. */

import { ProtobufWriter } from './protobuf-writer.ts';
import type {
  Attributes,
  AttributeValue,
  LogRecordData,
  SourceData,
  SpanData,
  SpanLinkData,
} from './telemetry-data.ts';

const KIND_INTERNAL = 1;
const HEX = /^(?:[0-9a-f]{2})*$/i;

/**
 * An ExportTraceServiceRequest with one resource and one scope.
 *
 * Throws a RangeError when an id is not hex digits of the right number.
 */
export function encodeTracesRequest(source: SourceData, spans: readonly SpanData[]): Uint8Array {
  return encodeRequest(source, (writer) => {
    for (const span of spans) writeSpan(writer, span);
  });
}

/**
 * An ExportLogsServiceRequest with one resource and one scope.
 *
 * Throws a RangeError when an id is not hex digits of the right number.
 */
export function encodeLogsRequest(
  source: SourceData,
  records: readonly LogRecordData[],
): Uint8Array {
  return encodeRequest(source, (writer) => {
    for (const record of records) writeLogRecord(writer, record);
  });
}

/** Both requests, ResourceX and ScopeX messages have the same field numbers. */
function encodeRequest(source: SourceData, items: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter();
  const group = writer.open(1);
  const resource = writer.open(1);
  writeAttributes(writer, 1, source.resource);
  writer.close(resource);
  const scopeGroup = writer.open(2);
  const scope = writer.open(1);
  writer.string(1, source.scopeName);
  if (source.scopeVersion !== undefined) writer.string(2, source.scopeVersion);
  writer.close(scope);
  items(writer);
  writer.close(scopeGroup);
  writer.close(group);
  return writer.finish();
}

function writeSpan(writer: ProtobufWriter, span: SpanData): void {
  const message = writer.open(2);
  writer.bytes(1, idBytes(span.traceId, 16));
  writer.bytes(2, idBytes(span.spanId, 8));
  if (span.traceState !== undefined) writer.string(3, span.traceState);
  if (span.parentSpanId !== undefined) writer.bytes(4, idBytes(span.parentSpanId, 8));
  writer.string(5, span.name);
  writer.varint(6, span.kind ?? KIND_INTERNAL);
  writer.timeMs(7, span.startMs);
  writer.timeMs(8, span.endMs);
  writeAttributes(writer, 9, span.attributes);
  for (const link of span.links ?? []) writeLink(writer, link);
  if (span.status !== undefined) {
    const status = writer.open(15);
    if (span.status.message !== undefined) writer.string(2, span.status.message);
    if (span.status.code !== 0) writer.varint(3, span.status.code);
    writer.close(status);
  }
  writer.close(message);
}

function writeLink(writer: ProtobufWriter, link: SpanLinkData): void {
  const message = writer.open(13);
  writer.bytes(1, idBytes(link.traceId, 16));
  writer.bytes(2, idBytes(link.spanId, 8));
  writeAttributes(writer, 4, link.attributes);
  writer.close(message);
}

function writeLogRecord(writer: ProtobufWriter, record: LogRecordData): void {
  const message = writer.open(2);
  writer.timeMs(1, record.timeMs);
  writer.varint(2, record.severityNumber);
  if (record.severityText !== undefined) writer.string(3, record.severityText);
  if (record.body !== undefined) {
    const body = writer.open(5);
    writeValue(writer, record.body);
    writer.close(body);
  }
  writeAttributes(writer, 6, record.attributes);
  if (record.traceId !== undefined) writer.bytes(9, idBytes(record.traceId, 16));
  if (record.spanId !== undefined) writer.bytes(10, idBytes(record.spanId, 8));
  writer.timeMs(11, record.timeMs);
  if (record.eventName !== undefined) writer.string(12, record.eventName);
  writer.close(message);
}

function writeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes = {}): void {
  for (const [key, value] of Object.entries(attributes)) {
    const pair = writer.open(field);
    writer.string(1, key);
    const wrapped = writer.open(2);
    writeValue(writer, value);
    writer.close(wrapped);
    writer.close(pair);
  }
}

/** The member of an AnyValue. */
function writeValue(writer: ProtobufWriter, value: AttributeValue): void {
  if (typeof value === 'string') writer.string(1, value);
  else if (typeof value === 'boolean') writer.bool(2, value);
  else if (typeof value !== 'number') writeArray(writer, value);
  else if (Number.isSafeInteger(value)) writer.varint(3, value);
  else writer.double(4, value);
}

function writeArray(writer: ProtobufWriter, texts: readonly string[]): void {
  const array = writer.open(5);
  for (const text of texts) {
    const item = writer.open(1);
    writer.string(1, text);
    writer.close(item);
  }
  writer.close(array);
}

function idBytes(hex: string, length: number): Uint8Array {
  if (hex.length !== length * 2 || !HEX.test(hex)) {
    throw new RangeError(`an id is not ${length * 2} hex digits`);
  }
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) {
    bytes[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
  }
  return bytes;
}
