/** Remembers what short texts were judged to be, in fixed memory: telemetry has few names and many uses of them. */

/** How much a memo remembers. */
export interface MemoSize {
  /** A power of two. Of two texts with one slot, the later stays. Default 4096. */
  readonly slots?: number;
  /** Longer texts are judged anew each time. Default 32, at most 255. */
  readonly bytesMax?: number;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** A direct-mapped cache from the bytes of a text to a number of 0 to 255; 140 KB by default, whatever is asked. */
export class DecisionMemo {
  readonly #slots: number;
  readonly #bytesMax: number;
  readonly #texts: Uint8Array;
  /** 0: the slot is empty. */
  readonly #lengths: Uint8Array;
  readonly #decisions: Uint8Array;
  readonly #judge: (bytes: Uint8Array, start: number, end: number) => number;

  /** `judge` is pure: equal bytes between `start` and `end`, equal decision. */
  constructor(
    judge: (bytes: Uint8Array, start: number, end: number) => number,
    { slots = 4096, bytesMax = 32 }: MemoSize = {},
  ) {
    this.#judge = judge;
    this.#slots = slots;
    this.#bytesMax = bytesMax;
    this.#texts = new Uint8Array(slots * bytesMax);
    this.#lengths = new Uint8Array(slots);
    this.#decisions = new Uint8Array(slots);
  }

  decide(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length <= 0 || length > this.#bytesMax) return this.#judge(bytes, start, end);
    const slot = hashOf(bytes, start, end) & (this.#slots - 1);
    if (this.#holds(slot, bytes, start, length)) return this.#decisions[slot] ?? 0;
    const decision = this.#judge(bytes, start, end);
    this.#texts.set(bytes.subarray(start, end), slot * this.#bytesMax);
    this.#lengths[slot] = length;
    this.#decisions[slot] = decision;
    return decision;
  }

  #holds(slot: number, bytes: Uint8Array, start: number, length: number): boolean {
    if (this.#lengths[slot] !== length) return false;
    const from = slot * this.#bytesMax;
    for (let at = 0; at < length; at += 1) {
      if (this.#texts[from + at] !== bytes[start + at]) return false;
    }
    return true;
  }
}

/** FNV-1a (Fowler, Noll, Vo), folded; texts that collide on purpose cost what they cost without a memo. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = FNV_OFFSET;
  for (let at = start; at < end; at += 1) {
    hash = Math.imul(hash ^ (bytes[at] ?? 0), FNV_PRIME);
  }
  return hash ^ (hash >>> 15);
}
