/** The condition language of detection rules: and, or, not, 1 of, all of, them, wildcards. */
import type { Position, Problems } from '../errors.ts';
import { shown } from '../errors.ts';
import type { Condition } from '../rule.ts';

/** Bounds of one condition. */
export const CONDITION_LIMITS = { charactersMax: 8_192, depthMax: 32, searchesMax: 2_000 } as const;

interface ConditionSource {
  readonly text: string;
  readonly at: Position;
  /** Search identifiers of the rule. */
  readonly names: readonly string[];
}

const TOKEN = /\s*(\(|\)|[^\s()]+)/y;

/** Undefined when it does not parse; the reason is among the problems. */
export function parseCondition(source: ConditionSource, problems: Problems): Condition | undefined {
  const { text, at } = source;
  if (text.length > CONDITION_LIMITS.charactersMax) {
    const max = CONDITION_LIMITS.charactersMax;
    problems.add('SIGMA_LIMIT', at, `condition has ${text.length} characters, at most ${max}`);
    return undefined;
  }
  if (text.includes('|')) {
    const sentence = 'condition holds "|": aggregations were replaced by correlation rules';
    problems.add('SIGMA_NOT_SUPPORTED', at, sentence);
    return undefined;
  }
  const parser = new ConditionParser(tokensOf(text), source.names);
  const parsed = parser.parse();
  if (parsed !== undefined) return parsed;
  problems.add('SIGMA_CONDITION_INVALID', at, `condition ${shown(text)}: ${parser.failure}`);
  return undefined;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    if (match[1] !== undefined) tokens.push(match[1]);
  }
  return tokens;
}

const WORDS = new Set(['and', 'or', 'not', 'of']);

class ConditionParser {
  failure = '';
  #next = 0;
  #depth = 0;
  #searches = 0;
  readonly #tokens: readonly string[];
  readonly #names: readonly string[];

  constructor(tokens: readonly string[], names: readonly string[]) {
    this.#tokens = tokens;
    this.#names = names;
  }

  parse(): Condition | undefined {
    const parsed = this.#chain('or');
    if (parsed === undefined) return undefined;
    const rest = this.#tokens[this.#next];
    return rest === undefined ? parsed : this.#fail(`found ${shown(rest)}, expected and, or, end`);
  }

  #chain(word: 'or' | 'and'): Condition | undefined {
    const of: Condition[] = [];
    do {
      const part = word === 'or' ? this.#chain('and') : this.#negation();
      if (part === undefined) return undefined;
      of.push(part);
    } while (this.#take(word));
    return of.length === 1 ? of[0] : { kind: word, of };
  }

  #negation(): Condition | undefined {
    let negated = false;
    while (this.#take('not')) negated = !negated;
    const part = this.#primary();
    return part !== undefined && negated ? { kind: 'not', of: part } : part;
  }

  #primary(): Condition | undefined {
    const token = this.#tokens[this.#next];
    if (token === undefined) return this.#fail('ends early, expected a search identifier');
    this.#next += 1;
    if (token === '(') return this.#parenthesis();
    if (token === ')' || WORDS.has(token.toLowerCase())) {
      return this.#fail(`found ${shown(token)}, expected a search identifier`);
    }
    if (this.#take('of')) return this.#selector(token.toLowerCase());
    if (!this.#names.includes(token)) {
      const known = this.#names.join(', ');
      return this.#fail(`${shown(token)} is no search identifier of this rule, known: ${known}`);
    }
    return this.#search([token], 'or');
  }

  #parenthesis(): Condition | undefined {
    this.#depth += 1;
    if (this.#depth > CONDITION_LIMITS.depthMax) {
      return this.#fail(`parentheses deeper than ${CONDITION_LIMITS.depthMax}`);
    }
    const inner = this.#chain('or');
    if (inner === undefined) return undefined;
    this.#depth -= 1;
    return this.#take(')') ? inner : this.#fail('a parenthesis is not closed');
  }

  #selector(quantity: string): Condition | undefined {
    if (quantity !== '1' && quantity !== 'any' && quantity !== 'all') {
      return this.#fail(`found ${shown(quantity)} before "of", expected 1, any or all`);
    }
    const pattern = this.#tokens[this.#next];
    if (pattern === undefined) return this.#fail('ends after "of", expected them or a pattern');
    this.#next += 1;
    const names = this.#names.filter((name) => selects(pattern, name));
    if (names.length === 0) return this.#fail(`${shown(pattern)} selects no search identifier`);
    return this.#search(names, quantity === 'all' ? 'and' : 'or');
  }

  #search(names: readonly string[], kind: 'and' | 'or'): Condition | undefined {
    this.#searches += names.length;
    if (this.#searches > CONDITION_LIMITS.searchesMax) {
      return this.#fail(`more than ${CONDITION_LIMITS.searchesMax} searches`);
    }
    const of = names.map((name) => ({ kind: 'search', name }) as const);
    return of.length === 1 ? of[0] : { kind, of };
  }

  #take(word: string): boolean {
    if (this.#tokens[this.#next]?.toLowerCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  #fail(reason: string): undefined {
    this.failure = reason;
    return undefined;
  }
}

/** Identifiers that begin with an underscore are meant only where the pattern does too. */
function selects(pattern: string, name: string): boolean {
  if (name.startsWith('_') && !pattern.startsWith('_')) return false;
  if (pattern.toLowerCase() === 'them') return true;
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return name === pattern;
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return name.length - last.length >= from && name.endsWith(last);
}
