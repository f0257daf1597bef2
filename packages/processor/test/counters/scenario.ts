/** Something that happens to a processor, or to a part of it, and the counters that tell of it. */
import type { CounterName } from '#processor/pipeline/catalogue.ts';
import type { MovedCounters } from './moved-counters.ts';
import type { RunningHere } from './running-here.ts';

/** What a scenario happens in. */
export interface ScenarioWorld {
  /** For a part that is run alone. */
  readonly counters: MovedCounters;
  /** For files; removed afterwards. */
  readonly folder: string;
  /** Starts a processor; what it has counted by its end is looked at, and it ends with the scenario. */
  readonly run: (...config: readonly string[]) => Promise<RunningHere>;
}

/** See the head of this file. */
export interface Scenario {
  /** Finishes the sentence "the counters tell of …". */
  readonly name: string;
  /** Each of them rises, with the labels of the catalogue. */
  readonly moves: readonly CounterName[];
  readonly happen: (world: ScenarioWorld) => Promise<void>;
}
