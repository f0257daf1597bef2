/**
 * Remembers values by their bytes, across batches: what each of them is shown as, and whatever else was
 * found out about it. Places are kept apart, so that what is said of a value in one place says nothing of
 * it in another.
 */
import { FINGERPRINT_BYTES, type FactTexts } from '../model/facts/fact-texts.ts';
import { type ByteRange, FIELD, Generation, type InternerLimits } from './interner-generation.ts';

/** What is kept of a value. */
export interface Made<Note> {
  /**
   * The text that stands for it in facts; undefined where that is the value itself, no bytes where
   * nothing is.
   */
  readonly shown?: Uint8Array | undefined;
  /** Fingerprint, where it is an entity. */
  readonly fingerprint?: Uint8Array | undefined;
  /** Fingerprint of the network an address is in, where that is more than the address. */
  readonly network?: Uint8Array | undefined;
  /** Of {@link KNOWN}. */
  readonly flags?: number;
  readonly note?: Note | undefined;
}

/** Bits of what is known of an entry. */
export const KNOWN = {
  entity: 1,
  /** An address of a network that has more than one. */
  network: 2,
  /** A peer that may stand for clients behind it. */
  proxy: 4,
  /** It was looked through for signs; with `signs`, they are in the note. */
  examined: 8,
  signs: 16,
  /** Something was asked of it; with `holds`, it does. */
  judged: 32,
  holds: 64,
} as const;

/** Longer values are looked at each time. */
export const INTERNED_BYTES_MAX = 1024;

/** Numbers of places are below this. */
export const PLACES_MAX = 4096;

/** What {@link Interner.find} gives for a value it does not know. */
export const UNKNOWN = -1;

/** A generation takes 3 MiB at most, and what is noted of values besides. */
export const INTERNER_LIMITS: InternerLimits = { entriesMax: 16_384, bytesMax: 2 * 1024 * 1024 };

/** No record has more values, or more bytes in those that are kept. */
const RECORD_ENTRIES_MAX = 192;
const RECORD_BYTES_MAX = RECORD_ENTRIES_MAX * (4 * INTERNED_BYTES_MAX + 64);

/**
 * A value is found by its hash and always compared in full. When a generation is full the one before it
 * is forgotten: what was not asked for meanwhile goes with it. Junk of one sender costs time, never a
 * wrong answer.
 */
export class Interner<Note> {
  #current: Generation<Note>;
  #older: Generation<Note>;
  /** By place: the entry found last, plus one. */
  readonly #last = new Int32Array(PLACES_MAX);
  #batch = 1;
  #hash = 0;

  constructor(limits: InternerLimits = INTERNER_LIMITS) {
    this.#current = new Generation(limits);
    this.#older = new Generation(limits);
  }

  /** Begins a batch: no value has a number in its texts. */
  beginBatch(): void {
    // Batches of more than two thousand million ago may be mistaken for this one; nothing is kept so long.
    this.#batch = (this.#batch + 1) | 0;
    if (this.#batch === 0) this.#batch = 1;
  }

  /** Begins a record: entries stay valid up to the next. */
  beginRecord(): void {
    if (this.#current.hasRoom(RECORD_ENTRIES_MAX, RECORD_BYTES_MAX)) return;
    const oldest = this.#older;
    this.#older = this.#current;
    oldest.clear();
    this.#current = oldest;
    this.#last.fill(0);
  }

  /** The entry of a value in a place, a number below {@link PLACES_MAX}, or {@link UNKNOWN}. */
  find(place: number, value: ByteRange): number {
    if (value.end - value.start > INTERNED_BYTES_MAX) return UNKNOWN;
    // Methods, hosts and agents are mostly what they were in the record before.
    const guess = (this.#last[place] ?? 0) - 1;
    if (guess >= 0 && this.#current.is(guess, value)) return guess;
    this.#hash = hashOf(place, value.bytes, value.start, value.end);
    const found = this.#find(place, value);
    this.#last[place] = found + 1;
    return found;
  }

  #find(place: number, value: ByteRange): number {
    const found = this.#current.find(this.#hash, place, value);
    if (found >= 0) return found;
    const old = this.#older.find(this.#hash, place, value);
    return old < 0 ? UNKNOWN : this.#current.takeOver(this.#older, old);
  }

  /**
   * Remembers the value that was looked for last. {@link UNKNOWN} where it is too long, or there is no
   * room.
   */
  keep(place: number, value: ByteRange, made: Made<Note>): number {
    if (value.end - value.start > INTERNED_BYTES_MAX) return UNKNOWN;
    const { shown, fingerprint, network, flags = 0, note } = made;
    const tail =
      network === undefined || fingerprint === undefined
        ? fingerprint
        : Buffer.concat([fingerprint, network]);
    const entry = this.#current.add(this.#hash, place, value, { shown, tail });
    if (entry < 0) return UNKNOWN;
    this.#current.set(entry, FIELD.flags, flags);
    this.#current.notes[entry] = note;
    return entry;
  }

  /** {@link KNOWN} of an entry. */
  flagsOf(entry: number): number {
    return this.#current.get(entry, FIELD.flags);
  }

  /** What was noted of an entry. */
  noteOf(entry: number): Note | undefined {
    return this.#current.notes[entry];
  }

  /** Adds to what is known of an entry. */
  note(entry: number, flags: number, note: Note | undefined): void {
    this.#current.set(entry, FIELD.flags, this.flagsOf(entry) | flags);
    if (note !== undefined) this.#current.notes[entry] = note;
  }

  /** The number of an entry in the texts of this batch; 0 where nothing of it is shown. */
  idIn(texts: FactTexts, entry: number): number {
    const generation = this.#current;
    if (generation.get(entry, FIELD.batch) === this.#batch) return generation.get(entry, FIELD.id);
    const id = this.#addTo(texts, entry);
    generation.set(entry, FIELD.batch, this.#batch);
    generation.set(entry, FIELD.id, id);
    return id;
  }

  /** The number of the network of an address; of one that is a network by itself its own. */
  networkIn(texts: FactTexts, entry: number): number {
    const generation = this.#current;
    if ((this.flagsOf(entry) & KNOWN.network) === 0) return this.idIn(texts, entry);
    if (generation.get(entry, FIELD.networkBatch) === this.#batch) {
      return generation.get(entry, FIELD.networkId);
    }
    const end = generation.get(entry, FIELD.shownEnd);
    const start = generation.get(entry, FIELD.shownStart);
    const text = { start, end, fingerprintAt: this.#tailOf(entry) + FINGERPRINT_BYTES };
    const id = texts.addEntity(generation.bytes, text);
    generation.set(entry, FIELD.networkBatch, this.#batch);
    generation.set(entry, FIELD.networkId, id);
    return id;
  }

  /** Whether two entries are of one entity, however they are spelled. */
  areOne(one: number, other: number): boolean {
    const { bytes } = this.#current;
    const [at, otherAt] = [this.#tailOf(one), this.#tailOf(other)];
    for (let offset = 0; offset < FINGERPRINT_BYTES; offset++) {
      if (bytes[at + offset] !== bytes[otherAt + offset]) return false;
    }
    return true;
  }

  #addTo(texts: FactTexts, entry: number): number {
    const generation = this.#current;
    const start = generation.get(entry, FIELD.shownStart);
    const end = generation.get(entry, FIELD.shownEnd);
    if (end <= start) return 0;
    if ((this.flagsOf(entry) & KNOWN.entity) === 0) return texts.add(generation.bytes, start, end);
    return texts.addEntity(generation.bytes, { start, end, fingerprintAt: this.#tailOf(entry) });
  }

  /** Fingerprints are kept behind the shown text. */
  #tailOf(entry: number): number {
    return this.#current.get(entry, FIELD.shownEnd);
  }
}

/** FNV-1a by words of four bytes over place and bytes, its upper bits folded in. */
function hashOf(place: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = Math.imul(0x811c9dc5 ^ place, 0x01000193);
  let at = start;
  for (const last = end - 3; at < last; at += 4) {
    const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    const word = low | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    hash = Math.imul(hash ^ word, 0x01000193);
    // Multiplying carries upwards only: what differs in the upper bytes must come down.
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) | 0;
}
