/**
 * How often each of a few names was seen. What comes when the room is full is left out, and its adder is
 * told.
 */

/** See the head of this file. */
export class Tally {
  /** Held in objects, so that an addition looks up once. */
  readonly #counts = new Map<string, { count: number }>();
  readonly #namesMax: number;

  constructor(namesMax: number) {
    this.#namesMax = namesMax;
  }

  get size(): number {
    return this.#counts.size;
  }

  /** False where the name is new and there is no room for it. */
  add(name: string, weight: number): boolean {
    const known = this.#counts.get(name);
    if (known !== undefined) {
      known.count += weight;
      return true;
    }
    if (this.#counts.size >= this.#namesMax) return false;
    this.#counts.set(name, { count: weight });
    return true;
  }

  count(name: string): number {
    return this.#counts.get(name)?.count ?? 0;
  }

  /** The sum of all that a test holds of. */
  sum(holds: (name: string) => boolean = () => true): number {
    let sum = 0;
    for (const [name, { count }] of this.#counts) if (holds(name)) sum += count;
    return sum;
  }

  /** Names, those seen most often first. */
  names(): string[] {
    return this.entries()
      .toSorted(([, one], [, other]) => other - one)
      .map(([name]) => name);
  }

  /** In the order they were seen first. */
  entries(): [string, number][] {
    return Array.from(this.#counts, ([name, { count }]) => [name, count]);
  }

  merge(other: Tally): void {
    for (const [name, { count }] of other.#counts) this.add(name, count);
  }

  /** Reads what {@link entries} gave; what is none is passed over. */
  read(entries: unknown): void {
    if (!Array.isArray(entries)) return;
    for (const entry of entries as unknown[]) {
      if (!Array.isArray(entry)) continue;
      const [name, count] = entry as unknown[];
      if (typeof name === 'string' && typeof count === 'number') this.add(name, count);
    }
  }
}
