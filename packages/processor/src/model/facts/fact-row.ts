/** One row of facts as values by the names of its fields: for people, tests and what is kept for later. */
import type { FactBatch } from './fact-batch.ts';
import { FLAG } from './fact-batch.ts';
import { FACT_SLOTS, type FactSlot } from './fact-slots.ts';

/** A value of a field; a list of texts where it has several. */
export type FactValue = string | number | boolean | readonly string[];

/** The value of a field in a row; undefined where it is absent. */
export function factAt(batch: FactBatch, row: number, slot: FactSlot): FactValue | undefined {
  const { kind, column } = slot;
  if (kind === 'number') {
    const value = batch.numberColumns[column]?.[row] ?? Number.NaN;
    return Number.isNaN(value) ? undefined : value;
  }
  if (kind === 'flag') {
    const flag = batch.flagColumns[column]?.[row] ?? FLAG.absent;
    return flag === FLAG.absent ? undefined : flag === FLAG.yes;
  }
  const id = batch.textColumns[column]?.[row] ?? 0;
  if (id === 0) return undefined;
  const parts = batch.texts.partsOf(id);
  return parts === undefined
    ? batch.texts.textOf(id)
    : parts.map((part) => batch.texts.textOf(part));
}

/** Every field that a row has. Null prototype. */
export function factsOfRow(batch: FactBatch, row: number): Readonly<Record<string, FactValue>> {
  const values = Object.create(null) as Record<string, FactValue>;
  for (const [name, slot] of FACT_SLOTS) {
    const value = factAt(batch, row, slot);
    if (value !== undefined) values[name] = value;
  }
  return values;
}
