/** Counts what the engine leaves out: its figures are totals, counters take what came since. */
import type { EngineStats } from '@spanguard/sigma';
import type { CounterName } from '../pipeline/catalogue.ts';
import type { Counters } from '../pipeline/counters.ts';

const FIGURE_OF: readonly (readonly [counter: CounterName, figure: keyof EngineStats])[] = [
  ['correlation.late', 'late'],
  ['correlation.repeated', 'repeated'],
  ['correlation.ungrouped', 'ungrouped'],
  ['correlation.thinned', 'thinned'],
  ['correlation.evicted', 'evictedGroups'],
  ['correlation.forgotten_ids', 'forgottenIds'],
];

/** Follows one engine from its beginning. */
export class EngineCounters {
  readonly #counters: Counters;
  #counted: EngineStats | undefined;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Call after each entry. The first call shows every counter, with what it stands at. */
  count(stats: EngineStats): void {
    for (const [counter, figure] of FIGURE_OF) {
      const more = stats[figure] - (this.#counted?.[figure] ?? 0);
      if (more > 0 || this.#counted === undefined) this.#counters.add(counter, more);
    }
    this.#counted = stats;
  }
}
