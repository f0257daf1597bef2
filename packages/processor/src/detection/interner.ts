/**
 * Remembers values by their bytes, across batches: what each of them is shown as, and whatever else was found out
 * about it. Places are kept apart, so that what is said of a value in one place says nothing of it in another.
 */
import type { FactTexts } from '../model/facts/fact-texts.ts';
import { type ByteRange, Generation, type InternerLimits } from './interner-generation.ts';

/** Longer values are looked at each time. */
export const INTERNED_BYTES_MAX = 1024;

/** What {@link Interner.find} gives for a value it does not know. */
export const UNKNOWN = -1;

/** The two halves take 3 MiB each, and what is noted of values besides. */
export const INTERNER_LIMITS: InternerLimits = { entriesMax: 16_384, bytesMax: 2 * 1024 * 1024 };

/**
 * A value is found by its hash and always compared in full. When a generation is full the one before it is
 * forgotten: what was not asked for meanwhile goes with it. Junk of one sender costs time, never a wrong answer.
 */
export class Interner<Note> {
  #current: Generation<Note>;
  #older: Generation<Note>;
  #batch = 1;
  #hash = 0;

  constructor(limits: InternerLimits = INTERNER_LIMITS) {
    this.#current = new Generation(limits);
    this.#older = new Generation(limits);
  }

  /** Begins a batch: no value has a number in its texts. */
  beginBatch(): void {
    this.#batch += 1;
  }

  /** The entry of a value in a place, 0 to 65,535, or {@link UNKNOWN}. Valid until the next call. */
  find(place: number, value: ByteRange): number {
    if (value.end - value.start > INTERNED_BYTES_MAX) return UNKNOWN;
    this.#hash = hashOf(place, value.bytes, value.start, value.end);
    const found = this.#current.find(this.#hash, place, value);
    if (found >= 0) return found;
    const old = this.#older.find(this.#hash, place, value);
    return old < 0 ? UNKNOWN : this.#promote(old);
  }

  /**
   * Remembers the value that was looked for last; `shown` is what stands for it in facts, `undefined` the value
   * itself.
   */
  keep(
    place: number,
    value: ByteRange,
    { shown, note }: { readonly shown?: Uint8Array | undefined; readonly note?: Note | undefined },
  ): number {
    const entry = this.#current.add(this.#hash, place, value, shown);
    if (entry >= 0) {
      if (note !== undefined) this.#current.notes[entry] = note;
      return entry;
    }
    this.#turn();
    return this.keep(place, value, { shown, note });
  }

  /** What was noted of an entry. */
  noteOf(entry: number): Note | undefined {
    return this.#current.notes[entry];
  }

  /** Notes something of an entry. */
  note(entry: number, note: Note): void {
    this.#current.notes[entry] = note;
  }

  /** The number of an entry in the texts of this batch; 0 where nothing of it is shown. */
  idIn(texts: FactTexts, entry: number): number {
    const generation = this.#current;
    if (generation.batch[entry] === this.#batch) return generation.id[entry] ?? 0;
    const start = generation.shownStart[entry] ?? 0;
    const end = generation.shownEnd[entry] ?? 0;
    const id = end > start ? texts.add(generation.bytes, start, end) : 0;
    generation.batch[entry] = this.#batch;
    generation.id[entry] = id;
    return id;
  }

  #promote(old: number): number {
    const from = this.#older;
    if (!this.#current.hasRoom(from.sizeOf(old))) {
      // Its generation is the one that goes; it is taken over before that.
      const copy = from.copyOf(old);
      this.#turn();
      return this.#take(copy);
    }
    return this.#take(from.copyOf(old));
  }

  #take(copy: ReturnType<Generation<Note>['copyOf']>): number {
    const entry = this.#current.add(this.#hash, copy.place, copy.value, copy.shown);
    if (copy.note !== undefined) this.#current.notes[entry] = copy.note;
    this.#current.batch[entry] = copy.batch;
    this.#current.id[entry] = copy.id;
    return entry;
  }

  #turn(): void {
    const oldest = this.#older;
    this.#older = this.#current;
    oldest.clear();
    this.#current = oldest;
  }
}

/** FNV-1a over place and bytes, its upper bits folded in. */
function hashOf(place: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = Math.imul(0x811c9dc5 ^ place, 0x01000193);
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) | 0;
}
