/** Body and telling attributes of one log record, out of its bytes: what the index does not bring to hand. */
import { FieldCursor, readNumberText, VALUE, WIRE } from '@spanguard/otlp';
import { fieldOfBytes, type LogField } from './log-fields.ts';

/** Fields of a LogRecord, a KeyValue and an AnyValue in OTLP. */
const BODY = 5;
const ATTRIBUTE = 6;
const KEY = 1;
const ITEM = 2;
/** A key on the wire. */
const KEY_TAG = 0x0a;
const TYPE_OF_FIELD = [
  ...([VALUE.absent, VALUE.string, VALUE.bool, VALUE.int, VALUE.double] as const),
  ...([VALUE.array, VALUE.map, VALUE.bytes] as const),
] as const;
const LISTS_MAX = 64;
const NO_BYTES = Buffer.alloc(0);

/** Moved from record to record. */
export class LogRecordView {
  bytes: Buffer = NO_BYTES;
  /** `VALUE` of the body. */
  bodyType: number = VALUE.absent;
  bodyStart = 0;
  bodyEnd = 0;
  /** Whether an attribute tells something. */
  hasFields = false;
  readonly #fields: LogField[] = [];
  readonly #values: number[] = [];
  #cursor: FieldCursor | undefined;
  #value: FieldCursor | undefined;

  /** Begins a batch. */
  begin(bytes: Buffer): void {
    this.bytes = bytes;
    this.#cursor = new FieldCursor(bytes, 0, 0);
    this.#value = new FieldCursor(bytes, 0, 0);
  }

  /** Moves to the record in `[start, end)`, which the index has read without an error. */
  moveTo(start: number, end: number): void {
    const cursor = this.#cursor;
    this.bodyType = VALUE.absent;
    this.hasFields = false;
    this.#fields.length = 0;
    this.#values.length = 0;
    if (cursor === undefined) return;
    cursor.moveTo(start, end);
    while (cursor.next()) {
      if (cursor.wireType !== WIRE.length) continue;
      if (cursor.field === BODY) this.#takeBody(cursor.start, cursor.end);
      else if (cursor.field === ATTRIBUTE) {
        do this.#takeAttribute(cursor.start, cursor.end);
        while (cursor.again());
      }
    }
  }

  /** The attributes that tell something, the first of each kind. */
  readFields(into: Map<LogField, string>): void {
    for (const [at, field] of this.#fields.entries()) {
      if (into.has(field)) continue;
      const [type = 0, start = 0, end = 0] = this.#values.slice(at * 3, at * 3 + 3);
      const text = this.#textOf(type, start, end);
      if (text !== '') into.set(field, text);
    }
  }

  /** The members of a body that is a map. */
  readBodyMap(take: (name: string, text: string) => void): void {
    const members = new FieldCursor(this.bytes, this.bodyStart, this.bodyEnd);
    for (let count = 0; count < LISTS_MAX && members.next(); count++) {
      if (members.wireType === WIRE.length) this.#readMember(members.start, members.end, take);
    }
  }

  #readMember(start: number, end: number, take: (name: string, text: string) => void): void {
    const member = new FieldCursor(this.bytes, start, end);
    let name = '';
    let text = '';
    while (member.next()) {
      if (member.wireType !== WIRE.length) continue;
      if (member.field === KEY) name = this.bytes.toString('utf8', member.start, member.end);
      if (member.field === ITEM) text = this.#anyText(member.start, member.end);
    }
    if (name !== '' && text !== '') take(name, text);
  }

  #anyText(start: number, end: number): string {
    const value = new FieldCursor(this.bytes, start, end);
    return value.next()
      ? this.#textOf(TYPE_OF_FIELD[value.field] ?? VALUE.absent, value.start, value.end)
      : '';
  }

  #takeBody(start: number, end: number): void {
    const value = this.#value;
    if (value === undefined) return;
    value.moveTo(start, end);
    if (!value.next()) return;
    this.bodyType = TYPE_OF_FIELD[value.field] ?? VALUE.absent;
    this.bodyStart = value.start;
    this.bodyEnd = value.end;
  }

  #takeAttribute(start: number, end: number): void {
    const value = this.#value;
    if (value === undefined || !this.#mayTell(start, end)) return;
    value.moveTo(start, end);
    if (!isNext(value, KEY)) return;
    const field = fieldOfBytes(this.bytes, value.start, value.end);
    if (field === undefined || !isNext(value, ITEM)) return;
    value.moveTo(value.start, value.end);
    if (!value.next()) return;
    this.#fields.push(field);
    this.#values.push(TYPE_OF_FIELD[value.field] ?? VALUE.absent, value.start, value.end);
    this.hasFields = true;
  }

  /** Nearly every attribute is a short key first and tells nothing: no cursor is moved for it. */
  #mayTell(start: number, end: number): boolean {
    const { bytes } = this;
    const length = bytes[start + 1] ?? 0;
    const keyEnd = start + 2 + length;
    if (bytes[start] !== KEY_TAG || length >= 0x80 || keyEnd > end) return true;
    return fieldOfBytes(bytes, start + 2, keyEnd) !== undefined;
  }

  #textOf(type: number, start: number, end: number): string {
    if (type === VALUE.string) return this.bytes.toString('utf8', start, end);
    const isNumber = type === VALUE.int || type === VALUE.double || type === VALUE.bool;
    return isNumber ? readNumberText(this.bytes, { type, start, end }) : '';
  }
}

function isNext(cursor: FieldCursor, field: number): boolean {
  return cursor.next() && cursor.field === field;
}
