/** Decisions about a row, and what a row must have for them. */
import type { RowCursor } from '../rows/row-cursor.ts';
import type { Literal } from './text-test.ts';

/** Decides the row a cursor stands at. */
export type RowMatcher = (cursor: RowCursor) => boolean;

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
  readonly matches: RowMatcher;
  /** All of them must be met; none means that any row may match. */
  readonly requires: readonly Requirement[];
}

const REQUIREMENTS_MAX = 32;
const CLUES_MAX = 4_096;

/** Holds where all do. */
export function every(of: readonly RowTest[]): RowTest {
  const [only] = of;
  if (of.length === 1 && only !== undefined) return only;
  const matchers = of.map(({ matches }) => matches);
  return {
    matches: (cursor) => {
      for (const matches of matchers) if (!matches(cursor)) return false;
      return true;
    },
    requires: of.flatMap(({ requires }) => requires).slice(0, REQUIREMENTS_MAX),
  };
}

/** Holds where one does. */
export function some(of: readonly RowTest[]): RowTest {
  const [only] = of;
  if (of.length === 1 && only !== undefined) return only;
  const matchers = of.map(({ matches }) => matches);
  const best = of.map(({ requires }) => longestOf(requires));
  const together = best.flatMap((each) => each ?? []);
  const isBounded = best.every((each) => each !== undefined) && together.length <= CLUES_MAX;
  return {
    matches: (cursor) => {
      for (const matches of matchers) if (matches(cursor)) return true;
      return false;
    },
    requires: isBounded ? [together] : [],
  };
}

/** Holds where it does not. */
export function not({ matches }: RowTest): RowTest {
  return { matches: (cursor) => !matches(cursor), requires: [] };
}

/** How few rows may be hoped to have a clue: the more the fewer. */
export function rarityOf(clue: Clue): number {
  if (clue.kind === 'present') return 0;
  if (clue.kind === 'number') return 6;
  const { kind, text } = clue.literal;
  return kind === 'whole' ? 8 + Math.min(8, text.length) : Math.min(16, text.length);
}

function longestOf(requires: readonly Requirement[]): Requirement | undefined {
  const rarity = (clues: Requirement): number => Math.min(...clues.map(rarityOf));
  let [best] = requires;
  for (const each of requires) if (best !== undefined && rarity(each) > rarity(best)) best = each;
  return best;
}
