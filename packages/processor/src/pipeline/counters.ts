/** Counting, as stages see it; `telemetry/` renders it. */
import type { CounterName, LabelsOf } from './catalogue.ts';

/** Counts what the catalogue names: a name that it lacks, or a label, does not compile. */
export interface Counters {
  /** Adds to a counter; labels come from fixed sets, never from outside. */
  add<N extends CounterName>(name: N, value: number, labels?: LabelsOf<N>): void;
}

/** Counts nothing: for tests that do not look. */
export const noCounters: Counters = { add: () => undefined };
