/** A bounded memory of pure answers, by the text that was asked about. One policy for every place that has one. */

/** How much is remembered. */
export interface RecentAnswersLimits {
  /** Answers kept, besides the young ones. Default 4096. */
  readonly answersMax?: number;
  /** Longest question remembered, in UTF-16 units. Default 256. */
  readonly charactersMax?: number;
}

const ANSWERS_MAX = 4096;
const CHARACTERS_MAX = 256;
const YOUNG_MAX = 256;

/**
 * New answers are young: one request asks for them several times, and most are never asked for again. Kept
 * they would only grow old, at the cost of the garbage collector. What is asked for when it is young no more
 * is kept. Of an answer that depends on more than the question there is one memory for each.
 */
export class RecentAnswers<Answer> {
  readonly #answersMax: number;
  readonly #charactersMax: number;
  #young = new Map<string, Answer>();
  #older = new Map<string, Answer>();
  readonly #kept = new Map<string, Answer>();

  /** Holds `answersMax` answers and twice 256 young ones at most. */
  constructor({
    answersMax = ANSWERS_MAX,
    charactersMax = CHARACTERS_MAX,
  }: RecentAnswersLimits = {}) {
    this.#answersMax = answersMax;
    this.#charactersMax = charactersMax;
  }

  get(question: string): Answer | undefined {
    if (question.length > this.#charactersMax) return undefined;
    const known = this.#kept.get(question) ?? this.#young.get(question);
    if (known !== undefined) return known;
    const answer = this.#older.get(question);
    if (answer === undefined) return undefined;
    // Full, it starts over: what comes often is soon back.
    if (this.#kept.size >= this.#answersMax) this.#kept.clear();
    this.#kept.set(question, answer);
    return answer;
  }

  set(question: string, answer: Answer): void {
    if (question.length > this.#charactersMax) return;
    if (this.#young.size >= YOUNG_MAX) {
      this.#older = this.#young;
      this.#young = new Map();
    }
    this.#young.set(question, answer);
  }

  /** Answers held now. */
  get size(): number {
    return this.#young.size + this.#older.size + this.#kept.size;
  }
}
