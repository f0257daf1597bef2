/** OTLP protobuf to OTLP/JSON, for exporters that ask for it. */

import { WIRE } from '../wire/field-cursor.ts';
import { type FieldSchema, type MessageSchema, requestSchema } from './compiled-schema.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { writeBase64, writeDouble, writeHex, writeInteger, writeString } from './json-writer.ts';
import { MessageFields } from './message-fields.ts';
import {
  failedOutcome,
  FirstFailure,
  TRANSCODE_BYTES_MAX,
  TRANSCODE_DEPTH_MAX,
  type TranscodeLimits,
  type TranscodeOutcome,
} from './outcome.ts';
import { KIND, type OtlpJsonSignal } from './schema.ts';
import { WireInteger } from './wire-integer.ts';

const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** JSON is about twice as long as protobuf; a longer one costs one copy. */
const CAPACITY_FACTOR = 2.25;

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * One protobuf request as OTLP/JSON in UTF-8.
 *
 * Ids in lower-case hexadecimal, other bytes in base64, 64-bit integers as strings, enums as
 * integers, every field once, in the schema's order. Fields that are not of OTLP are left out: JSON
 * has no place for them. Text that is not UTF-8 is an error. Never throws.
 */
export function transcodeProtobufToJson(
  signal: OtlpJsonSignal,
  bytes: Uint8Array,
  limits: TranscodeLimits = {},
): TranscodeOutcome {
  return new ProtobufToJson(requestSchema(signal), bytes, limits).run();
}

class ProtobufToJson {
  readonly #failure = new FirstFailure();
  readonly #out: GrowingBytes;
  readonly #depthMax: number;
  /** One for each message that is open, kept for the next ones of the same depth. */
  readonly #frames: MessageFields[] = [];
  #top = -1;
  readonly #integer = new WireInteger();
  readonly #view = new DataView(new ArrayBuffer(8));

  constructor(root: MessageSchema, bytes: Uint8Array, limits: TranscodeLimits) {
    const capacity = Math.ceil(bytes.length * CAPACITY_FACTOR);
    const bytesMax = limits.bytesMax ?? TRANSCODE_BYTES_MAX;
    this.#out = new GrowingBytes(capacity, bytesMax, this.#failure);
    this.#depthMax = Math.min(limits.depthMax ?? TRANSCODE_DEPTH_MAX, TRANSCODE_DEPTH_MAX);
    this.#open(root, bytes, { from: 0, to: bytes.length, joinedAt: -1 });
  }

  run(): TranscodeOutcome {
    for (let frame = this.#frames[this.#top]; this.#top >= 0; frame = this.#frames[this.#top]) {
      if (frame === undefined || this.#failure.code !== null) break;
      if (frame.listOpen) this.#nextElement(frame);
      else this.#nextField(frame);
    }
    const written = this.#failure.code === null ? this.#out.finish(0) : null;
    if (written !== null) return { ok: true, bytes: written };
    return failedOutcome(this.#failure, this.#path());
  }

  #open(
    schema: MessageSchema,
    source: Uint8Array,
    range: Range & { readonly joinedAt: number },
  ): void {
    if (this.#top >= this.#depthMax) {
      const offset = range.joinedAt === -1 ? range.from : range.joinedAt;
      this.#failure.set('too_deep', offset, `at most ${this.#depthMax} messages in each other`);
      return;
    }
    if (!this.#out.reserve(0, range.from)) return;
    this.#out.byte(OPEN_OBJECT);
    this.#top++;
    const frame = this.#frames[this.#top] ?? new MessageFields(schema, source);
    this.#frames[this.#top] = frame;
    frame.open(schema, source, range, this.#failure);
  }

  /** Writes the name of the next field that is there and its value, or closes the message. */
  #nextField(frame: MessageFields): void {
    const out = this.#out;
    let field = frame.schema.fields[++frame.fieldIndex];
    while (field !== undefined && frame.counts[field.index] === 0) {
      field = frame.schema.fields[++frame.fieldIndex];
    }
    if (!out.reserve(0, 0)) return;
    if (field === undefined) {
      out.byte(CLOSE_OBJECT);
      this.#top--;
      return;
    }
    if (frame.written) out.byte(COMMA);
    frame.written = true;
    for (const byte of field.jsonKey) out.byte(byte);
    if (field.repeated) {
      out.byte(OPEN_LIST);
      frame.openList(field);
    } else if (field.message === null) {
      this.#value(frame, field, frame.lastOf(field));
    } else if (frame.counts[field.index] === 1) {
      const { from, to } = frame.lastOf(field);
      this.#open(field.message, frame.source, { from, to, joinedAt: frame.joinedAt });
    } else {
      const joined = frame.join(field);
      const joinedAt = frame.offsetOf(frame.lastOf(field).from);
      this.#open(field.message, joined, { from: 0, to: joined.length, joinedAt });
    }
  }

  /** Writes the next element of the open list, or closes the list. */
  #nextElement(frame: MessageFields): void {
    const field = frame.schema.fields[frame.fieldIndex];
    if (field === undefined) return;
    const occurrence = frame.nextOccurrence(field);
    if (!this.#out.reserve(0, 0)) return;
    if (occurrence === null) {
      frame.listOpen = false;
      this.#out.byte(CLOSE_LIST);
      return;
    }
    const { start: from, end: to } = occurrence;
    if (field.packed && occurrence.wireType === WIRE.length) {
      this.#packed(frame, field, { from, to });
      return;
    }
    this.#separate(frame);
    if (field.message === null) this.#value(frame, field, { from, to });
    else this.#open(field.message, frame.source, { from, to, joinedAt: frame.joinedAt });
  }

  /** The comma before all elements of a list but the first. */
  #separate(frame: MessageFields): void {
    if (frame.listLength > 0) this.#out.byte(COMMA);
    frame.listLength++;
  }

  /** Writes a run of numbers. */
  #packed(frame: MessageFields, field: FieldSchema, run: Range): void {
    let at = run.from;
    while (at < run.to) {
      if (!this.#out.reserve(0, frame.offsetOf(at))) return;
      const next =
        field.wire === WIRE.fixed64 ? at + 8 : this.#integer.varint(frame.source, at, run.to);
      if (next === -1 || next > run.to) {
        this.#failure.set('truncated', frame.offsetOf(at), 'whole numbers in the list');
        return;
      }
      this.#separate(frame);
      this.#value(frame, field, { from: at, to: next });
      at = next;
    }
  }

  /** Writes one value that is no message. */
  #value(frame: MessageFields, field: FieldSchema, range: Range): void {
    const { source } = frame;
    const { from, to } = range;
    switch (field.kind) {
      case KIND.string: {
        const broken = writeString(this.#out, source, range);
        if (broken !== -1) this.#failure.set('utf8', frame.offsetOf(broken), 'well-formed UTF-8');
        return;
      }
      case KIND.hex:
        writeHex(this.#out, source.subarray(from, to), frame.offsetOf(from));
        return;
      case KIND.bytes:
        writeBase64(this.#out, source.subarray(from, to), frame.offsetOf(from));
        return;
      case KIND.double:
        this.#integer.fixed64(source, from);
        this.#view.setUint32(0, this.#integer.low, true);
        this.#view.setUint32(4, this.#integer.high, true);
        writeDouble(this.#out, this.#view.getFloat64(0, true));
        return;
      default:
        this.#readInteger(field, source, range);
        writeInteger(this.#out, field, this.#integer);
    }
  }

  #readInteger(field: FieldSchema, source: Uint8Array, range: Range): void {
    if (field.wire === WIRE.fixed64) this.#integer.fixed64(source, range.from);
    else if (field.wire === WIRE.fixed32) this.#integer.fixed32(source, range.from);
    else this.#integer.varint(source, range.from, range.to);
  }

  /** Where in the request: names of the schema and places in lists. */
  #path(): string {
    const steps: string[] = [];
    for (let depth = 0; depth <= this.#top; depth++) {
      const frame = this.#frames[depth];
      const field = frame?.schema.fields[frame.fieldIndex];
      if (frame === undefined || field === undefined) break;
      steps.push(frame.listOpen ? `${field.name}[${frame.listLength - 1}]` : field.name);
    }
    return steps.join('.');
  }
}
