/** What one protobuf message holds, field by field: how often, where first, where last. */

import { FieldCursor, WIRE } from '../wire/field-cursor.ts';
import type { FieldSchema, MessageSchema } from './compiled-schema.ts';
import type { FirstFailure } from './outcome.ts';

const FIELDS_MAX = 32;

/**
 * An open message: JSON wants the values of a field together, the wire has them in any order. So a
 * message is looked over once when it is opened, skipping from field to field by their lengths.
 */
export class MessageFields {
  schema: MessageSchema;
  /** The received bytes, or a copy where parts of a message had to be joined. */
  source: Uint8Array;
  /** Offset to report for errors in a joined copy; -1 where offsets are those of the input. */
  joinedAt = -1;
  /** Index of the field being written. */
  fieldIndex = -1;
  /** Whether a field was written before. */
  written = false;
  /** Whether a list is open, how many occurrences are left in it, and elements written. */
  listOpen = false;
  listLeft = 0;
  listLength = 0;
  readonly counts: Int32Array = new Int32Array(FIELDS_MAX);
  readonly #first: Int32Array = new Int32Array(FIELDS_MAX);
  readonly #lastStart: Int32Array = new Int32Array(FIELDS_MAX);
  readonly #lastEnd: Int32Array = new Int32Array(FIELDS_MAX);
  #cursor: FieldCursor;
  #to = 0;

  constructor(schema: MessageSchema, source: Uint8Array) {
    this.schema = schema;
    this.source = source;
    this.#cursor = new FieldCursor(source, 0, 0);
  }

  /** Looks over the message from `from` to `to`. Failures are reported with their place. */
  open(
    schema: MessageSchema,
    source: Uint8Array,
    range: { readonly from: number; readonly to: number; readonly joinedAt: number },
    failure: FirstFailure,
  ): void {
    this.schema = schema;
    this.source = source;
    this.joinedAt = range.joinedAt;
    this.fieldIndex = -1;
    this.written = false;
    this.listOpen = false;
    this.counts.fill(0);
    this.#to = range.to;
    if (this.#cursor.bytes !== source) this.#cursor = new FieldCursor(source, 0, 0);
    const cursor = this.#cursor;
    cursor.position = range.from;
    cursor.limit = range.to;
    while (cursor.next()) this.#note(cursor);
    if (cursor.error !== undefined) {
      failure.set(cursor.error, this.offsetOf(cursor.errorAt), 'protobuf');
    }
  }

  /** The offset in the input for one in `source`. */
  offsetOf(at: number): number {
    return this.joinedAt === -1 ? at : this.joinedAt;
  }

  /** Where the last occurrence of a field has its payload: the one that counts. */
  lastOf(field: FieldSchema): { readonly from: number; readonly to: number } {
    return { from: this.#lastStart[field.index] ?? 0, to: this.#lastEnd[field.index] ?? 0 };
  }

  /** Begins the list of a repeated field. */
  openList(field: FieldSchema): void {
    this.listOpen = true;
    this.listLeft = this.counts[field.index] ?? 0;
    this.listLength = 0;
    this.#cursor.position = this.#first[field.index] ?? 0;
    this.#cursor.limit = this.#to;
  }

  /** The next occurrence of the open list's field; null after the last. */
  nextOccurrence(field: FieldSchema): FieldCursor | null {
    if (this.listLeft <= 0) return null;
    this.listLeft--;
    const cursor = this.#cursor;
    while (cursor.next()) {
      if (cursor.field === field.number && wireFits(field, cursor.wireType)) return cursor;
    }
    return null;
  }

  /** All occurrences of a message field as one: protobuf merges them, and so does joining them. */
  join(field: FieldSchema): Uint8Array {
    const parts: Uint8Array[] = [];
    let length = 0;
    this.openList(field);
    for (let part = this.nextOccurrence(field); part !== null; part = this.nextOccurrence(field)) {
      parts.push(this.source.subarray(part.start, part.end));
      length += part.end - part.start;
    }
    this.listOpen = false;
    const joined = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  #note(cursor: FieldCursor): void {
    const field = this.schema.byNumber[cursor.field] ?? null;
    if (field === null || !wireFits(field, cursor.wireType)) return;
    const { index } = field;
    const count = this.counts[index] ?? 0;
    if (field.oneof && count === 0) this.#clearOneof();
    if (count === 0) this.#first[index] = cursor.tagAt;
    this.counts[index] = count + 1;
    this.#lastStart[index] = cursor.start;
    this.#lastEnd[index] = cursor.end;
  }

  /** Of a oneof's members the last one on the wire counts. */
  #clearOneof(): void {
    for (const field of this.schema.fields) {
      if (field.oneof) this.counts[field.index] = 0;
    }
  }
}

/** A field of another wire type is an unknown field. Packed numbers may also come one by one. */
function wireFits(field: FieldSchema, wireType: number): boolean {
  return wireType === field.wire || (field.packed && wireType === WIRE.length);
}
