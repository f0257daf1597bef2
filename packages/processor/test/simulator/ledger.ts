/** What the processor promised, what came of it, and every promise that is broken. */
import type { Alert } from '#processor/model/alert.ts';
import { type Batch, itemsIn, SECRET } from './workload.ts';

/** Where items are to arrive, each by its own way. */
export const PLACES = ['backend', 'files'] as const;
/** One of {@link PLACES}. */
export type Place = (typeof PLACES)[number];

/** What an alert says, as text: equal for equal alerts. */
export type Telling = string;

/** See the head of this file. Lives as long as the disk. */
export class Ledger {
  readonly acknowledged = new Set<string>();
  /** What arrived, or is kept as a dead letter, by place. */
  readonly arrived: Readonly<Record<Place, Set<string>>> = {
    backend: new Set(),
    files: new Set(),
  };
  /** What was told of each alert, or kept as a dead letter, by its id. */
  readonly tellings = new Map<string, Telling>();
  readonly #sent = new Map<string, number>();
  readonly #acceptedInLife = new Map<string, number>();
  readonly #violations: string[] = [];

  /** The first promise that was broken. */
  get violation(): string | undefined {
    return this.#violations[0];
  }

  /** Takes note of a broken promise. */
  broken(promise: string): void {
    this.#violations.push(promise);
  }

  /** An application is about to send. */
  sending({ items }: Batch): void {
    for (const item of items) this.#sent.set(item, (this.#sent.get(item) ?? 0) + 1);
  }

  acknowledge({ items }: Batch): void {
    for (const item of items) this.acknowledged.add(item);
  }

  /** The machine starts again. */
  beginLife(): void {
    this.#acceptedInLife.clear();
  }

  /** Something is seen outside: nothing in it may be secret, or made up. */
  saw(place: Place, bytes: Uint8Array): readonly string[] {
    const items = itemsIn(bytes);
    this.lookFor(bytes, place);
    for (const item of items) {
      if (!this.#sent.has(item)) this.broken(`out of nothing at ${place}: ${item}`);
      this.arrived[place].add(item);
    }
    return items;
  }

  /** Nothing behind the door is secret. */
  lookFor(bytes: Uint8Array, where: string): void {
    if (Buffer.from(bytes).includes(SECRET)) this.broken(`a secret at ${where}`);
  }

  /** A place accepted these, and said so: in one life that is once for each time they came in. */
  accepted(items: readonly string[]): void {
    for (const item of items) {
      const times = (this.#acceptedInLife.get(item) ?? 0) + 1;
      this.#acceptedInLife.set(item, times);
      if (times > (this.#sent.get(item) ?? 0)) this.broken(`accepted again and again: ${item}`);
    }
  }

  /** An alert is told, or kept as a dead letter; the same one always says the same. */
  tell(alert: Alert): void {
    const telling = tellingOf(alert);
    const before = this.tellings.get(alert.id);
    if (before !== undefined && before !== telling) {
      this.broken(`an alert says something else: ${before} and then ${telling}`);
    }
    this.tellings.set(alert.id, telling);
  }

  /** An alert stands in the outbox so often. */
  countInOutbox(id: string, times: number): void {
    if (times > 1) this.broken(`an alert is ${times} times in the outbox: ${id}`);
  }

  /** All has come to rest: what was promised must be there, and nothing else. */
  settle(
    expected: ReadonlyMap<string, Telling>,
    { mayMissAlerts }: { readonly mayMissAlerts: boolean },
  ): void {
    for (const place of PLACES) {
      for (const item of this.acknowledged) {
        if (!this.arrived[place].has(item))
          this.broken(`acknowledged and not in ${place}: ${item}`);
      }
    }
    for (const [id, telling] of expected) {
      if (!mayMissAlerts && !this.tellings.has(id)) this.broken(`an alert is not told: ${telling}`);
    }
    for (const [id, telling] of this.tellings) {
      const wanted = expected.get(id);
      if (wanted === undefined) this.broken(`an alert out of nothing: ${telling}`);
      else if (wanted !== telling) this.broken(`windows differ: ${telling}, expected ${wanted}`);
    }
  }
}

function tellingOf({
  rule,
  entity,
  count,
  distinctCount,
  firstMs,
  lastMs,
  evidence,
}: Alert): Telling {
  return JSON.stringify([rule.name, entity, count, distinctCount, firstMs, lastMs, evidence]);
}
