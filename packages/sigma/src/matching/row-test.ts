/** Decisions about rows, and what a row must have for them. */
import type { RowCursor } from '../rows/row-cursor.ts';
import { RowSet } from '../rows/row-set.ts';
import { DecidedRows, type RowMatcher } from './decided-rows.ts';
import type { Literal } from './text-test.ts';

/** Something by which rows that may match are found. */
export type Clue =
  | { readonly kind: 'text'; readonly column: number | 'any'; readonly literal: Literal }
  | { readonly kind: 'number'; readonly column: number; readonly value: number }
  /** A text or number, whatever it is. */
  | { readonly kind: 'present'; readonly of: 'text' | 'number'; readonly column: number };

/** A row that matches has at least one of the clues. */
export type Requirement = readonly Clue[];

/** A part of a rule, compiled. */
export interface RowTest {
  /** Takes out of rows of the cursor's stretch those that do not match; leaves the cursor anywhere. */
  readonly keep: (cursor: RowCursor, rows: RowSet) => void;
  /** All of them must be met; none means that any row may match. */
  readonly requires: readonly Requirement[];
  /** About what a row costs, in looks at a column. */
  readonly cost: number;
  /** What must all hold, where that is how it is made. */
  readonly parts?: readonly RowTest[];
}

const REQUIREMENTS_MAX = 32;
const CLUES_MAX = 4_096;

/** Matches nothing. */
export const NO_ROW: RowTest = decided(() => false, { requires: [], cost: 0 });

/** What is decided row by row, once for each. */
export function decided(
  matches: RowMatcher,
  { requires, cost }: Pick<RowTest, 'requires' | 'cost'>,
): RowTest {
  const rows = new DecidedRows(matches);
  return { keep: (cursor, wanted) => rows.keep(cursor, wanted), requires, cost };
}

/** Decides the one row a cursor stands at, in its stretch. */
export function matcherOf({ keep }: RowTest): RowMatcher {
  const one = new RowSet();
  return (cursor) => {
    const { row, first, rows } = cursor;
    one.clear(rows);
    one.add(row - first);
    keep(cursor, one);
    cursor.row = row;
    return !one.isEmpty;
  };
}

/** Holds where all do. What costs less is asked first: the rest has fewer rows to look at. */
export function every(of: readonly RowTest[]): RowTest {
  const [only] = of;
  if (of.length === 1 && only !== undefined) return only;
  const parts = of.flatMap((each) => each.parts ?? [each]);
  const ordered = parts.toSorted((one, other) => one.cost - other.cost);
  return {
    keep: (cursor, rows) => {
      for (const { keep } of ordered) {
        keep(cursor, rows);
        if (rows.isEmpty) return;
      }
    },
    requires: of.flatMap(({ requires }) => requires).slice(0, REQUIREMENTS_MAX),
    cost: costOf(parts),
    parts,
  };
}

/** Holds where one does. */
export function some(of: readonly RowTest[]): RowTest {
  const [only] = of;
  if (of.length === 1 && only !== undefined) return only;
  const ordered = of.toSorted((one, other) => one.cost - other.cost);
  const best = of.map(({ requires }) => longestOf(requires));
  const together = best.flatMap((each) => each ?? []);
  const isBounded = best.every((each) => each !== undefined) && together.length <= CLUES_MAX;
  const [open, part, matching] = [new RowSet(), new RowSet(), new RowSet()];
  return {
    keep: (cursor, rows) => {
      open.copy(rows);
      matching.clear(cursor.rows);
      for (const { keep } of ordered) {
        part.copy(open);
        keep(cursor, part);
        matching.addAll(part);
        open.remove(part);
        if (open.isEmpty) break;
      }
      rows.keep(matching);
    },
    requires: isBounded ? [together] : [],
    cost: costOf(of),
  };
}

/** Holds where it does not. */
export function not({ keep, cost }: RowTest): RowTest {
  const matching = new RowSet();
  return {
    keep: (cursor, rows) => {
      matching.copy(rows);
      keep(cursor, matching);
      rows.remove(matching);
    },
    requires: [],
    cost,
  };
}

/** How few rows may be hoped to have a clue: the more the fewer. */
export function rarityOf(clue: Clue): number {
  if (clue.kind === 'present') return 0;
  if (clue.kind === 'number') return 6;
  const { kind, text } = clue.literal;
  return kind === 'whole' ? 8 + Math.min(8, text.length) : Math.min(16, text.length);
}

function costOf(tests: readonly RowTest[]): number {
  return tests.reduce((sum, { cost }) => sum + cost, 0);
}

function longestOf(requires: readonly Requirement[]): Requirement | undefined {
  const rarity = (clues: Requirement): number => Math.min(...clues.map(rarityOf));
  let [best] = requires;
  for (const each of requires) if (best !== undefined && rarity(each) > rarity(best)) best = each;
  return best;
}
