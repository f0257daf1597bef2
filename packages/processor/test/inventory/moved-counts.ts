/** Counts by name, for tests that look at them. */
import type { Counters } from '#processor/pipeline/counters.ts';

/** See the head of this file. */
export class MovedCounts implements Counters {
  readonly #counts = new Map<string, number>();

  add(name: string, value: number): void {
    this.#counts.set(name, this.of(name) + value);
  }

  /** What came to a counter. */
  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
}
