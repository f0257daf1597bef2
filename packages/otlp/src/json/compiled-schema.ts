/** The schema table made ready for loops: by number, by hashed name, with tags and key bytes. */

import { WIRE } from '../wire/field-cursor.ts';
import {
  type FieldSpec,
  isPacked,
  MESSAGE_NAMES,
  type MessageName,
  MESSAGES,
  type MessageSpec,
  typeOf,
  WIRE_OF,
} from '../wire/messages.ts';
import { KIND, LENGTH_WIDTHS, type OtlpJsonSignal, REQUESTS } from './schema.ts';

/** One field of a message, with all that either direction wants at hand. */
export interface FieldSchema {
  readonly name: string;
  /** Place in the message's list of fields; below 32. */
  readonly index: number;
  readonly number: number;
  /** One of `KIND`. */
  readonly kind: number;
  readonly repeated: boolean;
  /** Repeated numbers travel in one length-delimited run. */
  readonly packed: boolean;
  /** Member of the one oneof that each OTLP message has at most. */
  readonly oneof: boolean;
  /** Length of a `hex` id in bytes, else 0. */
  readonly idBytes: number;
  /** Wire type of one value, unpacked. */
  readonly wire: number;
  /** The tag as written: one byte, or two with the second in bits 8 to 15. */
  readonly tag: number;
  readonly nameBytes: Uint8Array;
  /** `"name":` */
  readonly jsonKey: Uint8Array;
  /** Set exactly when `kind` is `message`. */
  readonly message: MessageSchema | null;
}

/** One message type. */
export interface MessageSchema {
  readonly name: string;
  readonly fields: readonly FieldSchema[];
  /** By field number; null where there is none. */
  readonly byNumber: readonly (FieldSchema | null)[];
  /** Open-addressed by `nameHash`; 64 slots. */
  readonly byName: readonly (FieldSchema | null)[];
  /** Bit set of the members of the oneof. */
  readonly oneofMask: number;
  /** What requests are made for: a span, a log record, a metric. */
  readonly isItem: boolean;
  /** Bytes to set aside for the length: what such messages usually need. */
  readonly lengthWidth: number;
}

const NAME_SLOTS = 64;
const ITEMS: ReadonlySet<MessageName> = new Set(['Span', 'LogRecord', 'Metric']);

/** Adds one byte to the hash of a field's name; start with 0. */
export function nameHash(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) & 0xff_ff;
}

/** Where the bytes of a name stand. */
export interface NameBytes {
  nameBytes: Uint8Array;
  nameFrom: number;
  nameTo: number;
}

/** The field of that name (`hash` is of its bytes), or null. The name is compared in full. */
export function fieldNamed(
  schema: MessageSchema,
  hash: number,
  name: NameBytes,
): FieldSchema | null {
  const length = name.nameTo - name.nameFrom;
  for (let slot = hash & (NAME_SLOTS - 1); ; slot = (slot + 1) & (NAME_SLOTS - 1)) {
    const field = schema.byName[slot];
    if (field === undefined || field === null) return null;
    const { nameBytes } = field;
    if (nameBytes.length !== length) continue;
    let at = 0;
    while (at < length && nameBytes[at] === name.nameBytes[name.nameFrom + at]) at++;
    if (at === length) return field;
  }
}

const COMPILED = compileMessages();

/** The request message of the signal. */
export function requestSchema(signal: OtlpJsonSignal): MessageSchema {
  const schema = COMPILED.get(REQUESTS[signal]);
  if (schema === undefined) throw new TypeError(`no request message for ${signal}`);
  return schema;
}

interface MutableMessage extends MessageSchema {
  readonly fields: FieldSchema[];
  readonly byNumber: (FieldSchema | null)[];
  readonly byName: (FieldSchema | null)[];
  oneofMask: number;
}

function compileMessages(): ReadonlyMap<MessageName, MessageSchema> {
  const compiled = new Map<MessageName, MutableMessage>();
  for (const name of MESSAGE_NAMES) {
    compiled.set(name, {
      name,
      fields: [],
      byNumber: [],
      byName: Array.from({ length: NAME_SLOTS }, () => null),
      oneofMask: 0,
      isItem: ITEMS.has(name),
      lengthWidth: LENGTH_WIDTHS[name] ?? 1,
    });
  }
  for (const [name, message] of compiled) addFields(message, MESSAGES[name], compiled);
  return compiled;
}

function addFields(
  message: MutableMessage,
  spec: MessageSpec,
  compiled: ReadonlyMap<MessageName, MessageSchema>,
): void {
  for (const [name, fieldSpec] of Object.entries(spec)) {
    const field = compileField(name, fieldSpec, { index: message.fields.length, compiled });
    message.fields.push(field);
    while (message.byNumber.length <= field.number) message.byNumber.push(null);
    message.byNumber[field.number] = field;
    if (field.oneof) message.oneofMask |= 1 << field.index;
    let hash = 0;
    for (const byte of field.nameBytes) hash = nameHash(hash, byte);
    let slot = hash & (NAME_SLOTS - 1);
    while (message.byName[slot] !== null) slot = (slot + 1) & (NAME_SLOTS - 1);
    message.byName[slot] = field;
  }
}

function compileField(
  name: string,
  spec: FieldSpec,
  place: { readonly index: number; readonly compiled: ReadonlyMap<MessageName, MessageSchema> },
): FieldSchema {
  const type = typeOf(spec);
  const message = typeof spec.type === 'string' ? null : place.compiled.get(spec.type.message);
  if (message === undefined) throw new TypeError(`the message of ${name} is not in the table`);
  const wire = WIRE_OF[type];
  const packed = isPacked(spec);
  return {
    name,
    index: place.index,
    number: spec.number,
    kind: KIND[type],
    repeated: spec.repeated ?? false,
    packed,
    oneof: spec.oneof ?? false,
    idBytes: spec.idBytes ?? 0,
    wire,
    tag: tagBytes((spec.number << 3) | (packed ? WIRE.length : wire)),
    nameBytes: asciiBytes(name),
    jsonKey: asciiBytes(`"${name}":`),
    message,
  };
}

/** The varint of a tag below 2^14: one byte, or two with the second in bits 8 to 15. */
function tagBytes(tag: number): number {
  return tag < 0x80 ? tag : (tag & 0x7f) | 0x80 | ((tag >> 7) << 8);
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
