/**
 * How far event time has come, per source: what is older than the allowed lateness is too late.
 *
 * One wrong clock must not silence anybody. A time that is further ahead of all sources than the
 * lateness is therefore only believed when another event, of any source, bears it out: one that is
 * not older than it by more than the lateness. Until then it makes nothing late. Where a wall clock
 * keeps times from lying ahead, all are believed at once, and fall back when it is set back.
 */
import type { ByteReader } from '../saving/byte-reader.ts';
import type { ByteWriter } from '../saving/byte-writer.ts';

/** The least a source takes in a snapshot. */
const SOURCE_BYTES_MIN = 9;

/** See the head of this file. */
export class Watermarks {
  /** Newest event time of any source that is believed. */
  newestMs: number = -Infinity;
  readonly #bySource = new Map<string, number>();
  /** The last time that was too far ahead to be believed at once. */
  #leap: Leap | undefined;
  readonly #latenessMs: number;
  readonly #sourcesMax: number;

  readonly #hasClock: boolean;
  /** Sources whose time moved since it was saved, and whether one was forgotten. */
  readonly #changed = new Set<string>();
  #hasForgotten = false;

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
      if (timeMs > limitMs) this.#set(source, limitMs);
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
    this.saved();
  }

  /** All of it, or what changed since it was last saved. */
  save(writer: ByteWriter, { isWhole }: { isWhole: boolean }): void {
    const isAll = isWhole || this.#hasForgotten;
    const sources = isAll ? [...this.#bySource.keys()] : [...this.#changed];
    writer.number(this.newestMs);
    writer.flag(this.#leap !== undefined);
    if (this.#leap !== undefined) {
      writer.text(this.#leap.source);
      writer.number(this.#leap.timeMs);
    }
    writer.flag(isAll);
    writer.count(sources.length);
    for (const source of sources) {
      writer.text(source);
      writer.number(this.#bySource.get(source) ?? 0);
    }
    this.saved();
  }

  /** What changes from now on is not saved. */
  saved(): void {
    this.#changed.clear();
    this.#hasForgotten = false;
  }

  /** Takes over what `save` wrote, all of it or on top of what it has. Throws `Damaged`. */
  restore(reader: ByteReader): void {
    this.newestMs = reader.number();
    this.#leap = reader.flag() ? { source: reader.text(), timeMs: reader.number() } : undefined;
    if (reader.flag()) this.#bySource.clear();
    const count = reader.items(SOURCE_BYTES_MIN);
    for (let at = 0; at < count; at += 1) {
      const [source, timeMs] = [reader.text(), reader.number()];
      const hasRoom = this.#bySource.size < this.#sourcesMax || this.#bySource.has(source);
      if (hasRoom) this.#bySource.set(source, timeMs);
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
    this.#set(source, timeMs);
  }

  #set(source: string, timeMs: number): void {
    this.#bySource.set(source, timeMs);
    this.#changed.add(source);
  }

  #forgetOldest(): void {
    this.#hasForgotten = true;
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
