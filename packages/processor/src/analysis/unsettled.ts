/** Alerts and letters that were reported and are not on disk yet. */

/** See the head of this file. */
export class Unsettled {
  readonly #numbers = new Set<number>();
  #last = 0;
  #waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];

  /** A number for one more. */
  add(): number {
    this.#last += 1;
    this.#numbers.add(this.#last);
    return this.#last;
  }

  settle(number: number): void {
    this.#numbers.delete(number);
    this.#look();
  }

  /** Nothing is waited for any more. */
  forget(): void {
    this.#numbers.clear();
    this.#look();
  }

  #look(): void {
    const ready = this.#waiting.filter(({ holds }) => holds());
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter((each) => !ready.includes(each));
    for (const { resolve } of ready) resolve();
  }

  /** Settles when there is room below a bound. */
  fewerThan(max: number): Promise<void> {
    return this.#when(() => this.#numbers.size < max);
  }

  /** Settles when everything that was added until now is settled, whatever comes meanwhile. */
  none(): Promise<void> {
    const until = this.#last;
    return this.#when(() => {
      // Sets keep their order: the first is the oldest.
      const [oldest = Infinity] = this.#numbers;
      return oldest > until;
    });
  }

  #when(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ holds, resolve }));
  }
}
