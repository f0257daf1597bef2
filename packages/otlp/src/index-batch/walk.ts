/** The loop behind `indexOtlp`: one cursor, an explicit stack, a table that says what a field is. */
import type { OtlpErrorCode } from '../errors.ts';
import type { OtlpLimits } from '../limits.ts';
import { FieldCursor, WIRE } from '../wire/field-cursor.ts';
import { MESSAGE } from '../wire/messages.ts';
import {
  ACTION,
  ACTION_MESSAGE_END,
  FIELD_END,
  LENGTH_ACTIONS,
  MESSAGE_ROLES,
  ROLE,
  SCALAR,
  SCALAR_ACTIONS,
} from '../wire/schema.ts';
import { timeMs } from '../wire/time.ts';
import { KEY_NOT_UTF8, KEY_OF_VALUE, type KeyTable } from './key-table.ts';
import { isMarked } from './marks.ts';
import { NamesBeside } from './names-beside.ts';
import type { OtlpIndex } from './otlp-index.ts';
import { SimpleKeyValue } from './simple-key-value.ts';
import { fillsField, isPacked } from './packed-numbers.ts';
import { CANDIDATE, candidateLabel, type PlacedValue, VALUE } from './tables.ts';
import { TextCheck } from './text-check.ts';
import { isLongNumber, ValueCursor } from './value-cursor.ts';

/** What a walk goes by. */
export interface WalkSettings {
  /** Type of the outermost message. */
  readonly type: number;
  readonly marks: Uint32Array | null;
  readonly notable: Uint32Array | null;
  readonly keys: KeyTable;
  readonly limits: OtlpLimits;
}

/** Saved for each open message: its parent's type, limit, frame, decision and KeyValue. */
const STACK_WIDTH = 5;
const DEPTH_MAX = 1024;

const KEY_PLACE = MESSAGE.KeyValue * FIELD_END + 1;
const ANY_VALUE_PLACE = MESSAGE.AnyValue * FIELD_END;

/** One walk over one batch. */
export class Walk {
  /** Byte the error of {@link run} is about. */
  stoppedAt = 0;
  /** Fields that OTLP does not know. */
  unknownFields = 0;
  readonly #index: OtlpIndex;
  readonly #marks: Uint32Array | null;
  readonly #notable: Uint32Array | null;
  readonly #keys: KeyTable;
  readonly #depthMax: number;
  readonly #cursor: FieldCursor;
  readonly #value: ValueCursor;
  readonly #simple = new SimpleKeyValue();
  readonly #texts: TextCheck;
  readonly #beside: NamesBeside;
  readonly #stack: Int32Array;
  #stop: OtlpErrorCode | undefined = undefined;
  // The message being walked.
  #depth = 0;
  #type: number;
  #role = 0;
  #frame = 0;
  /** Strictest decision of the keys around this place. */
  #decision = 0;
  /** Frame of the innermost KeyValue around this place, or -1. */
  #keyValue = -1;
  // The rows being filled.
  #resource = -1;
  #record = -1;
  #metricRecord = 0;
  #metricNameStart = -1;
  #metricNameEnd = -1;

  constructor(index: OtlpIndex, settings: WalkSettings) {
    this.#index = index;
    this.#type = settings.type;
    this.#marks = settings.marks;
    // Where all is marked, nothing is to be passed over.
    this.#notable = settings.marks === null ? null : settings.notable;
    this.#keys = settings.keys;
    this.#depthMax = Math.min(Math.max(settings.limits.depth, 1), DEPTH_MAX);
    this.#stack = new Int32Array(this.#depthMax * STACK_WIDTH);
    this.#cursor = new FieldCursor(index.bytes, 0, index.bytes.length);
    this.#value = new ValueCursor(index.bytes);
    this.#texts = new TextCheck(index.bytes);
    this.#beside = new NamesBeside(index, settings.keys.names);
  }

  /** Walks to the end, or to the first thing that is wrong. */
  run(): OtlpErrorCode | undefined {
    const cursor = this.#cursor;
    this.#frame = this.#index.frames.add(-1, -1, 0, cursor.limit);
    if (this.#frame < 0) this.#refuse('too_many_frames');
    while (this.#stop === undefined) {
      if (cursor.position >= cursor.limit) {
        if (this.#depth === 0) break;
        this.#leave();
      } else if (!cursor.next()) {
        this.#stop = cursor.error;
        this.stoppedAt = cursor.errorAt;
      } else if (cursor.wireType === WIRE.length) {
        this.#lengthField();
      } else if (cursor.field < FIELD_END) {
        this.#scalarField(this.#type * FIELD_END + cursor.field);
      }
    }
    return this.#stop;
  }

  #refuse(code: OtlpErrorCode): void {
    this.#stop = code;
    this.stoppedAt = this.#cursor.tagAt;
  }

  #lengthField(): void {
    const { field } = this.#cursor;
    const place = this.#type * FIELD_END + (field < FIELD_END ? field : 0);
    const action = LENGTH_ACTIONS[place] ?? ACTION.unknown;
    if (action === MESSAGE.KeyValue) {
      // Most of a batch is attributes with a plain value; they need no frame of their own.
      do if (!this.#simpleKeyValue()) return this.#enter(action);
      while (this.#stop === undefined && this.#cursor.again());
    } else if (action !== ACTION.unknown && action < ACTION_MESSAGE_END) this.#enter(action);
    else this.#leaf(action, place);
  }

  /** Opens the message the cursor stands on. */
  #enter(type: number): void {
    const cursor = this.#cursor;
    if (this.#depth >= this.#depthMax) return this.#refuse('too_deep');
    const { start, end, tagAt } = cursor;
    const frame = this.#index.frames.add(this.#frame, tagAt, start, end);
    if (frame < 0) return this.#refuse('too_many_frames');
    const parentRole = this.#role;
    const at = this.#depth * STACK_WIDTH;
    this.#stack[at] = this.#type;
    this.#stack[at + 1] = cursor.limit;
    this.#stack[at + 2] = this.#frame;
    this.#stack[at + 3] = this.#decision;
    this.#stack[at + 4] = this.#keyValue;
    this.#depth++;
    this.#type = type;
    this.#frame = frame;
    this.#role = MESSAGE_ROLES[type] ?? ROLE.none;
    cursor.position = start;
    cursor.limit = end;
    if (this.#role === ROLE.keyValue) this.#openKeyValue(parentRole);
    else if (this.#role === ROLE.anyValue) {
      this.#decision = Math.max(this.#decision, this.#beside.ofItem(tagAt));
    } else if (type === MESSAGE.ArrayValue) {
      // Its own parent is an AnyValue.
      const isNested = this.#stack[at - STACK_WIDTH] === MESSAGE.ArrayValue;
      this.#beside.lookAtItems(this.#frame, isNested, this.#decision);
    } else if (this.#role !== ROLE.none) this.#openRow();
  }

  #leave(): void {
    if (this.#role === ROLE.metric) {
      // Points get their metric's name when the metric ends: it may come after them.
      this.#index.records.nameFrom(this.#metricRecord, this.#metricNameStart, this.#metricNameEnd);
    }
    const at = --this.#depth * STACK_WIDTH;
    this.#type = this.#stack[at] ?? 0;
    this.#cursor.limit = this.#stack[at + 1] ?? 0;
    this.#frame = this.#stack[at + 2] ?? 0;
    this.#decision = this.#stack[at + 3] ?? 0;
    this.#keyValue = this.#stack[at + 4] ?? -1;
    this.#role = MESSAGE_ROLES[this.#type] ?? ROLE.none;
  }

  #openRow(): void {
    const index = this.#index;
    if (this.#role === ROLE.record) {
      this.#record = index.records.add(this.#resource, this.#frame);
      if (this.#record < 0) this.#refuse('too_many_records');
      else index.recordCells.add();
    } else if (this.#role === ROLE.resourceGroup) {
      this.#resource = index.resourceCells.add();
      if (this.#resource < 0) this.#refuse('too_many_resources');
    } else if (this.#role === ROLE.metric) {
      this.#metricRecord = index.records.count;
      [this.#metricNameStart, this.#metricNameEnd] = [-1, -1];
    }
  }

  /**
   * Looks ahead for all keys of the KeyValue: a key may come after its value, or twice, and the
   * strictest decision holds for all values.
   */
  #openKeyValue(parentRole: number): void {
    const { position, limit } = this.#cursor;
    this.#keyValue = this.#frame;
    const answer = this.#value.describeKeyValue(position, limit, this.#keys);
    if ((answer & KEY_OF_VALUE) !== 0) {
      const at = (this.#depth - 1) * STACK_WIDTH;
      const map = { frame: this.#stack[at + 2] ?? 0, type: this.#stack[at] ?? 0 };
      const tagAt = this.#index.frames.tagAt[this.#frame] ?? 0;
      this.#decision = Math.max(this.#decision, this.#beside.ofMember(tagAt, map, this.#decision));
    }
    this.#decision = Math.max(this.#decision, answer & 0xff);
    this.#fillCell(parentRole, answer, this.#value);
  }

  /** Keeps the place of a value that detection asked for, when it is an attribute of a row. */
  #fillCell(role: number, answer: number, value: PlacedValue): void {
    const column = ((answer >>> 8) & 0xff) - 1;
    if (column < 0) return;
    if (role === ROLE.record) this.#index.recordCells.set(this.#record, column, value);
    if (role === ROLE.resource) this.#index.resourceCells.set(this.#resource, column, value);
  }

  /** Deals with the KeyValue the cursor stands on, if it is of the common form. */
  #simpleKeyValue(): boolean {
    const { tagAt, start, end } = this.#cursor;
    const simple = this.#simple;
    if (this.#depth + 2 > this.#depthMax) return false;
    if (!simple.read(this.#index.bytes, start, end)) return false;
    const isPlain = !isMarked(this.#notable, start, end);
    const isText = simple.type === VALUE.string;
    if (!isPlain && isText && !this.#texts.isUtf8(simple.start, end)) return false;
    const answer = this.#keys.resolve(simple.keyStart, simple.keyEnd);
    if ((answer & KEY_NOT_UTF8) !== 0) return false;
    if (answer > 0xff) this.#fillCell(this.#role, answer, simple);
    let decision = Math.max(this.#decision, answer & 0xff);
    if ((answer & KEY_OF_VALUE) !== 0) {
      const map = { frame: this.#frame, type: this.#type };
      decision = Math.max(decision, this.#beside.ofMember(tagAt, map, this.#decision));
    }
    const isSought = decision !== 0 || simple.isLongNumber;
    if (isSought || (!isPlain && isMarked(this.#marks, start, end))) this.#offerSimple(decision);
    return true;
  }

  /** Makes candidates, and the frames they need, of what was read into `#simple`. */
  #offerSimple(decision: number): void {
    const { frames } = this.#index;
    const { keyStart, keyEnd, valueStart, type, start, end, isLongNumber: isLong } = this.#simple;
    const outer = this.#decision;
    const marks = this.#marks;
    const offersKey = keyStart < keyEnd && (outer !== 0 || isMarked(marks, keyStart, keyEnd));
    const isText = type === VALUE.string;
    const offersValue = isText
      ? start < end && (decision !== 0 || isMarked(marks, start, end))
      : decision !== 0 || isLong || marks === null;
    if (!offersKey && !offersValue) return;
    // The payload of the KeyValue begins with the key's tag and length, one byte each.
    const keyValue = frames.add(this.#frame, this.#cursor.tagAt, keyStart - 2, end);
    if (offersKey) {
      const frame = frames.add(keyValue, keyStart - 2, keyStart, keyEnd);
      this.#candidate(frame, keyValue, candidateLabel(CANDIDATE.key, outer, KEY_PLACE), keyStart);
    }
    if (!offersValue) return;
    let frame = frames.add(keyValue, keyEnd, valueStart, end);
    const kind = isText ? CANDIDATE.string : CANDIDATE.number;
    if (isText) frame = frames.add(frame, valueStart, start, end);
    this.#candidate(frame, keyValue, candidateLabel(kind, decision, ANY_VALUE_PLACE + type), start);
  }

  #candidate(frame: number, keyValue: number, label: number, valueAt: number): void {
    if (frame < 0) this.#refuse('too_many_frames');
    else if (this.#index.candidates.add(frame, keyValue, label, valueAt) < 0) {
      this.#refuse('too_many_candidates');
    }
  }

  /** The field the cursor stands on becomes a candidate when a key says so or a byte is marked. */
  #offer(kind: number, decision: number, place: number): void {
    const { tagAt, start, end } = this.#cursor;
    if (start >= end) return;
    const isPlain = !isMarked(this.#notable, start, end);
    if (decision === 0 && isPlain) return;
    const isText = kind <= CANDIDATE.text && kind !== CANDIDATE.bytes;
    if (!isPlain && isText && !this.#texts.isUtf8(start, end)) {
      this.#index.faults.addText(this.#index.frames.add(this.#frame, tagAt, start, end));
    }
    if (decision === 0 && !isMarked(this.#marks, start, end)) return;
    const frame = this.#index.frames.add(this.#frame, tagAt, start, end);
    this.#candidate(frame, this.#keyValue, candidateLabel(kind, decision, place), start);
  }

  /** A length-delimited field that is not a message. */
  #leaf(action: number, place: number): void {
    switch (action) {
      case ACTION.string:
        return this.#offer(CANDIDATE.string, this.#decision, place);
      case ACTION.bytes:
        return this.#offer(CANDIDATE.bytes, this.#decision, place);
      case ACTION.key: {
        const outer = this.#stack[(this.#depth - 1) * STACK_WIDTH + 3] ?? 0;
        return this.#offer(CANDIDATE.key, outer, place);
      }
      case ACTION.text:
        return this.#offer(CANDIDATE.text, 0, place);
      case ACTION.id16:
        return this.#offerBadId(16, place);
      case ACTION.id8:
        return this.#offerBadId(8, place);
      case ACTION.packedFixed64:
      case ACTION.packedVarint:
        if (!fillsField(action, this.#cursor)) return this.#refuse('packed_numbers');
        return this.#offer(CANDIDATE.packed, this.#decision, place);
      case ACTION.unknown:
        return this.#offerUnknown(place);
      default:
        return this.#recordField(action, place);
    }
  }

  /** Random bytes of the right length are an id, none are none; of anything else a backend may refuse all. */
  #offerBadId(length: number, place: number): void {
    const { start, end } = this.#cursor;
    if (end === start || end - start === length) return;
    this.#index.faults.addRecord(this.#index.records.frame[this.#record] ?? 0);
    this.#offer(CANDIDATE.bytes, 0, place);
  }

  #offerUnknown(place: number): void {
    // Of another signal, most likely, where this field is a number: then nothing here is what it seems.
    if ((SCALAR_ACTIONS[place] ?? SCALAR.none) !== SCALAR.none)
      return this.#refuse('wrong_wire_type');
    this.unknownFields++;
    const { start, end } = this.#cursor;
    if (isMarked(this.#marks, start, end)) this.#index.unknownMarked++;
    this.#offer(CANDIDATE.unknown, this.#decision, place);
  }

  /** A field that is kept in a row, besides being looked at. */
  #recordField(action: number, place: number): void {
    const { records } = this.#index;
    const { start, end } = this.#cursor;
    const row = this.#record;
    switch (action) {
      case ACTION.recordName:
        records.setName(row, start, end);
        return this.#offer(CANDIDATE.text, 0, place);
      case ACTION.recordTraceState:
        records.setTraceState(row, start, end);
        return this.#offer(CANDIDATE.text, 0, place);
      case ACTION.metricName:
        [this.#metricNameStart, this.#metricNameEnd] = [start, end];
        return this.#offer(CANDIDATE.text, 0, place);
      case ACTION.recordTraceId:
        records.traceIdAt[row] = end - start === 16 ? start : -1;
        return this.#offerBadId(16, place);
      case ACTION.recordSpanId:
        records.spanIdAt[row] = end - start === 8 ? start : -1;
        return this.#offerBadId(8, place);
      default:
        records.parentSpanIdAt[row] = end - start === 8 ? start : -1;
        return this.#offerBadId(8, place);
    }
  }

  #scalarField(place: number): void {
    const action = SCALAR_ACTIONS[place] ?? SCALAR.none;
    if (action === SCALAR.none) return this.#otherField(place);
    const { records } = this.#index;
    const cursor = this.#cursor;
    const row = this.#record;
    const isVarint = cursor.wireType === WIRE.varint;
    const isFixed64 = cursor.wireType === WIRE.fixed64;
    if (action === SCALAR.boolOrInt && isVarint) this.#offerNumber(VALUE.int, place);
    else if (action === SCALAR.double && isFixed64) this.#offerNumber(VALUE.double, place);
    else if (action === SCALAR.kind && isVarint) records.kind[row] = cursor.number;
    else if (action === SCALAR.statusCode && isVarint) records.statusCode[row] = cursor.number;
    else if (action === SCALAR.severityNumber && isVarint) {
      records.severityNumber[row] = cursor.number;
    } else if (action === SCALAR.startTime && isFixed64) {
      records.startMs[row] = timeMs(this.#index.bytes, cursor.start);
    } else if (action === SCALAR.endTime && isFixed64) {
      records.endMs[row] = timeMs(this.#index.bytes, cursor.start);
    }
  }

  // Unknown numbers pass. A field that must have a length and has none is refused: some decoders
  // never look at the wire type, and would read a text where this walk sees a number.
  #otherField(place: number): void {
    const expected = LENGTH_ACTIONS[place] ?? ACTION.unknown;
    if (expected !== ACTION.unknown && !isPacked(expected)) this.#refuse('wrong_wire_type');
    // Numbers of known messages are not all in the table; the request itself has none.
    else if (this.#depth === 0) this.unknownFields++;
  }

  /** A number is replaced together with its AnyValue, whose frame is the current one. */
  #offerNumber(type: number, place: number): void {
    const { start, end } = this.#cursor;
    const isLong = isLongNumber(this.#index.bytes, { type, start, end });
    if (this.#decision === 0 && this.#marks !== null && !isLong) return;
    const label = candidateLabel(CANDIDATE.number, this.#decision, place);
    this.#candidate(this.#frame, this.#keyValue, label, start);
  }
}
