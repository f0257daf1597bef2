/** Remembers texts in which nothing was found: methods, routes and hosts are the same in nearly every span. */

const VALUE_LENGTH_MAX = 128;
const KEPT_MAX = 4096;
const YOUNG_MAX = 256;

/**
 * A bounded memory. New values are young: one request asks for them several times, and most never come again.
 * What comes again when it is young no more is kept. What is sensitive is never in here. A look-up costs a
 * twentieth of a look at the text.
 */
export class CleanValues {
  /** By decision on the key: under the same one, equal texts are judged equally. */
  readonly #byDecision = new Map<number, Generations>();

  has(decision: number, value: string): boolean {
    if (value.length > VALUE_LENGTH_MAX) return false;
    const generations = this.#byDecision.get(decision);
    if (generations === undefined) return false;
    const { young, older, kept } = generations;
    if (kept.has(value) || young.has(value)) return true;
    if (!older.has(value)) return false;
    // Full, it starts over: what comes often is soon back.
    if (kept.size >= KEPT_MAX) kept.clear();
    kept.add(value);
    return true;
  }

  add(decision: number, value: string): void {
    if (value.length > VALUE_LENGTH_MAX) return;
    let generations = this.#byDecision.get(decision);
    if (generations === undefined) {
      generations = { young: new Set(), older: new Set(), kept: new Set() };
      this.#byDecision.set(decision, generations);
    }
    if (generations.young.size >= YOUNG_MAX) {
      generations.older = generations.young;
      generations.young = new Set();
    }
    generations.young.add(value);
  }
}

interface Generations {
  young: Set<string>;
  older: Set<string>;
  readonly kept: Set<string>;
}
