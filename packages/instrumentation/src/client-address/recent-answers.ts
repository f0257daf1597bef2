/** A bounded memory of pure answers. Forgets in two generations, so a hit costs one map lookup. */
export class RecentAnswers<Answer> {
  private readonly entriesMax: number;
  private recent = new Map<string, Answer>();
  private older = new Map<string, Answer>();

  /** Holds at most `2 * entriesMax` answers. */
  constructor(entriesMax: number) {
    this.entriesMax = entriesMax;
  }

  get(key: string): Answer | undefined {
    const answer = this.recent.get(key);
    if (answer !== undefined) return answer;
    const old = this.older.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, answer: Answer): void {
    if (this.recent.size >= this.entriesMax) {
      // What was not asked for during a whole generation is forgotten with it.
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(key, answer);
  }

  /** Answers held now. */
  get size(): number {
    return this.recent.size + this.older.size;
  }
}
