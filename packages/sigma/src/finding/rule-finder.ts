/**
 * Finds the rules that a row may match: those whose clue one of its texts or numbers has, and those that
 * have none. It may find too many and never too few.
 */
import type { Clue, Requirement } from '../matching/row-test.ts';
import type { RowCursor } from '../rows/row-cursor.ts';
import { chooseRequirements } from './choose-requirements.ts';
import { LiteralAutomaton } from './literal-automaton.ts';
import { NOTHING_FOUND, RememberedTexts, type RulesOfText } from './remembered-texts.ts';
import { RulesByColumn } from './rules-by-column.ts';

/** Numbers of texts whose rules are kept while a batch is looked at. */
const TEXTS_MAX = 65_536;

/** See the head of this file. Rules are known by their place among `rules`. */
export class RuleFinder {
  readonly #always: readonly number[];
  readonly #wholes = new Map<string, RulesByColumn>();
  readonly #parts: readonly RulesByColumn[];
  readonly #automaton: LiteralAutomaton;
  readonly #numbers = new Map<number, Map<number, number[]>>();
  /** Text columns that a clue is looked for in; all where one is looked for anywhere. */
  readonly #columns: readonly number[];
  readonly #looksAnywhere: boolean;
  readonly #remembered = new RememberedTexts();
  /** By number of a text of this batch. */
  #ofText: (RulesOfText | undefined)[] = [];
  #batch: object | undefined;
  /** By rule: the last search that found it. */
  readonly #foundIn: Float64Array;
  #search = 0;
  readonly #hits: number[] = [];

  constructor(rules: readonly (readonly Requirement[])[]) {
    const chosen = chooseRequirements(rules);
    this.#always = [...chosen.keys()].filter((rule) => chosen[rule] === undefined);
    this.#foundIn = new Float64Array(rules.length);
    const parts = new Map<string, RulesByColumn>();
    const columns = new Set<number | 'any'>();
    for (const [rule, clues = []] of chosen.entries()) {
      for (const clue of clues) {
        if (clue.kind === 'number') this.#addNumber(clue, rule);
        else {
          const { kind, text } = clue.literal;
          addTo(kind === 'whole' ? this.#wholes : parts, text).add(clue.column, rule);
          columns.add(clue.column);
        }
      }
    }
    this.#looksAnywhere = columns.delete('any');
    this.#columns = [...columns].filter((column) => column !== 'any');
    this.#parts = [...parts.values()];
    this.#automaton = new LiteralAutomaton([...parts.keys()]);
  }

  /** Rules that are tried on every row. */
  get alwaysCount(): number {
    return this.#always.length;
  }

  /** Puts the rules that the cursor's row may match into `found`, in their order. */
  find(cursor: RowCursor, found: number[]): void {
    if (cursor.batch !== this.#batch) {
      this.#batch = cursor.batch;
      this.#ofText = [];
    }
    this.#search += 1;
    found.length = 0;
    for (const rule of this.#always) found.push(rule);
    if (this.#looksAnywhere) {
      for (let column = 0; column < cursor.textColumnCount; column += 1) {
        this.#findIn(cursor, column, found);
      }
    } else for (const column of this.#columns) this.#findIn(cursor, column, found);
    for (const [column, rulesOf] of this.#numbers) {
      this.#take(rulesOf.get(cursor.numberAt(column)) ?? [], found);
    }
    if (found.length > this.#always.length) found.sort(ascending);
  }

  #findIn(cursor: RowCursor, column: number, found: number[]): void {
    const id = cursor.textAt(column);
    if (id === 0) return;
    const rules = this.#rulesOf(cursor, id);
    if (rules !== NOTHING_FOUND) this.#take(rules.inColumn(column), found);
  }

  #take(rules: readonly number[], found: number[]): void {
    for (const rule of rules) {
      if (this.#foundIn[rule] === this.#search) continue;
      this.#foundIn[rule] = this.#search;
      found.push(rule);
    }
  }

  #rulesOf(cursor: RowCursor, id: number): RulesOfText {
    const known = this.#ofText[id];
    if (known !== undefined) return known;
    const parts = cursor.texts.partsOf(id);
    const rules =
      parts === undefined
        ? this.#searched(cursor, id)
        : parts
            .map((part) => this.#searched(cursor, part))
            .reduce((all, part) => all.with(part), NOTHING_FOUND);
    if (id < TEXTS_MAX) this.#ofText[id] = rules;
    return rules;
  }

  #searched(cursor: RowCursor, id: number): RulesOfText {
    const text = cursor.texts.textOf(id);
    const known = this.#remembered.get(text);
    if (known !== undefined) return known;
    const folded = cursor.foldedOf(id);
    this.#hits.length = 0;
    this.#automaton.search(folded, this.#hits);
    const whole = this.#wholes.get(folded);
    const sources = whole === undefined ? [] : [whole];
    for (const hit of this.#hits) {
      const part = this.#parts[hit];
      if (part !== undefined) sources.push(part);
    }
    return this.#remembered.keep(text, sources);
  }

  #addNumber({ column, value }: Extract<Clue, { kind: 'number' }>, rule: number): void {
    const rulesOf = this.#numbers.get(column) ?? new Map<number, number[]>();
    const rules = rulesOf.get(value) ?? [];
    rules.push(rule);
    rulesOf.set(value, rules);
    this.#numbers.set(column, rulesOf);
  }
}

function ascending(a: number, b: number): number {
  return a - b;
}

function addTo(into: Map<string, RulesByColumn>, text: string): RulesByColumn {
  const known = into.get(text) ?? new RulesByColumn();
  into.set(text, known);
  return known;
}
