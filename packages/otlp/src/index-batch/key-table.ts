/** Attribute keys as the walker sees them: what the policy says of a key, and which column it fills. */

import { ByteArena } from '../wire/byte-arena.ts';
import { isUtf8 } from '../wire/utf8.ts';
import type { SiblingNames } from './siblings.ts';

/** How a key is judged: 0 = no opinion; of two answers the greater is the stricter. 0 to 255. */
export type ClassifyKey = (bytes: Uint8Array, start: number, end: number) => number;

/** What a table is made from. */
export interface KeyTableSettings {
  /** Asked once for each distinct key while there is room, then once for each use. */
  readonly classify: ClassifyKey;
  /** Judges names that stand beside their values, in lists and maps. Default: none are looked for. */
  readonly names?: SiblingNames;
  /** Attribute names whose values detection wants to see, at most 128. The order numbers them. */
  readonly columns: readonly string[];
  /** Distinct keys remembered, columns included. Default 4096. */
  readonly keysMax?: number;
}

const COLUMNS_MAX = 128;
/** Longer keys are judged at each use: real names are shorter, and the memory stays small. */
const KEY_BYTES_MAX = 256;
/** Slots looked at before a key counts as not remembered: crafted collisions stay cheap. */
const PROBES_MAX = 16;
const NO_COLUMN = -1;
const NO_BYTES = new Uint8Array(0);
const WORD_BYTES = 4;
/** Odd, and of bits without a pattern: the golden ratio. */
const HASH_FACTOR = 0x9e37_79b1 | 0;
/** Set in the answer for a key that has to be mended. */
export const KEY_NOT_UTF8: number = 1 << 16;
/** Set for a key whose value may have its name beside it. */
export const KEY_OF_VALUE: number = 1 << 17;

/**
 * Remembers keys by their bytes. A key is recognised by a guess (the key that followed the previous
 * one last time) or by its hash, and always compared in full before it counts as recognised.
 */
export class KeyTable {
  /** Names of the columns, in order. */
  readonly columns: readonly string[];
  readonly names: SiblingNames | undefined;
  readonly #classify: ClassifyKey;
  readonly #keysMax: number;
  readonly #slots: Int32Array;
  readonly #hash: Int32Array;
  readonly #start: Int32Array;
  readonly #length: Int32Array;
  /** What {@link resolve} returns. */
  readonly #answer: Int32Array;
  readonly #following: Int32Array;
  /** The remembered keys, and the batch whose keys are asked for: both also four bytes at a time. */
  readonly #known = new ByteArena(4096);
  #knownWords = new DataView(this.#known.bytes.buffer);
  #batch: Uint8Array = NO_BYTES;
  #batchWords: DataView = new DataView(NO_BYTES.buffer);
  #count = 0;
  #previous = 0;
  #isFull = false;

  constructor(settings: KeyTableSettings) {
    const { columns, classify, names, keysMax = 4096 } = settings;
    if (columns.length > COLUMNS_MAX) throw new RangeError(`more than ${COLUMNS_MAX} columns`);
    if (new Set(columns).size < columns.length) throw new RangeError('a column is named twice');
    this.columns = [...columns];
    this.names = names;
    this.#classify = classify;
    this.#keysMax = Math.max(keysMax, columns.length, 1);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(this.#keysMax * 4)));
    this.#hash = new Int32Array(this.#keysMax);
    this.#start = new Int32Array(this.#keysMax);
    this.#length = new Int32Array(this.#keysMax);
    this.#answer = new Int32Array(this.#keysMax);
    this.#following = new Int32Array(this.#keysMax);
    this.#forget();
  }

  /** Distinct keys remembered now. */
  get size(): number {
    return this.#count;
  }

  /**
   * Called before a batch, whose keys are asked for from now on. A full table starts over, so that junk keys
   * of one sender do not stay.
   */
  beginBatch(bytes: Uint8Array): void {
    if (this.#isFull) this.#forget();
    this.#read(bytes);
    this.#previous = 0;
  }

  /**
   * Of the key in `[start, end)` of the batch: decision in the low byte, column + 1 in the next;
   * {@link KEY_NOT_UTF8} and {@link KEY_OF_VALUE} above them.
   */
  resolve(start: number, end: number): number {
    const guess = this.#following[this.#previous] ?? 0;
    if (this.#isKey(guess, start, end)) {
      this.#previous = guess;
      return this.#answer[guess] ?? 0;
    }
    return this.#lookUp(start, end);
  }

  #read(bytes: Uint8Array): void {
    this.#batch = bytes;
    this.#batchWords = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  #lookUp(start: number, end: number): number {
    if (end - start > KEY_BYTES_MAX) return this.#decide(start, end);
    const hash = this.#hashOf(start, end);
    const mask = this.#slots.length - 1;
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const slot = (hash + probe) & mask;
      const id = (this.#slots[slot] ?? 0) - 1;
      if (id < 0) return this.#remember(start, end, { hash, slot });
      if (this.#hash[id] === hash && this.#isKey(id, start, end)) {
        this.#following[this.#previous] = id;
        this.#previous = id;
        return this.#answer[id] ?? 0;
      }
    }
    return this.#decide(start, end);
  }

  #remember(
    start: number,
    end: number,
    { hash, slot }: { readonly hash: number; readonly slot: number },
  ): number {
    const decision = this.#decide(start, end);
    if (this.#count >= this.#keysMax) {
      this.#isFull = true;
      return decision;
    }
    const id = this.#count++;
    this.#slots[slot] = id + 1;
    this.#hash[id] = hash;
    this.#start[id] = this.#known.length;
    this.#length[id] = end - start;
    this.#known.append(this.#batch.subarray(start, end));
    const { buffer } = this.#known.bytes;
    if (this.#knownWords.buffer !== buffer) this.#knownWords = new DataView(buffer);
    // The first keys are the columns: the constructor remembers them before any other.
    const column = id < this.columns.length ? id : NO_COLUMN;
    this.#answer[id] = ((column + 1) << 8) | decision;
    this.#following[this.#previous] = id;
    this.#previous = id;
    return this.#answer[id] ?? 0;
  }

  #decide(start: number, end: number): number {
    const bytes = this.#batch;
    const decision = this.#classify(bytes, start, end) & 0xff;
    const ofValue = this.names?.isValueName(bytes, start, end) === true ? KEY_OF_VALUE : 0;
    return decision | ofValue | (isUtf8(bytes, start, end) ? 0 : KEY_NOT_UTF8);
  }

  #isKey(id: number, start: number, end: number): boolean {
    if (this.#length[id] !== end - start) return false;
    const shift = (this.#start[id] ?? 0) - start;
    if (end - start < WORD_BYTES) return this.#isShortKey(shift, start, end);
    const known = this.#knownWords;
    const batch = this.#batchWords;
    // The last word may overlap the one before.
    const last = end - WORD_BYTES;
    for (let at = start; at < last; at += WORD_BYTES) {
      if (known.getInt32(shift + at, true) !== batch.getInt32(at, true)) return false;
    }
    return known.getInt32(shift + last, true) === batch.getInt32(last, true);
  }

  #isShortKey(shift: number, start: number, end: number): boolean {
    for (let at = start; at < end; at++) {
      if (this.#known.bytes[shift + at] !== this.#batch[at]) return false;
    }
    return true;
  }

  /** Of 32 bits, over words of four bytes, then over the bytes that are left. */
  #hashOf(start: number, end: number): number {
    const words = this.#batchWords;
    let hash = end - start;
    let at = start;
    for (; at + WORD_BYTES <= end; at += WORD_BYTES) hash = mixed(hash, words.getInt32(at, true));
    for (; at < end; at++) hash = mixed(hash, this.#batch[at] ?? 0);
    return hash;
  }

  #forget(): void {
    this.#slots.fill(0);
    this.#following.fill(0);
    this.#length.fill(-1);
    this.#known.clear();
    this.#count = 0;
    this.#previous = 0;
    this.#isFull = false;
    const encoder = new TextEncoder();
    for (const name of this.columns) {
      const bytes = encoder.encode(name);
      this.#read(bytes);
      this.#lookUp(0, bytes.length);
    }
    if (this.#count < this.columns.length) throw new RangeError('a column name is too long');
    this.#previous = 0;
  }
}

/** A product carries upwards only: its high bits, of which all of the word are part, have to come down. */
function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, HASH_FACTOR);
  return product ^ (product >>> 15);
}
