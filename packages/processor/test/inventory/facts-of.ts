/** Facts as detection writes them, out of the fields of their rows: for tests that need many, or odd ones. */
import { createHash } from 'node:crypto';
import { FACT_SLOTS } from '../../src/model/facts/fact-slots.ts';
import { FACT_FIELDS } from '@spanguard/conventions';
import { FactBatch, FLAG } from '../../src/model/facts/fact-batch.ts';

/** Fields of a row by name; those that a request must have have defaults. */
export type FactFields = Readonly<Record<string, string | number | boolean | readonly string[]>>;

const FINGERPRINT_BYTES = 12;
const ENTITIES: ReadonlySet<string> = new Set(
  FACT_FIELDS.filter(({ kind }) => kind === 'entity').map(({ name }) => name),
);
/** When each row happened. */
export const FACTS_MS: number = Date.UTC(2026, 0, 1);

/** Rows in place of what a batch holds. */
export function fillFacts(facts: FactBatch, rows: readonly FactFields[]): FactBatch {
  facts.clear();
  const known = new Map<string, number>();
  /** Each distinct text once, as detection does. */
  const numberOf = (name: string, value: FactFields[string]): number => {
    const key = `${ENTITIES.has(name)} ${typeof value === 'object'} ${String(value)}`;
    const id = known.get(key) ?? textOf(facts, name, value);
    known.set(key, id);
    return id;
  };
  for (const fields of rows) {
    const row = facts.add();
    const defaults = { event: 'request', timestamp: FACTS_MS, weight: 1, 'service.name': 'shop' };
    for (const [name, value] of Object.entries<FactFields[string]>({ ...defaults, ...fields })) {
      const { kind, column } = FACT_SLOTS.get(name) ?? { kind: 'none', column: 0 };
      if (kind === 'number') facts.setNumber(column, row, Number(value));
      else if (kind === 'flag') facts.setFlag(column, row, value === true ? FLAG.yes : FLAG.no);
      else if (kind === 'text') facts.setText(column, row, numberOf(name, value));
      else throw new Error(`no field ${name}`);
    }
  }
  return facts;
}

/** The same in a batch of their own. */
export function factsOf(...rows: readonly FactFields[]): FactBatch {
  return fillFacts(new FactBatch(), rows);
}

function textOf({ texts }: FactBatch, name: string, value: FactFields[string]): number {
  if (typeof value === 'object') return texts.addList(value.map((part) => addText(texts, part)));
  if (!ENTITIES.has(name)) return addText(texts, String(value));
  const text = Buffer.from(String(value));
  const bytes = Buffer.concat([fingerprintOf(text), text]);
  return texts.addEntity(bytes, { start: FINGERPRINT_BYTES, end: bytes.length, fingerprintAt: 0 });
}

function addText(texts: FactBatch['texts'], value: string): number {
  const bytes = Buffer.from(value);
  return texts.add(bytes, 0, bytes.length);
}

/** Equal for equal texts, spread evenly. */
function fingerprintOf(text: Uint8Array): Uint8Array {
  return createHash('sha256').update(text).digest().subarray(0, FINGERPRINT_BYTES);
}
