/** The segments of a journal, each going on behind the one before it: what is where, and what goes. */
import type { Lag } from '../pipeline/consumer/entry-source.ts';
import { errorCode, type FileSystem } from '../pipeline/file-system.ts';
import type { Logger } from '../pipeline/logger.ts';
import type { CursorPosition } from './cursor.ts';
import type { RecordPlace, Segment } from './segment.ts';

/** What a list works with. */
export interface SegmentListOptions {
  readonly segments: readonly Segment[];
  readonly fileSystem: FileSystem;
  readonly logger: Logger;
}

/** See the head of this file. Removing a segment needs no room on the disk. */
export class SegmentList {
  readonly #segments: Segment[];
  readonly #fileSystem: FileSystem;
  readonly #logger: Logger;

  constructor({ segments, fileSystem, logger }: SegmentListOptions) {
    this.#segments = [...segments];
    this.#fileSystem = fileSystem;
    this.#logger = logger;
  }

  /** Bytes of all of them. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  get oldest(): Segment | undefined {
    return this.#segments[0];
  }

  /** Sequence of the last record; -1 where there is none. */
  get lastSequence(): number {
    return this.#segments.findLast(({ count }) => count > 0)?.lastSequence ?? -1;
  }

  add(segment: Segment): void {
    this.#segments.push(segment);
  }

  /** The first record after a sequence. */
  find(sequence: number): RecordPlace | undefined {
    const segment = this.#segments[this.#indexAfter(sequence)];
    if (segment === undefined || segment.count === 0) return undefined;
    return { segment, row: segment.rowAfter(sequence) };
  }

  /** What lies after a sequence. */
  after(sequence: number): Lag {
    let [records, bytes] = [0, 0];
    for (let index = this.#indexAfter(sequence); index < this.#segments.length; index += 1) {
      const segment = this.#segments[index];
      const row = segment?.rowAfter(sequence) ?? 0;
      if (segment === undefined || row >= segment.count) continue;
      records += segment.count - row;
      bytes += segment.bytes - segment.offsetAt(row);
    }
    return { records, bytes };
  }

  /** The position behind a record; undefined where it is gone. */
  positionOf(sequence: number): CursorPosition | undefined {
    const segment = this.#segments[this.#indexAfter(sequence - 1)];
    const row = (segment?.rowAfter(sequence) ?? 0) - 1;
    if (segment?.sequenceAt(row) !== sequence) return undefined;
    return { sequence, items: segment.itemsThroughAt(row) };
  }

  /** The first segment that ends after a sequence, or the one that is empty: that is the last. */
  #indexAfter(sequence: number): number {
    let low = 0;
    let high = this.#segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const segment = this.#segments[middle];
      if (segment !== undefined && segment.count > 0 && segment.lastSequence <= sequence) {
        low = middle + 1;
      } else high = middle;
    }
    return low;
  }

  /** Removes all that end with a sequence or before it, but not the one that is written. */
  async removeThrough(sequence: number, active: Segment | undefined): Promise<void> {
    for (const segment of this.#segments.slice()) {
      if (segment === active || segment.lastSequence > sequence) break;
      await this.remove(segment);
    }
  }

  async remove(segment: Segment): Promise<void> {
    const index = this.#segments.indexOf(segment);
    if (index < 0) return;
    this.#segments.splice(index, 1);
    segment.isRemoved = true;
    try {
      await this.#fileSystem.remove(segment.path);
      if (segment.reads === 0) await segment.file.close();
    } catch (error) {
      this.#logger.warn({ file: segment.path, reason: errorCode(error) }, 'a read file stays');
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#segments.map(({ file }) => file.close().catch(() => undefined)));
  }
}
