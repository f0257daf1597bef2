/** The rules that look for one literal, by the column they look in. */

/** See the head of this file. */
export class RulesByColumn {
  readonly #rules = new Map<number | 'any', number[]>();

  add(column: number | 'any', rule: number): void {
    const rules = this.#rules.get(column) ?? [];
    rules.push(rule);
    this.#rules.set(column, rules);
  }

  /** Those that look in one column, and those that look anywhere. */
  inColumn(column: number): readonly number[] {
    const here = this.#rules.get(column) ?? [];
    const anywhere = this.#rules.get('any');
    return anywhere === undefined ? here : [...here, ...anywhere];
  }
}
