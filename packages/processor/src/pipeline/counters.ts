/** Counting, as stages see it. `telemetry/` holds the catalogue and renders it. */

/** Names of what can be counted are keys of the catalogue in `telemetry/catalogue.ts`. */
export interface Counters {
  /** Adds to a counter; labels come from fixed sets, never from outside. */
  add(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
}

/** Counts nothing: for tests that do not look. */
export const noCounters: Counters = { add: () => undefined };
