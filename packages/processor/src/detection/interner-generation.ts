/** One generation of an interner: entries of one cache line each over one arena, found by their hash. */

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

/** What an entry holds, by offset: all that is asked of it comes with one line of memory. */
export const FIELD = {
  hash: 0,
  place: 1,
  /** Bits that say what is known of it. */
  flags: 2,
  /** Where its value begins in the arena; what was made of it follows. */
  start: 3,
  length: 4,
  /** The text it is shown as. */
  shownStart: 5,
  shownEnd: 6,
  /** Number of the last batch it was in, and its number in the texts of that batch. */
  batch: 7,
  id: 8,
  /** The same for the network of an address. */
  networkBatch: 9,
  networkId: 10,
  /** Bytes behind the shown text. */
  tailBytes: 11,
} as const;

/** Integers of an entry. */
const STRIDE = 16;
/** Slots looked at before a value counts as unknown: crafted collisions stay cheap. */
const PROBES_MAX = 16;
const NONE = -1;
const BYTES_MIN = 65_536;

/** See the head of this file. */
export class Generation<Note> {
  bytes: Uint8Array;
  /** {@link FIELD}, {@link STRIDE} an entry. */
  readonly fields: Int32Array;
  readonly notes: (Note | undefined)[] = [];
  readonly #entriesMax: number;
  readonly #bytesMax: number;
  readonly #slots: Int32Array;
  #count = 0;
  #length = 0;

  constructor({ entriesMax, bytesMax }: InternerLimits) {
    this.#entriesMax = entriesMax;
    this.#bytesMax = bytesMax;
    this.bytes = new Uint8Array(Math.min(bytesMax, BYTES_MIN));
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(entriesMax * 2)));
    this.fields = new Int32Array(entriesMax * STRIDE);
  }

  clear(): void {
    this.#slots.fill(0);
    this.notes.length = 0;
    this.#count = 0;
    this.#length = 0;
  }

  hasRoom(entries: number, bytes: number): boolean {
    return this.#count + entries <= this.#entriesMax && this.#length + bytes <= this.#bytesMax;
  }

  /** A field of an entry. */
  get(entry: number, field: number): number {
    return this.fields[entry * STRIDE + field] ?? 0;
  }

  set(entry: number, field: number, value: number): void {
    this.fields[entry * STRIDE + field] = value;
  }

  /** Whether an entry is of this value. */
  is(entry: number, { bytes, start, end }: ByteRange): boolean {
    const at = entry * STRIDE;
    if (this.fields[at + FIELD.length] !== end - start) return false;
    return this.#isAt(this.fields[at + FIELD.start] ?? 0, bytes, start, end);
  }

  /** The entry of a value, or -1. */
  find(hash: number, place: number, { bytes, start, end }: ByteRange): number {
    const { fields } = this;
    const length = end - start;
    const mask = this.#slots.length - 1;
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const entry = (this.#slots[(hash + probe) & mask] ?? 0) - 1;
      if (entry < 0) return NONE;
      const at = entry * STRIDE;
      if (fields[at + FIELD.hash] !== hash || fields[at + FIELD.place] !== place) continue;
      if (fields[at + FIELD.length] !== length) continue;
      if (this.#isAt(fields[at + FIELD.start] ?? 0, bytes, start, end)) return entry;
    }
    return NONE;
  }

  /**
   * Number of the new entry; -1 where there is no room. `shown` is undefined where the value is shown
   * itself; the tail is kept behind it. An entry whose slots are all taken is not found again, and as
   * good as any until then.
   */
  add(
    hash: number,
    place: number,
    value: ByteRange,
    {
      shown,
      tail,
    }: { readonly shown?: Uint8Array | undefined; readonly tail?: Uint8Array | undefined },
  ): number {
    const length = value.end - value.start;
    const extra = (shown?.length ?? 0) + (tail?.length ?? 0);
    if (!this.hasRoom(1, length + extra)) return NONE;
    const entry = this.#count++;
    const at = entry * STRIDE;
    const start = this.#append(value.bytes, value.start, value.end);
    const end = this.#length;
    const shownStart = shown === undefined ? start : this.#append(shown, 0, shown.length);
    const { fields } = this;
    fields[at + FIELD.hash] = hash;
    fields[at + FIELD.place] = place;
    fields[at + FIELD.flags] = 0;
    fields[at + FIELD.start] = start;
    fields[at + FIELD.length] = length;
    fields[at + FIELD.shownStart] = shownStart;
    fields[at + FIELD.shownEnd] = shown === undefined ? end : this.#length;
    fields[at + FIELD.batch] = 0;
    fields[at + FIELD.networkBatch] = 0;
    fields[at + FIELD.tailBytes] = tail?.length ?? 0;
    if (tail !== undefined) this.#append(tail, 0, tail.length);
    this.notes[entry] = undefined;
    this.#settle(hash, entry);
    return entry;
  }

  /** Takes an entry of another generation over, with all that is known of it. */
  takeOver(from: Generation<Note>, entry: number): number {
    const start = from.get(entry, FIELD.start);
    const valueEnd = start + from.get(entry, FIELD.length);
    const [shownStart, shownEnd] = [
      from.get(entry, FIELD.shownStart),
      from.get(entry, FIELD.shownEnd),
    ];
    const isItself = shownStart === start;
    const value = { bytes: from.bytes, start, end: valueEnd };
    const taken = this.add(from.get(entry, FIELD.hash), from.get(entry, FIELD.place), value, {
      shown: isItself ? undefined : from.bytes.subarray(shownStart, shownEnd),
      tail: from.bytes.subarray(shownEnd, shownEnd + from.get(entry, FIELD.tailBytes)),
    });
    if (taken < 0) return taken;
    for (const field of CARRIED) this.set(taken, field, from.get(entry, field));
    this.notes[taken] = from.notes[entry];
    return taken;
  }

  #append(bytes: Uint8Array, start: number, end: number): number {
    const at = this.#length;
    const length = at + end - start;
    if (length > this.bytes.length) {
      const longer = new Uint8Array(
        Math.min(this.#bytesMax, Math.max(length, this.bytes.length * 2)),
      );
      longer.set(this.bytes);
      this.bytes = longer;
    }
    const to = this.bytes;
    for (let from = start, into = at; from < end; from++) to[into++] = bytes[from] ?? 0;
    this.#length = length;
    return at;
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

const CARRIED = [FIELD.flags, FIELD.batch, FIELD.id, FIELD.networkBatch, FIELD.networkId] as const;
