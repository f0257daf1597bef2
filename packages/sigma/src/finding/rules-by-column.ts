/** The rules that look for one literal, by the column they look in. */

const NO_RULES: readonly number[] = [];

/** See the head of this file. */
export class RulesByColumn {
  readonly #rules: (number[] | undefined)[] = [];
  /** Those that look for it in every column. */
  readonly anywhere: number[] = [];

  add(column: number | 'any', rule: number): void {
    if (column === 'any') this.anywhere.push(rule);
    else (this.#rules[column] ??= []).push(rule);
  }

  /** Those that look for it in that column only. */
  inColumn(column: number): readonly number[] {
    return this.#rules[column] ?? NO_RULES;
  }
}
