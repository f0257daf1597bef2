/** One row of facts at a time as the event that rules are asked about: moved, not made anew. */
import type { CorrelationEvent } from '@spanguard/sigma';
import type { FactBatch, FactEvidence } from '../model/facts/fact-batch.ts';
import { factAt, factsOfRow } from '../model/facts/fact-row.ts';
import { FACT_SLOTS } from '../model/facts/fact-slots.ts';
import { TEXT_KIND } from '../model/facts/fact-texts.ts';

const LIST_SEPARATOR = ', ';
/** Entities whose first spelling is remembered. */
const SPELLINGS_MAX = 65_536;

/** A cursor over a batch. */
export class RowEvent implements CorrelationEvent {
  readonly #facts: FactBatch;
  #row = 0;
  /**
   * By fingerprint, the text an entity was first seen with: it is grouped by that, however it is spelled.
   */
  readonly #spellings = new Map<string, string>();

  constructor(facts: FactBatch) {
    this.#facts = facts;
  }

  moveTo(row: number): this {
    this.#row = row;
    return this;
  }

  get timeMs(): number {
    return this.#facts.timeMs[this.#row] ?? 0;
  }

  get id(): string {
    return this.#facts.idOf(this.#row);
  }

  get source(): string {
    return this.#facts.texts.textOf(this.#facts.sourceOf(this.#row));
  }

  get ref(): FactEvidence {
    return this.#facts.refOf(this.#row);
  }

  get weight(): number {
    return this.#facts.weight[this.#row] ?? 1;
  }

  get(field: string): string | number | boolean | undefined {
    const slot = FACT_SLOTS.get(field);
    if (slot === undefined) return undefined;
    if (slot.kind === 'text') {
      const id = this.#facts.textColumns[slot.column]?.[this.#row] ?? 0;
      if (this.#facts.texts.kind[id] === TEXT_KIND.entity && id > 0) return this.#spelling(id);
    }
    const value = factAt(this.#facts, this.#row, slot);
    return typeof value === 'object' ? value.join(LIST_SEPARATOR) : value;
  }

  *values(): Iterable<string | number | boolean> {
    for (const value of Object.values(factsOfRow(this.#facts, this.#row))) {
      yield typeof value === 'object' ? value.join(LIST_SEPARATOR) : value;
    }
  }

  #spelling(id: number): string {
    const { texts } = this.#facts;
    const key = texts.keyOf(id);
    const known = this.#spellings.get(key);
    if (known !== undefined) return known;
    if (this.#spellings.size >= SPELLINGS_MAX) this.#spellings.clear();
    const text = texts.textOf(id);
    this.#spellings.set(key, text);
    return text;
  }
}
