/**
 * How far event time has come, per source: what is older than the allowed lateness is too late.
 *
 * One wrong clock must not silence anybody. A time that is further ahead of all sources than the
 * lateness is therefore only believed when another event, of any source, bears it out: one that is
 * not older than it by more than the lateness. Until then it makes nothing late. Where a wall clock
 * keeps times from lying ahead, all are believed at once, and fall back when it is set back.
 */
export class Watermarks {
  /** Newest event time of any source that is believed. */
  newestMs: number = -Infinity;
  readonly #bySource = new Map<string, number>();
  /** The last time that was too far ahead to be believed at once. */
  #leap: Leap | undefined;
  readonly #latenessMs: number;
  readonly #sourcesMax: number;

  readonly #hasClock: boolean;

  constructor({ latenessMs, sourcesMax, hasClock }: WatermarkSettings) {
    this.#latenessMs = latenessMs;
    this.#sourcesMax = sourcesMax;
    this.#hasClock = hasClock;
  }

  /** False when the event is older than its source's newest by more than the lateness. */
  advance(source: string, timeMs: number): boolean {
    this.#bearOut(timeMs);
    const newestMs = this.#bySource.get(source);
    if (newestMs !== undefined && timeMs <= newestMs) return timeMs >= newestMs - this.#latenessMs;
    const isLeap = !this.#hasClock && timeMs > this.newestMs + this.#latenessMs;
    if (isLeap) this.#leap = { source, timeMs };
    else this.#believe(source, timeMs);
    return true;
  }

  /** A clock was set back: no time stands behind the limit any more. */
  fallBack(limitMs: number): void {
    if (this.#leap !== undefined && this.#leap.timeMs > limitMs) this.#leap = undefined;
    // No source is ahead of the newest, so that this costs nothing while clocks go on.
    if (this.newestMs <= limitMs) return;
    this.newestMs = limitMs;
    for (const [source, timeMs] of this.#bySource) {
      if (timeMs > limitMs) this.#bySource.set(source, limitMs);
    }
  }

  /** Whether a time is so far ahead that it is not believed yet. */
  isAhead(timeMs: number): boolean {
    return timeMs > this.newestMs + this.#latenessMs;
  }

  clear(): void {
    this.newestMs = -Infinity;
    this.#bySource.clear();
    this.#leap = undefined;
  }

  toJson(): WatermarksState {
    const newestMs = Number.isFinite(this.newestMs) ? this.newestMs : null;
    return { newestMs, sources: [...this.#bySource], leap: this.#leap ?? null };
  }

  /** Takes over what `toJson` gave. Throws what reading a wrong shape throws. */
  restore({ newestMs, sources, leap }: WatermarksState): void {
    this.newestMs = newestMs ?? -Infinity;
    this.#leap = leap ?? undefined;
    this.#bySource.clear();
    for (const [source, timeMs] of sources.slice(0, this.#sourcesMax)) {
      this.#bySource.set(source, timeMs);
    }
  }

  /** The same time again may be the same event again: it proves nothing. */
  #bearOut(timeMs: number): void {
    const leap = this.#leap;
    if (leap === undefined || timeMs === leap.timeMs) return;
    if (timeMs < leap.timeMs - this.#latenessMs) return;
    this.#leap = undefined;
    this.#believe(leap.source, leap.timeMs);
  }

  #believe(source: string, timeMs: number): void {
    if (timeMs > this.newestMs) this.newestMs = timeMs;
    const newestMs = this.#bySource.get(source);
    if (newestMs !== undefined && newestMs >= timeMs) return;
    if (newestMs === undefined && this.#bySource.size >= this.#sourcesMax) this.#forgetOldest();
    this.#bySource.set(source, timeMs);
  }

  #forgetOldest(): void {
    for (const source of this.#bySource.keys()) {
      this.#bySource.delete(source);
      return;
    }
  }
}

interface WatermarkSettings {
  readonly latenessMs: number;
  readonly sourcesMax: number;
  /** Whether {@link Watermarks.fallBack} is called before each time. */
  readonly hasClock: boolean;
}

interface Leap {
  readonly source: string;
  readonly timeMs: number;
}

/** Watermarks as JSON. */
export interface WatermarksState {
  readonly newestMs: number | null;
  readonly sources: readonly (readonly [string, number])[];
  readonly leap: Leap | null;
}
