/** Remembers texts in which nothing was found: methods, routes and hosts are the same in nearly every span. */

const VALUE_LENGTH_MAX = 128;
const VALUES_MAX = 4096;
/** A power of two. */
const SEEN_SLOTS = 4096;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * A bounded memory. A value is kept from its second time on, so that targets and ids that never come again
 * neither fill it nor grow old in it. What is sensitive is never kept. A look-up costs a twentieth of a look
 * at the text.
 */
export class CleanValues {
  /** By decision on the key: under the same one, equal texts are judged equally. */
  readonly #byDecision = new Map<number, Set<string>>();
  /** Hashes of values that came once, the latest of each slot. */
  readonly #seen = new Uint32Array(SEEN_SLOTS);
  #count = 0;

  has(decision: number, value: string): boolean {
    return value.length <= VALUE_LENGTH_MAX && this.#byDecision.get(decision)?.has(value) === true;
  }

  add(decision: number, value: string): void {
    if (value.length > VALUE_LENGTH_MAX || !this.#wasSeen(value)) return;
    // Full, it starts over: what comes often is soon back.
    if (this.#count >= VALUES_MAX) {
      this.#byDecision.clear();
      this.#count = 0;
    }
    let values = this.#byDecision.get(decision);
    if (values === undefined) {
      values = new Set();
      this.#byDecision.set(decision, values);
    }
    values.add(value);
    this.#count += 1;
  }

  #wasSeen(value: string): boolean {
    const hash = hashOf(value);
    const slot = hash & (SEEN_SLOTS - 1);
    if (this.#seen[slot] === hash) return true;
    this.#seen[slot] = hash;
    return false;
  }
}

/** FNV-1a (Fowler, Noll, Vo) over UTF-16 units; never 0, which an empty slot has. */
function hashOf(text: string): number {
  let hash = FNV_OFFSET;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  }
  return (hash ^ (hash >>> 15)) >>> 0 || 1;
}
