/** Decides which rules each row of a stretch matches: the rules one by one, each on all its rows at once. */
import type { RowTest } from '../matching/row-test.ts';
import type { RowCursor } from '../rows/row-cursor.ts';
import { lowestBit, type RowSet } from '../rows/row-set.ts';
import { RuleFinder } from './rule-finder.ts';

const NO_RULES: readonly number[] = [];

/** See the head of this file. Rules are known by their place among `tests`. */
export class MatchingRules {
  readonly #tests: readonly RowTest[];
  readonly #finder: RuleFinder;
  readonly #found: number[] = [];
  /** By row of the stretch. */
  readonly #rulesOf: number[][] = [];

  constructor(tests: readonly RowTest[]) {
    this.#tests = tests;
    this.#finder = new RuleFinder(tests.map(({ requires }) => requires));
  }

  /** Decides the rows of the cursor's stretch; leaves the cursor at the first. Throws what a test throws. */
  decide(cursor: RowCursor): void {
    const { first, rows } = cursor;
    for (let row = 0; row < rows; row += 1) {
      const rules = this.#rulesOf[row];
      if (rules === undefined) this.#rulesOf[row] = [];
      else rules.length = 0;
    }
    this.#finder.find(cursor, this.#found);
    for (const rule of this.#found) {
      const matching = this.#finder.rowsOf(rule);
      this.#tests[rule]?.keep(cursor, matching);
      this.#note(rule, matching);
    }
    cursor.row = first;
  }

  /** The rules that a row matches, in their order. Valid until the next stretch. */
  of(row: number): readonly number[] {
    return this.#rulesOf[row] ?? NO_RULES;
  }

  #note(rule: number, { words, length }: RowSet): void {
    for (let at = 0; at < length; at += 1) {
      for (let left = words[at] ?? 0; left !== 0; left &= left - 1) {
        this.#rulesOf[at * 32 + lowestBit(left)]?.push(rule);
      }
    }
  }
}
