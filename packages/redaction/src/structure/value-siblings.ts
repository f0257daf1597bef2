/** The values of a list or map in an application, as siblings. */
import type { KeyDecision } from '../keys/key-policy.ts';
import { bytesOf } from '../policy/value-text.ts';
import type { NamesBeside } from './names-beside.ts';
import type { Siblings } from './siblings.ts';

/** A name is shorter, and whether a text is a value is told by its head. */
const HEAD_CHARACTERS = 256;
const NO_TEXT = new Uint8Array(0);
/** Every name of a value ends so; few others do. */
const MAY_NAME_VALUE = /v(?:al(?:ue)?)?$/i;

/** Whether a key may name no more than a value. Asked of every key of an application, and cheap. */
export function mayNameValue(key: string): boolean {
  const last = key.charCodeAt(key.length - 1) | 0x20;
  return (last === 0x65 || last === 0x6c || last === 0x76) && MAY_NAME_VALUE.test(key);
}

/** Where values stand: in a map with as many keys, or in a list, which may be an item of another. */
export interface ValuePlace {
  readonly keys?: readonly string[];
  readonly isNested?: boolean;
}

/** Of no value anything is said. */
export const NOTHING_NAMED: ReadonlyMap<number, KeyDecision> = new Map();

/** What is said of values by the items or members beside them, by index. */
export function namedBeside(
  names: NamesBeside,
  values: readonly unknown[],
  { keys, isNested = false }: ValuePlace,
): ReadonlyMap<number, KeyDecision> {
  if (values.length < 2) return NOTHING_NAMED;
  const decisions = new Map<number, KeyDecision>();
  if (keys === undefined) {
    const shapeOfTwo = isNested ? 'nested' : 'pair';
    const shape = values.length === 2 ? shapeOfTwo : 'flat';
    names.judgeItems(new ValueSiblings(values), shape, decisions);
  } else if (keys.some((key) => mayNameValue(key))) {
    names.judgeMembers(new ValueSiblings(values, keys), decisions);
  }
  return decisions;
}

/** `keys` has as many as `values`, or none at all: then they are items. The place is the index. */
class ValueSiblings implements Siblings {
  bytes: Uint8Array = NO_TEXT;
  place = -1;
  readonly keyStart = 0;
  keyEnd = 0;
  start = 0;
  end = 0;
  readonly #values: readonly unknown[];
  readonly #keys: readonly string[];

  constructor(values: readonly unknown[], keys: readonly string[] = []) {
    this.#values = values;
    this.#keys = keys;
  }

  next(): boolean {
    this.place += 1;
    if (this.place >= this.#values.length) return false;
    const key = this.#keys[this.place] ?? '';
    const value = this.#values[this.place];
    const text = typeof value === 'string' ? value.slice(0, HEAD_CHARACTERS) : '';
    this.keyEnd = key === '' ? 0 : Buffer.byteLength(key);
    this.bytes = bytesOf(key + text);
    this.start = this.keyEnd;
    this.end = this.bytes.length;
    return true;
  }
}
