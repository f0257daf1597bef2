/** What an OTLP server answers: `google.rpc.Status` and the Export*ServiceResponse messages. */

import { readNumber, readText } from '../index-batch/read-value.ts';
import { VALUE } from '../index-batch/tables.ts';
import { FieldCursor, WIRE } from '../wire/field-cursor.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** `google.rpc.Status`, with the one detail that OTLP knows. */
export interface RpcStatus {
  /** `google.rpc.Code`, 0 = OK. */
  readonly code: number;
  readonly message: string;
  /** Written as a `google.rpc.RetryInfo`: not before so many milliseconds. Not read back. */
  readonly retryDelayMs?: number;
}

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';
const NANOS_PER_MS = 1_000_000;

/** `partial_success` of a response: some items were refused for good, or there is a warning. */
export interface PartialSuccess {
  /** Spans, data points or log records that were not accepted. 0 with a message is a warning. */
  readonly rejected: number;
  readonly message: string;
}

/** Protobuf bytes of a `google.rpc.Status`. */
export function encodeStatus(status: RpcStatus): Uint8Array {
  const writer = new ProtobufWriter();
  if (status.code !== 0) writer.varint(1, status.code);
  if (status.message !== '') writer.string(2, status.message);
  if (status.retryDelayMs !== undefined) writeRetryInfo(writer, status.retryDelayMs);
  return writer.finish();
}

/** An `Any` of the details, holding a RetryInfo, holding a Duration. */
function writeRetryInfo(writer: ProtobufWriter, delayMs: number): void {
  const ms = Math.max(0, Math.round(delayMs));
  const any = writer.open(3);
  writer.string(1, RETRY_INFO);
  const retryInfo = writer.open(2);
  const duration = writer.open(1);
  writer.varint(1, Math.floor(ms / 1000));
  if (ms % 1000 !== 0) writer.varint(2, (ms % 1000) * NANOS_PER_MS);
  writer.close(duration);
  writer.close(retryInfo);
  writer.close(any);
}

/** Reads a `google.rpc.Status`; undefined when the bytes are no protobuf message. */
export function decodeStatus(bytes: Uint8Array): RpcStatus | undefined {
  const fields = numberAndText(bytes, 0, bytes.length);
  return fields && { code: fields.number, message: fields.text };
}

/**
 * Protobuf bytes of an Export{Trace,Metrics,Logs}ServiceResponse, which are the same message; empty
 * for full success.
 */
export function encodeExportResponse(partial?: PartialSuccess): Uint8Array {
  const writer = new ProtobufWriter();
  if (partial !== undefined) {
    const message = writer.open(1);
    if (partial.rejected !== 0) writer.varint(1, partial.rejected);
    if (partial.message !== '') writer.string(2, partial.message);
    writer.close(message);
  }
  return writer.finish();
}

/**
 * Reads an Export*ServiceResponse. Full success is `{ rejected: 0, message: '' }`; undefined when
 * the bytes are no protobuf message.
 */
export function decodeExportResponse(bytes: Uint8Array): PartialSuccess | undefined {
  const cursor = new FieldCursor(bytes, 0, bytes.length);
  let partial: PartialSuccess = { rejected: 0, message: '' };
  while (cursor.next()) {
    if (cursor.field !== 1 || cursor.wireType !== WIRE.length) continue;
    const fields = numberAndText(bytes, cursor.start, cursor.end);
    if (fields === undefined) return undefined;
    partial = { rejected: fields.number, message: fields.text };
  }
  return cursor.error === undefined ? partial : undefined;
}

/** Both messages are an integer in field 1 and a text in field 2. */
function numberAndText(
  bytes: Uint8Array,
  from: number,
  to: number,
): { number: number; text: string } | undefined {
  const cursor = new FieldCursor(bytes, from, to);
  let number = 0;
  let text = '';
  while (cursor.next()) {
    const { field, wireType, start, end } = cursor;
    if (field === 1 && wireType === WIRE.varint) {
      number = readNumber(bytes, { type: VALUE.int, start, end });
    } else if (field === 2 && wireType === WIRE.length) text = readText(bytes, start, end);
  }
  return cursor.error === undefined ? { number, text } : undefined;
}
