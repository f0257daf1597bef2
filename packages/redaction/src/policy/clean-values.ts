/** Remembers texts in which nothing was found: methods, routes and hosts are the same in nearly every span. */

const VALUE_LENGTH_MAX = 128;
const VALUES_MAX = 2048;

/**
 * A bounded memory in two generations, so that values seen once do not push out those that come again. What is
 * sensitive is never kept. A look-up costs a twentieth of a look at the text.
 */
export class CleanValues {
  /** By decision on the key: under the same one, equal texts are judged equally. */
  readonly #byDecision = new Map<number, Generations>();

  has(decision: number, value: string): boolean {
    if (value.length > VALUE_LENGTH_MAX) return false;
    const generations = this.#byDecision.get(decision);
    if (generations === undefined) return false;
    if (generations.recent.has(value)) return true;
    if (!generations.older.has(value)) return false;
    keep(generations, value);
    return true;
  }

  add(decision: number, value: string): void {
    if (value.length > VALUE_LENGTH_MAX) return;
    let generations = this.#byDecision.get(decision);
    if (generations === undefined) {
      generations = { recent: new Set(), older: new Set() };
      this.#byDecision.set(decision, generations);
    }
    keep(generations, value);
  }
}

interface Generations {
  recent: Set<string>;
  older: Set<string>;
}

function keep(generations: Generations, value: string): void {
  if (generations.recent.size >= VALUES_MAX) {
    generations.older = generations.recent;
    generations.recent = new Set();
  }
  generations.recent.add(value);
}
