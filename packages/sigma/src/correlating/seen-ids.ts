/**
 * Remembers ids for a while so that what is sent again counts once: two bounded generations. An id is
 * opaque: who gives it says what is the same, and no two things may share one.
 */
export class SeenIds {
  #young = new Set<string>();
  #old = new Set<string>();
  #turnMs = -Infinity;
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
    if (full || over) {
      this.#old = this.#young;
      this.#young = new Set();
      this.#turnMs = newestMs + this.#memoryMs;
    }
    this.#young.add(id);
    return false;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#turnMs = -Infinity;
  }

  toJson(): { young: string[]; old: string[]; turnMs: number | null } {
    const turnMs = Number.isFinite(this.#turnMs) ? this.#turnMs : null;
    return { young: [...this.#young], old: [...this.#old], turnMs };
  }

  restore({ young, old, turnMs }: { young: string[]; old: string[]; turnMs: number | null }): void {
    this.#young = new Set(young.slice(0, this.#idsMax));
    this.#old = new Set(old.slice(0, this.#idsMax));
    this.#turnMs = turnMs ?? -Infinity;
  }
}
