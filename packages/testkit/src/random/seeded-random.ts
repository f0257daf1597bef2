/** Random numbers that repeat: the same seed gives the same sequence on every machine. */

const UINT32_RANGE = 4_294_967_296;

/** Mulberry32: small, fast, good enough for fixtures, and useless for keys. */
export class SeededRandom {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** The next 32 bits, as an unsigned integer. */
  uint32(): number {
    this.#state = (this.#state + 0x6d_2b_79_f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (bits ^ (bits >>> 14)) >>> 0;
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.uint32() / UINT32_RANGE;
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  /** True with the given probability (0 to 1). */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** One of the items. Throws a RangeError when there is none. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.int(0, items.length - 1)];
    if (item === undefined) throw new RangeError('cannot pick from an empty list');
    return item;
  }

  /** `length` bytes. */
  bytes(length: number): Uint8Array {
    const out = new Uint8Array(length);
    for (let at = 0; at < length; at++) out[at] = this.uint32() & 0xff;
    return out;
  }

  /** `length` characters of the alphabet. */
  text(length: number, alphabet: string): string {
    let out = '';
    for (let at = 0; at < length; at++) out += alphabet.charAt(this.int(0, alphabet.length - 1));
    return out;
  }

  /** A new list with the same items in another order. */
  shuffle<Item>(items: readonly Item[]): Item[] {
    const out = [...items];
    // Draws one of those not drawn yet, `out.length` times.
    for (let left = out.length; left > 0; left--) {
      const other = this.int(0, left - 1);
      const moved = out.splice(other, 1);
      out.push(...moved);
    }
    return out;
  }
}
