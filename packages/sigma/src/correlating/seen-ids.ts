/** Ids of events, so that what is sent again counts once. */
import { type ByteReader, Damaged } from '../saving/byte-reader.ts';
import type { ByteWriter } from '../saving/byte-writer.ts';

/**
 * Remembers ids for a while so that what is sent again counts once: two bounded generations. An id is
 * opaque: who gives it says what is the same, and no two things may share one.
 */
export class SeenIds {
  #young = new Set<string>();
  #old = new Set<string>();
  #turnMs = -Infinity;
  /** Undefined until it is first saved: who never saves pays nothing. */
  #fresh: FreshIds | undefined;
  /** Ids that were dropped before their time because memory was full. */
  forgotten = 0;
  readonly #memoryMs: number;
  readonly #idsMax: number;

  /** Ids are remembered from `memoryMs` to twice as long, or until `idsMax` newer ones came. */
  constructor({ memoryMs, idsMax }: { memoryMs: number; idsMax: number }) {
    this.#memoryMs = memoryMs;
    this.#idsMax = idsMax;
  }

  /** True when the id was seen before; remembers it otherwise. */
  seen(id: string, newestMs: number): boolean {
    if (this.#young.has(id) || this.#old.has(id)) return true;
    if (this.#turnMs === -Infinity) this.#turnMs = newestMs + this.#memoryMs;
    const full = this.#young.size >= this.#idsMax;
    // Before any time is believed, none has passed.
    const over = newestMs > this.#turnMs;
    if (full && !over) this.forgotten += this.#old.size;
    if (full || over) this.#turn(newestMs);
    this.#young.add(id);
    this.#fresh?.young.push(id);
    return false;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#turnMs = -Infinity;
    this.#fresh = undefined;
  }

  /** All of it, or what changed since it was last saved. */
  save(writer: ByteWriter, { isWhole }: { isWhole: boolean }): void {
    const fresh = this.#fresh;
    const isAll = isWhole || fresh === undefined || fresh.turns > 1;
    const turns = isAll ? TURNS_ALL : fresh.turns;
    writer.number(this.#turnMs);
    writer.byte(turns);
    if (turns > 0) saveIds(isAll ? this.#old : fresh.old, writer);
    saveIds(isAll ? this.#young : fresh.young, writer);
    this.saved();
  }

  /** What is seen from now on is not saved. */
  saved(): void {
    this.#fresh = { young: [], old: [], turns: 0 };
  }

  /** Takes over what `save` wrote, all of it or on top of what it has. Throws `Damaged`. */
  restore(reader: ByteReader): void {
    this.#turnMs = reader.number();
    const turns = reader.byte();
    if (turns > TURNS_ALL) throw new Damaged('no such turn of ids');
    if (turns === TURNS_ALL) this.#young = new Set();
    if (turns > 0) {
      this.#readInto(this.#young, reader);
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#readInto(this.#young, reader);
  }

  #readInto(ids: Set<string>, reader: ByteReader): void {
    const count = reader.items(1);
    for (let at = 0; at < count; at += 1) {
      const id = reader.text();
      if (ids.size < this.#idsMax) ids.add(id);
    }
  }

  #turn(newestMs: number): void {
    this.#old = this.#young;
    this.#young = new Set();
    this.#turnMs = newestMs + this.#memoryMs;
    if (this.#fresh === undefined) return;
    const { young, turns } = this.#fresh;
    this.#fresh = { young: [], old: young, turns: turns + 1 };
  }
}

/** After more than one turn nothing is left of what was saved. */
const TURNS_ALL = 2;

function saveIds(ids: ReadonlySet<string> | readonly string[], writer: ByteWriter): void {
  writer.count('size' in ids ? ids.size : ids.length);
  for (const id of ids) writer.text(id);
}

/** Ids that came since the last time they were saved. */
interface FreshIds {
  readonly young: string[];
  /** Those of the generation before; only where there was one turn. */
  readonly old: readonly string[];
  readonly turns: number;
}
