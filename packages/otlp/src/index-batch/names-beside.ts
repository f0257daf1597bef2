/** Names that stand beside their values: finds the lists and maps to be judged, and keeps what is said of values. */

import { FieldCursor, WIRE } from '../wire/field-cursor.ts';
import { MESSAGE } from '../wire/messages.ts';
import { FIELD_END, LENGTH_ACTIONS } from '../wire/schema.ts';
import type { OtlpIndex } from './otlp-index.ts';
import type { SiblingNames, Siblings } from './siblings.ts';
import { type FrameTable, VALUE } from './tables.ts';
import { ValueCursor } from './value-cursor.ts';

const DOT = 0x2e;

/** Of one walk. Each list, map and record is gone through once at most, ahead of the walk. */
export class NamesBeside {
  readonly #frames: FrameTable;
  readonly #names: SiblingNames | undefined;
  readonly #siblings: SiblingCursor;
  /** By the tag of an item or member. Each makes a candidate, whose limit ends the walk. */
  readonly #decisions = new Map<number, number>();
  /** Frames whose members were looked at. */
  readonly #seen = new Set<number>();

  constructor({ bytes, frames }: Pick<OtlpIndex, 'bytes' | 'frames'>, names?: SiblingNames) {
    this.#frames = frames;
    this.#names = names;
    this.#siblings = new SiblingCursor(bytes);
  }

  /** What the item before says of the item with this tag; 0 = nothing. */
  ofItem(tagAt: number): number {
    return this.#decisions.size === 0 ? 0 : (this.#decisions.get(tagAt) ?? 0);
  }

  /**
   * What another member says of the one with this tag. The first asked for has all members of its map looked
   * at: a name may come after its value. `outer` is the strictest decision around the map.
   */
  ofMember(
    tagAt: number,
    { frame, type }: { readonly frame: number; readonly type: number },
    outer: number,
  ): number {
    const names = this.#names;
    if (names === undefined || outer > names.outerMax) return 0;
    if (!this.#seen.has(frame)) {
      this.#seen.add(frame);
      this.#siblings.moveTo(type, this.#start(frame), this.#end(frame));
      names.judgeMembers(this.#siblings, this.#decisions);
    }
    return this.#decisions.get(tagAt) ?? 0;
  }

  /** Looks at the items of the list with this frame, before they are walked. */
  lookAtItems(frame: number, isNested: boolean, outer: number): void {
    const names = this.#names;
    if (names === undefined || outer > names.outerMax) return;
    const items = this.#siblings;
    items.moveTo(MESSAGE.ArrayValue, this.#start(frame), this.#end(frame));
    let count = 0;
    while (count < 3 && items.step()) count += 1;
    if (count < 2) return;
    items.moveTo(MESSAGE.ArrayValue, this.#start(frame), this.#end(frame));
    const shapeOfTwo = isNested ? 'nested' : 'pair';
    names.judgeItems(items, count === 2 ? shapeOfTwo : 'flat', this.#decisions);
  }

  #start(frame: number): number {
    return this.#frames.start[frame] ?? 0;
  }

  #end(frame: number): number {
    return this.#frames.end[frame] ?? 0;
  }
}

/** The items of an ArrayValue, or the KeyValues of any other message. */
class SiblingCursor implements Siblings {
  readonly bytes: Uint8Array;
  place = 0;
  keyStart = 0;
  keyEnd = 0;
  start = 0;
  end = 0;
  readonly #siblings: FieldCursor;
  readonly #fields: FieldCursor;
  readonly #value: ValueCursor;
  #type = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#siblings = new FieldCursor(bytes, 0, 0);
    this.#fields = new FieldCursor(bytes, 0, 0);
    this.#value = new ValueCursor(bytes);
  }

  moveTo(type: number, start: number, end: number): void {
    this.#type = type;
    this.#siblings.moveTo(start, end);
  }

  /** Goes to the next sibling without reading it. */
  step(): boolean {
    const cursor = this.#siblings;
    const wanted = this.#type === MESSAGE.ArrayValue ? MESSAGE.AnyValue : MESSAGE.KeyValue;
    while (cursor.next()) {
      if (cursor.wireType !== WIRE.length || cursor.field >= FIELD_END) continue;
      if (LENGTH_ACTIONS[this.#type * FIELD_END + cursor.field] === wanted) return true;
    }
    return false;
  }

  next(): boolean {
    while (this.step()) {
      const { tagAt, start, end } = this.#siblings;
      this.place = tagAt;
      if (this.#type === MESSAGE.ArrayValue) this.#describe(start, end);
      else this.#describeMember(start, end);
      if (this.#mayBelong()) return true;
    }
    return false;
  }

  /** Attributes whose keys have dots belong to the conventions that they are named for, not to each other. */
  #mayBelong(): boolean {
    if (this.#type === MESSAGE.ArrayValue || this.#type === MESSAGE.KeyValueList) return true;
    for (let at = this.keyStart; at < this.keyEnd; at++) if (this.bytes[at] === DOT) return false;
    return true;
  }

  /** Of keys and values that come twice the last counts, as for decoders. */
  #describeMember(start: number, end: number): void {
    const fields = this.#fields;
    fields.moveTo(start, end);
    [this.keyStart, this.keyEnd, this.start, this.end] = [start, start, 0, 0];
    while (fields.next()) {
      if (fields.wireType !== WIRE.length) continue;
      if (fields.field === 1) [this.keyStart, this.keyEnd] = [fields.start, fields.end];
      else if (fields.field === 2) this.#describe(fields.start, fields.end);
    }
  }

  #describe(start: number, end: number): void {
    this.#value.describe(start, end);
    const isText = this.#value.type === VALUE.string;
    this.start = isText ? this.#value.start : 0;
    this.end = isText ? this.#value.end : 0;
  }
}
