/** What texts have in them that rules look for, remembered from batch to batch: most texts come again. */
import type { CluesByColumn } from './clues-by-column.ts';

/** Longer texts seldom come again. */
const CHARACTERS_MAX = 128;
/** Twice as many are remembered at most. */
const TEXTS_MAX = 4_096;

/** What one text has in it. */
export type FoundInText = readonly CluesByColumn[];

/** Two generations of texts. */
export class RememberedTexts {
  #young = new Map<string, FoundInText>();
  #old = new Map<string, FoundInText>();

  get(text: string): FoundInText | undefined {
    if (text.length > CHARACTERS_MAX) return undefined;
    const known = this.#young.get(text);
    if (known !== undefined) return known;
    const older = this.#old.get(text);
    if (older !== undefined) this.keep(text, older);
    return older;
  }

  keep(text: string, found: FoundInText): void {
    if (text.length > CHARACTERS_MAX) return;
    if (this.#young.size >= TEXTS_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, found);
  }
}
