/** Texts that are made once and put into one batch after another. */
import type { FactTexts } from '../model/facts/fact-texts.ts';

const ENCODER = new TextEncoder();

/** A text that has passed the policy. */
export class KnownText {
  readonly #text: Uint8Array;
  #batch = -1;
  #id = 0;

  constructor(text: string) {
    this.#text = ENCODER.encode(text);
  }

  /** Its number in the texts of a batch. */
  idIn(texts: FactTexts, batch: number): number {
    if (this.#batch === batch) return this.#id;
    this.#id = texts.add(this.#text, 0, this.#text.length);
    this.#batch = batch;
    return this.#id;
  }
}

/** Several texts; one alone is no list. */
export class KnownList {
  readonly #parts: readonly KnownText[];
  #batch = -1;
  #id = 0;

  constructor(parts: readonly KnownText[]) {
    this.#parts = parts;
  }

  /** Its number in the texts of a batch; 0 for none. */
  idIn(texts: FactTexts, batch: number): number {
    if (this.#batch === batch) return this.#id;
    const ids = this.#parts.map((part) => part.idIn(texts, batch));
    this.#id = listOf(texts, ids);
    this.#batch = batch;
    return this.#id;
  }
}

/** Number of a list of texts: of one alone its own, 0 of none. */
export function listOf(texts: FactTexts, ids: readonly number[]): number {
  const [only = 0] = ids;
  return ids.length > 1 ? texts.addList(ids) : only;
}
