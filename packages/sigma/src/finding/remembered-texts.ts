/** The rules that texts call up, remembered from batch to batch: most texts come again. */
import type { RulesByColumn } from './rules-by-column.ts';

/** Longer texts seldom come again. */
const CHARACTERS_MAX = 256;
/** Twice as many are remembered at most. */
const TEXTS_MAX = 4_096;

/** The rules one text calls up. */
export class RulesOfText {
  readonly #sources: readonly RulesByColumn[];
  /** By column, once it was asked for. */
  readonly #inColumn: (readonly number[] | undefined)[] = [];

  constructor(sources: readonly RulesByColumn[]) {
    this.#sources = sources;
  }

  inColumn(column: number): readonly number[] {
    const known = this.#inColumn[column];
    if (known !== undefined) return known;
    const rules = [...new Set(this.#sources.flatMap((source) => source.inColumn(column)))];
    this.#inColumn[column] = rules;
    return rules;
  }

  /** Those of two texts. */
  with(other: RulesOfText): RulesOfText {
    if (other === NOTHING_FOUND) return this;
    if (this === NOTHING_FOUND) return other;
    return new RulesOfText([...this.#sources, ...other.#sources]);
  }
}

/** Most texts call up nothing. */
export const NOTHING_FOUND: RulesOfText = new RulesOfText([]);

/** Two generations of texts. */
export class RememberedTexts {
  #young = new Map<string, RulesOfText>();
  #old = new Map<string, RulesOfText>();

  get(text: string): RulesOfText | undefined {
    const known = this.#young.get(text);
    if (known !== undefined) return known;
    const older = this.#old.get(text);
    if (older !== undefined) this.#remember(text, older);
    return older;
  }

  keep(text: string, sources: readonly RulesByColumn[]): RulesOfText {
    const rules = sources.length === 0 ? NOTHING_FOUND : new RulesOfText(sources);
    if (text.length <= CHARACTERS_MAX) this.#remember(text, rules);
    return rules;
  }

  #remember(text: string, rules: RulesOfText): void {
    if (this.#young.size >= TEXTS_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, rules);
  }
}
