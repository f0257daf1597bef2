/** OTLP/JSON to protobuf in one pass over the bytes: no JSON.parse, no object per span. */

import { decodeBase64InPlace } from './base64.ts';
import { type FieldSchema, type MessageSchema, requestSchema } from './compiled-schema.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { hexDigit, JsonReader } from './json-reader.ts';
import {
  failedOutcome,
  FirstFailure,
  TRANSCODE_BYTES_MAX,
  TRANSCODE_DEPTH_MAX,
  type TranscodeError,
  transcodeError,
  type TranscodeErrorCode,
  type TranscodeLimits,
  type TranscodeOutcome,
} from './outcome.ts';
import { KIND, type OtlpJsonSignal } from './schema.ts';
import { skipJsonValue } from './skip-json-value.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const LETTER_N = 0x6e;
const UINT32_MAX = 4_294_967_295;

/**
 * One OTLP/JSON request as protobuf bytes.
 *
 * OTLP 1.x "JSON Protobuf Encoding": lowerCamelCase names only, trace and span ids in hexadecimal
 * of either case (empty or of the right length), other bytes in base64, enums as integers only, 64-bit
 * integers as numbers or strings, unknown fields skipped, null as absent. Names may be repeated:
 * what they hold is appended, as protobuf has it. Half a surrogate pair becomes U+FFFD. The input's
 * length is the caller's to bound. Never throws.
 *
 * @example
 * const outcome = transcodeJsonToProtobuf('traces', body);
 * if (!outcome.ok) return refuse(400, outcome.error.message);
 */
export function transcodeJsonToProtobuf(
  signal: OtlpJsonSignal,
  bytes: Uint8Array,
  limits: TranscodeLimits = {},
): TranscodeOutcome {
  return new JsonToProtobuf(requestSchema(signal), bytes, limits).run();
}

class JsonToProtobuf {
  readonly #failure = new FirstFailure();
  readonly #reader: JsonReader;
  readonly #out: GrowingBytes;
  readonly #depthMax: number;
  /** Open messages and lists. The field of a frame is what holds it; the request has none. */
  readonly #fields: (FieldSchema | null)[] = [];
  /** The schema of an open message; null for an open list. */
  readonly #schemas: (MessageSchema | null)[] = [];
  /** Where the length of the frame is to stand; -1 when it has none. */
  readonly #slots: number[] = [];
  /** Fields or elements so far. */
  readonly #counts: number[] = [];
  #top = -1;
  #messageDepth = 0;
  /** Whether there was a span, a log record or a metric. */
  #hasItem = false;
  /** The first field that OTLP does not know, should there be no item. */
  #unrecognised: TranscodeError | null = null;
  /** The field being read, for messages of errors. */
  #field: FieldSchema | null = null;

  constructor(root: MessageSchema, bytes: Uint8Array, limits: TranscodeLimits) {
    this.#reader = new JsonReader(bytes, this.#failure);
    const bytesMax = limits.bytesMax ?? TRANSCODE_BYTES_MAX;
    this.#out = new GrowingBytes(bytes.length, bytesMax, this.#failure);
    this.#depthMax = Math.min(limits.depthMax ?? TRANSCODE_DEPTH_MAX, TRANSCODE_DEPTH_MAX);
    if (this.#reader.peek() === OPEN_OBJECT) this.#openMessage(root, null);
    else this.#refuse('json_type', 'an object');
  }

  run(): TranscodeOutcome {
    const reader = this.#reader;
    while (this.#top >= 0 && this.#failure.code === null) {
      // Room for all that is left of the input: then strings need no check of their own.
      if (!this.#out.reserve(reader.end - reader.at, reader.at)) break;
      if (this.#schemas[this.#top] === null) this.#listStep();
      else this.#messageStep();
    }
    if (this.#failure.code === null && reader.peek() !== -1) {
      this.#field = null;
      this.#refuse('json_trailing', 'nothing after the request');
    }
    const written = this.#failure.code === null ? this.#out.finish(reader.at) : null;
    if (written === null) return failedOutcome(this.#failure, this.#path());
    if (this.#hasItem || this.#unrecognised === null) return { ok: true, bytes: written };
    return { ok: true, bytes: written, unrecognised: this.#unrecognised };
  }

  /** One field of the open message, or its end. */
  #messageStep(): void {
    const reader = this.#reader;
    const schema = this.#schemas[this.#top] ?? null;
    if (schema === null || !this.#nextItem(CLOSE_OBJECT)) return;
    const nameAt = reader.at;
    const field = reader.name(schema, this.#out);
    this.#field = field;
    const next = reader.peek();
    if (field === null) {
      if (!this.#hasItem) this.#unrecognised ??= this.#unknownAt(nameAt, schema);
      skipJsonValue(reader, this.#out, this.#depthMax);
    } else if (next === LETTER_N) reader.literal('null');
    else if (!field.repeated) this.#value(field, next);
    else if (next === OPEN_LIST) this.#openList(field);
    else this.#refuse('json_type', 'a list');
  }

  /** Tells what could have stood there: names of OTLP in lowerCamelCase. */
  #unknownAt(offset: number, schema: MessageSchema): TranscodeError {
    const names = schema.fields.map(({ name }) => `"${name}"`).join(', ');
    const expected = `names that OTLP has here: ${names}`;
    return transcodeError({ code: 'json_unknown', offset, expected }, this.#path());
  }

  /** One element of the open list, or its end. */
  #listStep(): void {
    const field = this.#fields[this.#top] ?? null;
    this.#field = null;
    if (field === null || !this.#nextItem(CLOSE_LIST)) return;
    this.#value(field, this.#reader.peek());
  }

  /** Closes the frame (false), or stands before its next item, past the comma (true). */
  #nextItem(closer: number): boolean {
    const reader = this.#reader;
    const next = reader.peek();
    if (next === closer) {
      reader.at++;
      this.#close();
      return false;
    }
    const count = this.#counts[this.#top] ?? 0;
    this.#counts[this.#top] = count + 1;
    if (count === 0) return true;
    if (next !== COMMA) {
      reader.fail(`"," or "${String.fromCharCode(closer)}"`);
      return false;
    }
    reader.at++;
    return true;
  }

  #openMessage(schema: MessageSchema, field: FieldSchema | null): void {
    // The request itself is not counted.
    if (this.#messageDepth > this.#depthMax) {
      this.#refuse('too_deep', `at most ${this.#depthMax} messages in each other`);
      return;
    }
    this.#messageDepth++;
    if (schema.isItem) this.#hasItem = true;
    this.#reader.at++;
    this.#push(schema, field, field === null ? -1 : this.#out.at);
    if (field !== null) this.#out.at += schema.lengthWidth;
  }

  #openList(field: FieldSchema): void {
    this.#reader.at++;
    if (!field.packed) {
      this.#push(null, field, -1);
      return;
    }
    this.#out.tag(field.tag);
    this.#push(null, field, this.#out.at);
    this.#out.at++;
  }

  #push(schema: MessageSchema | null, field: FieldSchema | null, slot: number): void {
    this.#top++;
    this.#schemas[this.#top] = schema;
    this.#fields[this.#top] = field;
    this.#slots[this.#top] = slot;
    this.#counts[this.#top] = 0;
  }

  #close(): void {
    const schema = this.#schemas[this.#top] ?? null;
    const slot = this.#slots[this.#top] ?? -1;
    if (slot >= 0) this.#out.closeLength(slot, schema === null ? 1 : schema.lengthWidth);
    if (schema !== null) this.#messageDepth--;
    this.#top--;
    this.#field = null;
  }

  /** Writes one value; `next` is its first byte. */
  #value(field: FieldSchema, next: number): void {
    if (!field.packed) this.#out.tag(field.tag);
    switch (field.kind) {
      case KIND.message:
        if (next === OPEN_OBJECT && field.message !== null) this.#openMessage(field.message, field);
        else this.#refuse('json_type', 'an object');
        return;
      case KIND.string:
      case KIND.hex:
      case KIND.bytes:
        this.#text(field, next);
        return;
      case KIND.bool:
        this.#bool(next);
        return;
      case KIND.double:
        this.#double(next);
        return;
      default:
        this.#integer(field, next);
    }
  }

  #text(field: FieldSchema, next: number): void {
    if (next !== QUOTE) {
      this.#refuse('json_type', 'a string');
      return;
    }
    const out = this.#out;
    const start = this.#reader.at;
    const slot = out.at++;
    let to = this.#reader.string(out);
    if (field.kind === KIND.hex) {
      to = decodeHexInPlace(out.bytes, out.at, to);
      const length = to - out.at;
      if (to === -1 || (length !== 0 && length !== field.idBytes)) {
        this.#refuse('json_id', `${field.idBytes * 2} hex digits`, start);
        return;
      }
    } else if (field.kind === KIND.bytes) {
      to = decodeBase64InPlace(out.bytes, out.at, to);
      if (to === -1) {
        this.#refuse('json_base64', 'base64', start);
        return;
      }
    }
    out.at = to;
    out.closeLength(slot, 1);
  }

  #bool(next: number): void {
    if (next === 0x74) this.#reader.literal('true');
    else if (next === 0x66) this.#reader.literal('false');
    else this.#refuse('json_type', 'true or false');
    this.#out.byte(next === 0x74 ? 1 : 0);
  }

  /** Scans a number, or a string that holds nothing but one. False after a refusal. */
  #scanNumber(next: number, expected: string): boolean {
    const reader = this.#reader;
    if (next !== QUOTE) {
      if (next !== 0x2d && (next < 0x30 || next > 0x39)) {
        this.#refuse('json_type', expected);
        return false;
      }
      reader.number();
      return this.#failure.code === null;
    }
    const start = reader.at;
    const { bytes, at } = this.#out;
    const to = reader.string(this.#out);
    if (reader.decimal.scan(bytes, at, to) === to) return this.#failure.code === null;
    this.#refuse('json_type', expected, start);
    return false;
  }

  #double(next: number): void {
    const start = this.#reader.at;
    const special = next === QUOTE ? specialDouble(this.#reader.bytes, start) : null;
    if (special !== null) {
      this.#reader.string(this.#out);
      this.#out.double(special);
      return;
    }
    if (!this.#scanNumber(next, 'a number')) return;
    const value = this.#reader.decimal.asDouble();
    if (Number.isFinite(value)) this.#out.double(value);
    else this.#refuse('json_range', 'a number of 64 bits', start);
  }

  #integer(field: FieldSchema, next: number): void {
    const start = this.#reader.at;
    if (field.kind === KIND.enum && next === QUOTE) {
      // The OTLP mapping forbids names of enums; a number in quotes would be neither.
      this.#refuse('json_type', 'an integer, not a name');
      return;
    }
    if (!this.#scanNumber(next, 'an integer')) return;
    const { decimal } = this.#reader;
    if (!decimal.readInteger(isSigned(field)) || !fits(field, decimal)) {
      this.#refuse('json_range', 'an integer in range', start);
      return;
    }
    this.#writeInteger(field, decimal.low, decimal.high);
  }

  #writeInteger(field: FieldSchema, low: number, high: number): void {
    const out = this.#out;
    switch (field.kind) {
      case KIND.fixed64:
      case KIND.sfixed64:
        out.fixed64(low, high);
        return;
      case KIND.fixed32:
        out.fixed32(low);
        return;
      case KIND.sint32:
        out.varint32((low << 1) ^ ((low | 0) >> 31));
        return;
      default:
        // Negative int32 values travel sign-extended to 64 bits, as int64 ones do.
        out.varint64(low, high);
    }
  }

  #refuse(code: TranscodeErrorCode, expected: string, offset: number = this.#reader.at): void {
    const truncated = offset >= this.#reader.end && code === 'json_type';
    this.#failure.set(truncated ? 'json_truncated' : code, offset, expected);
    this.#reader.at = this.#reader.end;
  }

  /** Where in the request: names of the schema and places in lists. */
  #path(): string {
    let path = '';
    for (let frame = 1; frame <= this.#top; frame++) {
      const field = this.#fields[frame] ?? null;
      if (field === null) continue;
      if (this.#schemas[frame] === null) {
        const index = Math.max(0, (this.#counts[frame] ?? 0) - 1);
        path += `${path === '' ? '' : '.'}${field.name}[${index}]`;
      } else if (!field.repeated) {
        path += `${path === '' ? '' : '.'}${field.name}`;
      }
    }
    if (this.#field !== null) path += `${path === '' ? '' : '.'}${this.#field.name}`;
    return path;
  }
}

function isSigned(field: FieldSchema): boolean {
  const { kind } = field;
  return (
    kind === KIND.int64 || kind === KIND.sfixed64 || kind === KIND.sint32 || kind === KIND.enum
  );
}

/** Whether a 64-bit integer fits the field's type. */
function fits(field: FieldSchema, value: { readonly low: number; readonly high: number }): boolean {
  switch (field.kind) {
    case KIND.uint32:
    case KIND.fixed32:
      return value.high === 0;
    case KIND.sint32:
    case KIND.enum:
      return value.high === (value.low > 0x7f_ff_ff_ff ? UINT32_MAX : 0);
    default:
      return true;
  }
}

/** The value of `"NaN"`, `"Infinity"` or `"-Infinity"` at `at`, else null. */
function specialDouble(bytes: Uint8Array, at: number): number | null {
  if (startsWith(bytes, at, '"NaN"')) return Number.NaN;
  if (startsWith(bytes, at, '"Infinity"')) return Number.POSITIVE_INFINITY;
  return startsWith(bytes, at, '"-Infinity"') ? Number.NEGATIVE_INFINITY : null;
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  if (at + text.length > bytes.length) return false;
  for (let index = 0; index < text.length; index++) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** Decodes hexadecimal in place; the offset after the bytes, or -1. */
function decodeHexInPlace(bytes: Uint8Array, from: number, to: number): number {
  if (((to - from) & 1) !== 0) return -1;
  let out = from;
  for (let at = from; at < to; at += 2) {
    const high = hexDigit(bytes[at] ?? 0);
    const low = hexDigit(bytes[at + 1] ?? 0);
    if (high === -1 || low === -1) return -1;
    bytes[out++] = (high << 4) | low;
  }
  return out;
}
