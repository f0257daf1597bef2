/** One Aho-Corasick automaton over the literals of all rules: which rules to ask at all. */

/** Letters fold to lower case, all white space to a blank, everything unknown to class 0. */
function classTable(literals: readonly string[]): { table: Uint8Array; size: number } {
  const table = new Uint8Array(256);
  let size = 1;
  for (const literal of literals) {
    for (let i = 0; i < literal.length; i++) {
      const code = literal.charCodeAt(i);
      if (code > 255) throw new RangeError(`literal outside Latin-1: ${literal}`);
      if (table[code] === 0) table[code] = size++;
    }
  }
  for (let code = 65; code <= 90; code++) table[code] = table[code + 32] ?? 0;
  for (const blank of [9, 10, 11, 12, 13, 0xa0, 0]) table[blank] = table[32] ?? 0;
  return { table, size };
}

export class Prefilter {
  readonly #table: Uint8Array;
  readonly #size: number;
  readonly #next: Uint16Array;
  /** For each state the literals ending there, as indices; most states have none. */
  readonly #ends: readonly (readonly number[])[];
  /** 1 where the state ends a literal: the hot loop reads only this. */
  readonly #ending: Uint8Array;
  readonly #owners: readonly (readonly number[])[];
  readonly #count: number;

  /** @param groups for each owner (a rule's index) its literals, lower case. */
  constructor(groups: readonly (readonly string[])[]) {
    const owners = new Map<string, number[]>();
    for (const [owner, literals] of groups.entries()) {
      for (const literal of literals) {
        const known = owners.get(literal);
        if (known === undefined) owners.set(literal, [owner]);
        else known.push(owner);
      }
    }
    const literals = [...owners.keys()];
    this.#owners = [...owners.values()];
    this.#count = groups.length;
    const { table, size } = classTable(literals);
    this.#table = table;
    this.#size = size;
    const states = 1 + literals.reduce((sum, literal) => sum + literal.length, 0);
    if (states > 0xffff) throw new RangeError(`${states} states, at most 65535`);
    const next = new Uint16Array(states * size);
    const ends: number[][] = Array.from({ length: states }, () => []);
    const used = this.#grow(literals, next, ends);
    link({ next, ends, size, used });
    this.#next = next.slice(0, used * size);
    this.#ends = ends.slice(0, used);
    this.#ending = Uint8Array.from(this.#ends, (list) => (list.length > 0 ? 1 : 0));
  }

  #grow(literals: readonly string[], next: Uint16Array, ends: number[][]): number {
    let used = 1;
    for (const [index, literal] of literals.entries()) {
      let state = 0;
      for (let i = 0; i < literal.length; i++) {
        const slot = state * this.#size + (this.#table[literal.charCodeAt(i)] ?? 0);
        if (next[slot] === 0) next[slot] = used++;
        state = next[slot] ?? 0;
      }
      ends[state]?.push(index);
    }
    return used;
  }

  /** Whether any literal occurs at all. */
  touches(text: string): boolean {
    const table = this.#table;
    const next = this.#next;
    const ending = this.#ending;
    const size = this.#size;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      // The tables are total over their index ranges: '?? 0' never applies and costs nothing.
      state = next[state * size + (code < 256 ? (table[code] ?? 0) : 0)] ?? 0;
      if (ending[state] === 1) return true;
    }
    return false;
  }

  /** One byte per owner, 1 where one of its literals occurs. */
  candidates(text: string): Uint8Array {
    const found = new Uint8Array(this.#count);
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      state = this.#next[state * this.#size + (code < 256 ? (this.#table[code] ?? 0) : 0)] ?? 0;
      if (this.#ending[state] !== 1) continue;
      for (const literal of this.#ends[state] ?? []) {
        for (const owner of this.#owners[literal] ?? []) found[owner] = 1;
      }
    }
    return found;
  }
}

/** Breadth-first failure links, folded into the transitions so that a scan never backs up. */
function link(automaton: {
  next: Uint16Array;
  ends: number[][];
  size: number;
  used: number;
}): void {
  const { next, ends, size, used } = automaton;
  const fail = new Uint16Array(used);
  const queue: number[] = [];
  for (let symbol = 0; symbol < size; symbol++) {
    const state = next[symbol] ?? 0;
    if (state !== 0) queue.push(state);
  }
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] ?? 0;
    const back = fail[state] ?? 0;
    for (const end of ends[back] ?? []) ends[state]?.push(end);
    for (let symbol = 0; symbol < size; symbol++) {
      const slot = state * size + symbol;
      const target = next[slot] ?? 0;
      const fallback = next[back * size + symbol] ?? 0;
      if (target === 0) next[slot] = fallback;
      else {
        fail[target] = fallback;
        queue.push(target);
      }
    }
  }
}
