/** Remembers what names were judged to be, in fixed memory: telemetry has few names and many uses of them. */

/** Longer names are judged anew each time. */
const NAME_BYTES_MAX = 32;
/** A power of two. Of two names with one slot, the later stays. */
const SLOTS = 4096;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** A direct-mapped cache from the bytes of a name to a number of 0 to 255; 140 KB, whatever is asked. */
export class DecisionMemo {
  readonly #names = new Uint8Array(SLOTS * NAME_BYTES_MAX);
  /** 0: the slot is empty. */
  readonly #lengths = new Uint8Array(SLOTS);
  readonly #decisions = new Uint8Array(SLOTS);
  readonly #judge: (bytes: Uint8Array, start: number, end: number) => number;

  /** `judge` is pure: equal bytes between `start` and `end`, equal decision. */
  constructor(judge: (bytes: Uint8Array, start: number, end: number) => number) {
    this.#judge = judge;
  }

  decide(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length <= 0 || length > NAME_BYTES_MAX) return this.#judge(bytes, start, end);
    const slot = slotOf(bytes, start, end);
    if (this.#holds(slot, bytes, start, length)) return this.#decisions[slot] ?? 0;
    const decision = this.#judge(bytes, start, end);
    this.#names.set(bytes.subarray(start, end), slot * NAME_BYTES_MAX);
    this.#lengths[slot] = length;
    this.#decisions[slot] = decision;
    return decision;
  }

  #holds(slot: number, bytes: Uint8Array, start: number, length: number): boolean {
    if (this.#lengths[slot] !== length) return false;
    const from = slot * NAME_BYTES_MAX;
    for (let at = 0; at < length; at += 1) {
      if (this.#names[from + at] !== bytes[start + at]) return false;
    }
    return true;
  }
}

/** FNV-1a (Fowler, Noll, Vo), folded; names that collide on purpose cost what they cost without a memo. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = FNV_OFFSET;
  for (let at = start; at < end; at += 1) {
    hash = Math.imul(hash ^ (bytes[at] ?? 0), FNV_PRIME);
  }
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}
