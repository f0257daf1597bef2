/**
 * Finds the rules that a row may match: those whose clue one of its texts or numbers has, and those that
 * have none. It may find too many and never too few.
 */
import type { Clue, Requirement } from '../matching/row-test.ts';
import type { RowCursor } from '../rows/row-cursor.ts';
import { chooseRequirements } from './choose-requirements.ts';
import { LiteralAutomaton } from './literal-automaton.ts';
import { type FoundInText, RememberedTexts } from './remembered-texts.ts';
import { RulesByColumn } from './rules-by-column.ts';

/** Numbers of texts whose rules are kept while a batch is looked at. */
const TEXTS_MAX = 65_536;
/** Shared by all texts that have nothing. */
const NOTHING_FOUND: FoundInText = [];

/** See the head of this file. Rules are known by their place among `rules`. */
export class RuleFinder {
  readonly #always: readonly number[];
  readonly #wholes = new Map<string, RulesByColumn>();
  readonly #parts: readonly RulesByColumn[];
  readonly #automaton: LiteralAutomaton;
  readonly #numbers = new Map<number, Map<number, number[]>>();
  /** Text columns that a clue is looked for in; all where one is looked for anywhere. */
  readonly #columns: ReadonlySet<number | 'any'>;
  /** Rules that need no more than a text, or a number, in a column. */
  readonly #ifText: number[][] = [];
  readonly #ifNumber = new Map<number, number[]>();
  /** Columns to look in for this batch. */
  #batchColumns: readonly number[] = [];
  readonly #remembered = new RememberedTexts();
  /** By number of a text of this batch. */
  #ofText: (FoundInText | undefined)[] = [];
  #batch: object | undefined;
  /** By rule: the last search that found it. */
  readonly #foundBy: Float64Array;
  #search = 0;
  readonly #hits: number[] = [];

  constructor(rules: readonly (readonly Requirement[])[]) {
    const chosen = chooseRequirements(rules);
    this.#always = [...chosen.keys()].filter((rule) => chosen[rule] === undefined);
    this.#foundBy = new Float64Array(rules.length);
    const parts = new Map<string, RulesByColumn>();
    const columns = new Set<number | 'any'>();
    for (const [rule, clues = []] of chosen.entries()) {
      for (const clue of clues) {
        if (clue.kind === 'number') this.#addNumber(clue, rule);
        else if (clue.kind === 'present') this.#addPresent(clue, rule);
        else {
          const { kind, text } = clue.literal;
          addTo(kind === 'whole' ? this.#wholes : parts, text).add(clue.column, rule);
        }
        if (clue.kind === 'text' || (clue.kind === 'present' && clue.of === 'text')) {
          columns.add(clue.column);
        }
      }
    }
    this.#columns = columns;
    this.#parts = [...parts.values()];
    this.#automaton = new LiteralAutomaton([...parts.keys()]);
  }

  /** Rules that are tried on every row. */
  get alwaysCount(): number {
    return this.#always.length;
  }

  /** Puts the rules that the cursor's row may match into `found`, in their order. */
  find(cursor: RowCursor, found: number[]): void {
    if (cursor.batch !== this.#batch) this.#begin(cursor);
    this.#search += 1;
    found.length = 0;
    for (const rule of this.#always) found.push(rule);
    for (const column of this.#batchColumns) this.#findIn(cursor, column, found);
    for (const [column, rulesOf] of this.#numbers) {
      this.#take(rulesOf.get(cursor.numberAt(column)) ?? [], found);
    }
    for (const [column, rules] of this.#ifNumber) {
      if (!Number.isNaN(cursor.numberAt(column))) this.#take(rules, found);
    }
    if (found.length > this.#always.length) sort(found);
  }

  #begin(cursor: RowCursor): void {
    this.#batch = cursor.batch;
    this.#ofText = [];
    const isLookedIn = (column: number): boolean =>
      this.#columns.has('any') || this.#columns.has(column);
    this.#batchColumns = cursor.textColumns.filter(isLookedIn);
  }

  #findIn(cursor: RowCursor, column: number, found: number[]): void {
    const id = cursor.textAt(column);
    if (id === 0) return;
    const present = this.#ifText[column];
    if (present !== undefined) this.#take(present, found);
    for (const rules of this.#foundIn(cursor, id)) {
      this.#take(rules.inColumn(column), found);
      this.#take(rules.anywhere, found);
    }
  }

  #take(rules: readonly number[], found: number[]): void {
    for (const rule of rules) {
      if (this.#foundBy[rule] === this.#search) continue;
      this.#foundBy[rule] = this.#search;
      found.push(rule);
    }
  }

  /** What the text, or one of its parts, has in it. */
  #foundIn(cursor: RowCursor, id: number): FoundInText {
    const known = this.#ofText[id];
    if (known !== undefined) return known;
    const parts = cursor.texts.partsOf(id);
    const found =
      parts === undefined
        ? this.#searched(cursor, id)
        : parts.flatMap((part) => this.#searched(cursor, part));
    if (id < TEXTS_MAX) this.#ofText[id] = found;
    return found;
  }

  #searched(cursor: RowCursor, id: number): FoundInText {
    const text = cursor.texts.textOf(id);
    const known = this.#remembered.get(text);
    if (known !== undefined) return known;
    const folded = cursor.foldedOf(id);
    this.#hits.length = 0;
    this.#automaton.search(folded, this.#hits);
    const whole = this.#wholes.get(folded);
    const found = whole === undefined ? [] : [whole];
    for (const hit of this.#hits) {
      const part = this.#parts[hit];
      if (part !== undefined) found.push(part);
    }
    const kept = found.length === 0 ? NOTHING_FOUND : found;
    this.#remembered.keep(text, kept);
    return kept;
  }

  #addPresent({ of, column }: Extract<Clue, { kind: 'present' }>, rule: number): void {
    const rules = (of === 'text' ? this.#ifText[column] : this.#ifNumber.get(column)) ?? [];
    rules.push(rule);
    if (of === 'text') this.#ifText[column] = rules;
    else this.#ifNumber.set(column, rules);
  }

  #addNumber({ column, value }: Extract<Clue, { kind: 'number' }>, rule: number): void {
    const rulesOf = this.#numbers.get(column) ?? new Map<number, number[]>();
    const rules = rulesOf.get(value) ?? [];
    rules.push(rule);
    rulesOf.set(value, rules);
    this.#numbers.set(column, rulesOf);
  }
}

/** There are few, and many in order already: that is faster than what takes a function to compare. */
function sort(rules: number[]): void {
  for (let at = 1; at < rules.length; at += 1) {
    const rule = rules[at] ?? 0;
    let to = at;
    for (
      let before = rules[to - 1];
      before !== undefined && before > rule;
      before = rules[to - 1]
    ) {
      rules[to] = before;
      to -= 1;
    }
    rules[to] = rule;
  }
}

function addTo(into: Map<string, RulesByColumn>, text: string): RulesByColumn {
  const known = into.get(text) ?? new RulesByColumn();
  into.set(text, known);
  return known;
}
