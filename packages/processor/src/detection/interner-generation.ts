/** One generation of an interner: entries in typed arrays over one arena, found by their hash. */
/** Bounds of an interner; it holds two generations of this size. */
export interface InternerLimits {
  readonly entriesMax: number;
  readonly bytesMax: number;
}

/** A value within bytes. */
export interface ByteRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** What is known of an entry, out of its arena. */
export interface EntryCopy<Note> {
  readonly place: number;
  readonly value: ByteRange;
  readonly shown: Uint8Array | undefined;
  readonly note: Note | undefined;
  readonly batch: number;
  readonly id: number;
}

/** Slots looked at before a value counts as unknown: crafted collisions stay cheap. */
const PROBES_MAX = 16;
const NONE = -1;
const BYTES_MIN = 65_536;

/** See the head of this file. */
export class Generation<Note> {
  bytes: Uint8Array;
  /** The text an entry is shown as. */
  readonly shownStart: Int32Array;
  readonly shownEnd: Int32Array;
  /** The batch in which it has the number `id`. */
  readonly batch: Float64Array;
  readonly id: Int32Array;
  readonly notes: (Note | undefined)[] = [];
  readonly #entriesMax: number;
  readonly #bytesMax: number;
  readonly #slots: Int32Array;
  readonly #hash: Int32Array;
  readonly #place: Uint16Array;
  readonly #start: Int32Array;
  readonly #end: Int32Array;
  #count = 0;
  #length = 0;

  constructor({ entriesMax, bytesMax }: InternerLimits) {
    this.#entriesMax = entriesMax;
    this.#bytesMax = bytesMax;
    this.bytes = new Uint8Array(Math.min(bytesMax, BYTES_MIN));
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(entriesMax * 2)));
    this.#hash = new Int32Array(entriesMax);
    this.#place = new Uint16Array(entriesMax);
    this.#start = new Int32Array(entriesMax);
    this.#end = new Int32Array(entriesMax);
    this.shownStart = new Int32Array(entriesMax);
    this.shownEnd = new Int32Array(entriesMax);
    this.batch = new Float64Array(entriesMax);
    this.id = new Int32Array(entriesMax);
  }

  clear(): void {
    this.#slots.fill(0);
    this.notes.length = 0;
    this.#count = 0;
    this.#length = 0;
  }

  hasRoom(bytes: number): boolean {
    return this.#count < this.#entriesMax && this.#length + bytes <= this.#bytesMax;
  }

  /** Bytes an entry takes of the arena. */
  sizeOf(entry: number): number {
    const value = (this.#end[entry] ?? 0) - (this.#start[entry] ?? 0);
    return value + (this.shownEnd[entry] ?? 0) - (this.shownStart[entry] ?? 0);
  }

  /** The entry of a value, or -1. */
  find(hash: number, place: number, { bytes, start, end }: ByteRange): number {
    const length = end - start;
    const mask = this.#slots.length - 1;
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const entry = (this.#slots[(hash + probe) & mask] ?? 0) - 1;
      if (entry < 0) return NONE;
      if (this.#hash[entry] !== hash || this.#place[entry] !== place) continue;
      const known = this.#start[entry] ?? 0;
      if ((this.#end[entry] ?? 0) - known !== length) continue;
      if (this.#isAt(known, bytes, start, end)) return entry;
    }
    return NONE;
  }

  /**
   * Number of the new entry; -1 where there is no room. One whose slots are all taken is not found again, and as
   * good as any until then.
   */
  add(hash: number, place: number, value: ByteRange, shown: Uint8Array | undefined): number {
    const { bytes, start, end } = value;
    const length = end - start;
    if (!this.hasRoom(length + (shown?.length ?? 0))) return NONE;
    const entry = this.#count++;
    const at = this.#length;
    this.#reserve(at + length + (shown?.length ?? 0));
    for (let from = start, to = at; from < end; from++) this.bytes[to++] = bytes[from] ?? 0;
    this.#length = at + length;
    this.#hash[entry] = hash;
    this.#place[entry] = place;
    this.#start[entry] = at;
    this.#end[entry] = at + length;
    this.batch[entry] = 0;
    this.notes[entry] = undefined;
    this.shownStart[entry] = shown === undefined ? at : this.#length;
    if (shown !== undefined) {
      this.bytes.set(shown, this.#length);
      this.#length += shown.length;
    }
    this.shownEnd[entry] = this.#length;
    this.#settle(hash, entry);
    return entry;
  }

  /** An entry to be taken over by another generation. */
  copyOf(entry: number): EntryCopy<Note> {
    const value = this.bytes.slice(this.#start[entry], this.#end[entry]);
    const isAsItIs = this.shownStart[entry] === this.#start[entry];
    return {
      place: this.#place[entry] ?? 0,
      value: { bytes: value, start: 0, end: value.length },
      shown: isAsItIs ? undefined : this.bytes.slice(this.shownStart[entry], this.shownEnd[entry]),
      note: this.notes[entry],
      batch: this.batch[entry] ?? 0,
      id: this.id[entry] ?? 0,
    };
  }

  #reserve(bytes: number): void {
    if (bytes <= this.bytes.length) return;
    const longer = new Uint8Array(Math.min(this.#bytesMax, Math.max(bytes, this.bytes.length * 2)));
    longer.set(this.bytes);
    this.bytes = longer;
  }

  #settle(hash: number, entry: number): void {
    const mask = this.#slots.length - 1;
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const slot = (hash + probe) & mask;
      if (this.#slots[slot] !== 0) continue;
      this.#slots[slot] = entry + 1;
      return;
    }
  }

  #isAt(known: number, bytes: Uint8Array, start: number, end: number): boolean {
    const own = this.bytes;
    let at = known;
    for (let position = start; position < end; position++) {
      if (own[at++] !== bytes[position]) return false;
    }
    return true;
  }
}
