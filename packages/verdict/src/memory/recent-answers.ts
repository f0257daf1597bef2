/** A bounded memory of pure answers. Forgets in two generations, so a hit costs one map lookup. */

const ASKED_ONCE_MAX = 256;

/**
 * Keeps an answer from the second time on that it is given within a while: what never comes again, such as
 * most targets with an id in them, would only fill the memory and grow old in it.
 */
export class RecentAnswers<Answer> {
  private readonly entriesMax: number;
  private recent = new Map<string, Answer>();
  private older = new Map<string, Answer>();
  private readonly askedOnce = new Set<string>();

  /** Holds at most `2 * entriesMax` answers. */
  constructor(entriesMax: number) {
    this.entriesMax = entriesMax;
  }

  get(key: string): Answer | undefined {
    const answer = this.recent.get(key);
    if (answer !== undefined) return answer;
    const old = this.older.get(key);
    if (old !== undefined) this.keep(key, old);
    return old;
  }

  set(key: string, answer: Answer): void {
    if (this.askedOnce.delete(key)) {
      this.keep(key, answer);
      return;
    }
    if (this.askedOnce.size >= ASKED_ONCE_MAX) this.askedOnce.clear();
    this.askedOnce.add(key);
  }

  /** Answers held now. */
  get size(): number {
    return this.recent.size + this.older.size;
  }

  private keep(key: string, answer: Answer): void {
    if (this.recent.size >= this.entriesMax) {
      // What was not asked for during a whole generation is forgotten with it.
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(key, answer);
  }
}
