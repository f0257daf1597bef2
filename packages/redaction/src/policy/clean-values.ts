/** Remembers texts in which nothing was found: methods, routes and hosts are the same in nearly every span. */
import { RecentAnswers } from '@spanguard/memory';

const VALUE_LENGTH_MAX = 128;

/** What is sensitive is never in here. A look-up costs a twentieth of a look at the text. */
export class CleanValues {
  /** By decision on the key: under the same one, equal texts are judged equally. */
  readonly #byDecision = new Map<number, RecentAnswers<true>>();

  has(decision: number, value: string): boolean {
    return this.#byDecision.get(decision)?.get(value) === true;
  }

  add(decision: number, value: string): void {
    let clean = this.#byDecision.get(decision);
    if (clean === undefined) {
      clean = new RecentAnswers({ charactersMax: VALUE_LENGTH_MAX });
      this.#byDecision.set(decision, clean);
    }
    clean.set(value, true);
  }
}
