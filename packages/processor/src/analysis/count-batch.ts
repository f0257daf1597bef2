/** Counts in the thread: added up, and sent with what is reported next. */
import type { CounterName } from '../pipeline/catalogue.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Counts } from '../pipeline/consumer/posting-messages.ts';

/** See the head of this file. For counters without labels. */
export class CountBatch implements Counters {
  #counts = new Map<CounterName, number>();

  add(name: CounterName, value: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + value);
  }

  /** What came since the last call. */
  take(): Counts {
    const counts = this.#counts;
    this.#counts = new Map();
    return counts;
  }
}
