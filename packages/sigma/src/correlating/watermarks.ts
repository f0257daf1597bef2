/** How far event time has come, per source: what is older than the allowed lateness is too late. */
export class Watermarks {
  /** Newest event time of any source. */
  newestMs: number = -Infinity;
  readonly #bySource = new Map<string, number>();
  readonly #latenessMs: number;
  readonly #sourcesMax: number;

  constructor({ latenessMs, sourcesMax }: { latenessMs: number; sourcesMax: number }) {
    this.#latenessMs = latenessMs;
    this.#sourcesMax = sourcesMax;
  }

  /** Events before this cannot come any more from a source in step with the others. */
  get finalMs(): number {
    return this.newestMs - this.#latenessMs;
  }

  get sources(): number {
    return this.#bySource.size;
  }

  /** False when the event is older than its source's newest by more than the lateness. */
  advance(source: string, timeMs: number): boolean {
    const newestMs = this.#bySource.get(source);
    if (newestMs !== undefined && timeMs <= newestMs) return timeMs >= newestMs - this.#latenessMs;
    if (newestMs === undefined && this.#bySource.size >= this.#sourcesMax) this.#forgetOldest();
    this.#bySource.set(source, timeMs);
    if (timeMs > this.newestMs) this.newestMs = timeMs;
    return true;
  }

  /** Time passed without events: nothing before it is still to come. */
  passTo(timeMs: number): void {
    if (timeMs > this.newestMs) this.newestMs = timeMs;
    for (const [source, newestMs] of this.#bySource) {
      if (timeMs > newestMs) this.#bySource.set(source, timeMs);
    }
  }

  toJson(): { newestMs: number | null; sources: [string, number][] } {
    const newestMs = Number.isFinite(this.newestMs) ? this.newestMs : null;
    return { newestMs, sources: [...this.#bySource] };
  }

  restore({ newestMs, sources }: { newestMs: number | null; sources: [string, number][] }): void {
    this.newestMs = newestMs ?? -Infinity;
    this.#bySource.clear();
    for (const [source, timeMs] of sources.slice(0, this.#sourcesMax)) {
      this.#bySource.set(source, timeMs);
    }
  }

  #forgetOldest(): void {
    for (const source of this.#bySource.keys()) {
      this.#bySource.delete(source);
      return;
    }
  }
}
