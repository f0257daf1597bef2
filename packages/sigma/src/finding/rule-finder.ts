/**
 * Finds the rows of a stretch that a rule may match: those of which a text or number has its clue, and all of
 * them where it has none. It may find too many and never too few.
 */
import type { Clue, Requirement } from '../matching/row-test.ts';
import type { RowCursor } from '../rows/row-cursor.ts';
import { RowSet } from '../rows/row-set.ts';
import { chooseRequirements } from './choose-requirements.ts';
import { ClueRows } from './clue-rows.ts';
import { CluesByColumn } from './clues-by-column.ts';
import { LiteralAutomaton } from './literal-automaton.ts';
import { type FoundInText, RememberedTexts } from './remembered-texts.ts';

/** Numbers of texts whose clues are kept while a batch is looked at. */
const TEXTS_MAX = 65_536;
/** Shared by all texts that have nothing. */
const NOTHING_FOUND: FoundInText = [];

/** See the head of this file. Rules are known by their place among `rules`. */
export class RuleFinder {
  readonly #always: readonly number[];
  /** By clue: the rules that are found by it. */
  readonly #rulesOf: number[][] = [];
  readonly #wholes = new Map<string, CluesByColumn>();
  readonly #parts: readonly CluesByColumn[];
  readonly #automaton: LiteralAutomaton;
  /** By column, then number: the clue. */
  readonly #numbers = new Map<number, Map<number, number>>();
  /** Text columns that a clue is looked for in; all where one is looked for anywhere. */
  readonly #columns: ReadonlySet<number | 'any'>;
  /** Clues that are met by any text, or number, in a column. */
  readonly #ifText: (number | undefined)[] = [];
  readonly #ifNumber = new Map<number, number>();
  /** Columns to look in for this batch. */
  #batchColumns: readonly number[] = [];
  readonly #remembered = new RememberedTexts();
  /** By number of a text of this batch. */
  #ofText: (FoundInText | undefined)[] = [];
  #batch: object | undefined;
  readonly #clueRows = new ClueRows();
  readonly #rows: (RowSet | undefined)[] = [];
  /** By rule: the last stretch that it was found in. */
  readonly #foundIn: number[] = [];
  #stretch = 0;
  readonly #hits: number[] = [];

  constructor(rules: readonly (readonly Requirement[])[]) {
    const chosen = chooseRequirements(rules);
    this.#always = [...chosen.keys()].filter((rule) => chosen[rule] === undefined);
    const parts = new Map<string, CluesByColumn>();
    const columns = new Set<number | 'any'>();
    for (const [rule, clues = []] of chosen.entries()) {
      for (const clue of clues) {
        const number = this.#numberOf(clue, parts);
        (this.#rulesOf[number] ??= []).push(rule);
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

  /** Puts the rules that some row of the cursor's stretch may match into `found`, in their order. */
  find(cursor: RowCursor, found: number[]): void {
    if (cursor.batch !== this.#batch) this.#begin(cursor);
    const { rows } = cursor;
    this.#clueRows.begin(rows);
    for (const column of this.#batchColumns) this.#findTexts(cursor, column);
    for (const [column, clueOf] of this.#numbers) this.#findNumbers(cursor, column, clueOf);
    for (const [column, clue] of this.#ifNumber) this.#findAnyNumber(cursor, column, clue);
    this.#stretch += 1;
    found.length = 0;
    for (const rule of this.#always) {
      found.push(rule);
      this.rowsOf(rule).fill(rows);
    }
    for (const clue of this.#clueRows.met) this.#takeRulesOf(clue, rows, found);
    found.sort((one, other) => one - other);
  }

  /** The rows that a rule which was found may match; whoever asked may take some out. */
  rowsOf(rule: number): RowSet {
    return (this.#rows[rule] ??= new RowSet());
  }

  #takeRulesOf(clue: number, rows: number, found: number[]): void {
    for (const rule of this.#rulesOf[clue] ?? []) {
      const rowsOfRule = this.rowsOf(rule);
      if (this.#foundIn[rule] !== this.#stretch) {
        this.#foundIn[rule] = this.#stretch;
        found.push(rule);
        rowsOfRule.clear(rows);
      }
      rowsOfRule.addAll(this.#clueRows.of(clue));
    }
  }

  #begin(cursor: RowCursor): void {
    this.#batch = cursor.batch;
    this.#ofText = [];
    const isLookedIn = (column: number): boolean =>
      this.#columns.has('any') || this.#columns.has(column);
    this.#batchColumns = cursor.textColumns.filter(isLookedIn);
  }

  #findTexts(cursor: RowCursor, column: number): void {
    const [clues, { first, rows }] = [this.#clueRows, cursor];
    const present = this.#ifText[column];
    for (let row = 0; row < rows; row += 1) {
      cursor.row = first + row;
      const id = cursor.textAt(column);
      if (id === 0) continue;
      if (present !== undefined) clues.add(present, row);
      for (const found of this.#foundInText(cursor, id)) {
        const clue = found.inColumn(column);
        if (clue !== undefined) clues.add(clue, row);
        if (found.anywhere !== undefined) clues.add(found.anywhere, row);
      }
    }
  }

  #findNumbers(cursor: RowCursor, column: number, clueOf: ReadonlyMap<number, number>): void {
    const { first, rows } = cursor;
    for (let row = 0; row < rows; row += 1) {
      cursor.row = first + row;
      const clue = clueOf.get(cursor.numberAt(column));
      if (clue !== undefined) this.#clueRows.add(clue, row);
    }
  }

  #findAnyNumber(cursor: RowCursor, column: number, clue: number): void {
    const { first, rows } = cursor;
    for (let row = 0; row < rows; row += 1) {
      cursor.row = first + row;
      if (!Number.isNaN(cursor.numberAt(column))) this.#clueRows.add(clue, row);
    }
  }

  /** What the text, or one of its parts, has in it. */
  #foundInText(cursor: RowCursor, id: number): FoundInText {
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

  /** The number of a clue: equal ones have the same. */
  #numberOf(clue: Clue, parts: Map<string, CluesByColumn>): number {
    const next = this.#rulesOf.length;
    if (clue.kind === 'text') {
      const { kind, text } = clue.literal;
      return cluesOf(kind === 'whole' ? this.#wholes : parts, text).add(clue.column, next);
    }
    const { column } = clue;
    if (clue.kind === 'number') {
      const clueOf = this.#numbers.get(column) ?? new Map<number, number>();
      this.#numbers.set(column, clueOf);
      return numbered(clueOf, clue.value, next);
    }
    return clue.of === 'text'
      ? (this.#ifText[column] ??= next)
      : numbered(this.#ifNumber, column, next);
  }
}

function numbered(clues: Map<number, number>, key: number, next: number): number {
  const clue = clues.get(key) ?? next;
  clues.set(key, clue);
  return clue;
}

function cluesOf(into: Map<string, CluesByColumn>, text: string): CluesByColumn {
  const known = into.get(text) ?? new CluesByColumn();
  into.set(text, known);
  return known;
}
