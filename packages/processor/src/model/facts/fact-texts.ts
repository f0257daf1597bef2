/** The texts of one batch of facts by number: each distinct one once, strings made only when asked for. */

/** Bytes of a fingerprint: 96 bits. */
export const FINGERPRINT_BYTES = 12;

/** What a text is. */
export const TEXT_KIND = {
  /** Grouped and counted by what it says. */
  plain: 0,
  /** Stands for someone or something: grouped and counted by its fingerprint. */
  entity: 1,
  /** A list of other texts. */
  list: 2,
} as const;

const TEXTS_MIN = 64;
const BYTES_MIN = 4096;
const LIST_SEPARATOR = ', ';
const NO_TEXT = '';

/** Arena of the texts of one batch at a time. Number 0 stands for "absent"; texts are 1 to `count`. */
export class FactTexts {
  count = 0;
  /** Bytes in use of {@link bytes}. */
  length = 0;
  /** UTF-8 of all texts one behind the other, an entity's fingerprint before its text. */
  bytes: Buffer<ArrayBuffer> = Buffer.alloc(BYTES_MIN);
  /** {@link TEXT_KIND}, by number. */
  kind: Uint8Array<ArrayBuffer> = new Uint8Array(TEXTS_MIN);
  /** Where the text begins, behind its fingerprint, by number. */
  start: Int32Array<ArrayBuffer> = new Int32Array(TEXTS_MIN);
  /** Where it ends, by number. */
  end: Int32Array<ArrayBuffer> = new Int32Array(TEXTS_MIN);
  readonly #parts = new Map<number, readonly number[]>();
  #strings: (string | undefined)[] = [];
  #keys: (string | undefined)[] = [];

  /** Forgets all. */
  clear(): void {
    this.count = 0;
    this.length = 0;
    this.#parts.clear();
    this.#strings = [];
    this.#keys = [];
  }

  /** What may be shown of a text. Empty for 0. */
  textOf(id: number): string {
    return (this.#strings[id] ??= this.#read(id));
  }

  /** What it is grouped and counted by: the fingerprint of an entity, base64url, else the text itself. */
  keyOf(id: number): string {
    if (this.kind[id] !== TEXT_KIND.entity || !this.#isKnown(id)) return this.textOf(id);
    const start = this.start[id] ?? 0;
    return (this.#keys[id] ??= this.bytes.toString('base64url', start - FINGERPRINT_BYTES, start));
  }

  /** Numbers of its parts where it is a list. */
  partsOf(id: number): readonly number[] | undefined {
    return this.#parts.get(id);
  }

  /** Number of a new text, `[start, end)` of some bytes. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const at = this.#room(end - start);
    copyBytes(bytes, { start, end }, { to: this.bytes, at });
    return this.#next(TEXT_KIND.plain, at);
  }

  /** Number of a new text that is counted by its fingerprint, {@link FINGERPRINT_BYTES} bytes. */
  addEntity(
    bytes: Uint8Array,
    {
      start,
      end,
      fingerprintAt,
    }: { readonly start: number; readonly end: number; readonly fingerprintAt: number },
  ): number {
    const at = this.#room(FINGERPRINT_BYTES + end - start);
    const fingerprint = { start: fingerprintAt, end: fingerprintAt + FINGERPRINT_BYTES };
    copyBytes(bytes, fingerprint, { to: this.bytes, at });
    copyBytes(bytes, { start, end }, { to: this.bytes, at: at + FINGERPRINT_BYTES });
    return this.#next(TEXT_KIND.entity, at + FINGERPRINT_BYTES);
  }

  /** Number of a new list; its parts are texts already, and no lists. */
  addList(parts: readonly number[]): number {
    const id = this.#next(TEXT_KIND.list, this.length);
    this.#parts.set(id, parts);
    return id;
  }

  /** Makes room for texts that somebody else writes: call {@link place} for each, in their order. */
  reserve(count: number, bytes: number): void {
    this.clear();
    while (this.kind.length <= count) this.#grow();
    this.#room(bytes);
    this.length = bytes;
  }

  /** Says what the next text is, and where in {@link bytes}. */
  place(kind: number, start: number, end: number): void {
    const id = ++this.count;
    this.kind[id] = kind;
    this.start[id] = start;
    this.end[id] = end;
  }

  /** Makes the next text a list. */
  placeList(parts: readonly number[]): void {
    this.place(TEXT_KIND.list, 0, 0);
    this.#parts.set(this.count, parts);
  }

  #isKnown(id: number): boolean {
    return id > 0 && id <= this.count;
  }

  #read(id: number): string {
    if (!this.#isKnown(id)) return NO_TEXT;
    const parts = this.#parts.get(id);
    if (parts !== undefined) return parts.map((part) => this.textOf(part)).join(LIST_SEPARATOR);
    return this.bytes.toString('utf8', this.start[id], this.end[id]);
  }

  /** Where so many bytes go. */
  #room(bytes: number): number {
    const at = this.length;
    if (at + bytes > this.bytes.length) {
      const longer = Buffer.alloc(Math.max(at + bytes, this.bytes.length * 2));
      longer.set(this.bytes.subarray(0, at));
      this.bytes = longer;
    }
    this.length = at + bytes;
    return at;
  }

  #next(kind: number, start: number): number {
    const id = this.count + 1;
    if (id >= this.kind.length) this.#grow();
    this.count = id;
    this.kind[id] = kind;
    this.start[id] = start;
    this.end[id] = this.length;
    return id;
  }

  #grow(): void {
    const length = this.kind.length * 2;
    const [kind, start, end] = [this.kind, this.start, this.end];
    this.kind = new Uint8Array(length);
    this.kind.set(kind);
    this.start = new Int32Array(length);
    this.start.set(start);
    this.end = new Int32Array(length);
    this.end.set(end);
  }
}

/** Short texts, as nearly all are, are copied faster byte by byte. */
function copyBytes(
  from: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  { to, at }: { readonly to: Uint8Array; readonly at: number },
): void {
  if (end - start > 48) {
    to.set(from.subarray(start, end), at);
    return;
  }
  for (let position = start, into = at; position < end; position++) {
    to[into++] = from[position] ?? 0;
  }
}
