/**
 * Copies of what was just written, for consumers right behind: copying half a megabyte costs a tenth of
 * reading it back and checking it.
 */
import type { RecordSection } from '../model/record.ts';
import type { ReadBuffers } from './read-buffers.ts';
import type { RecordHeader, SectionPlace } from './record-header.ts';

/** A record in memory. */
export interface RecentRecord {
  readonly header: RecordHeader;
  /** A section of the header's. Valid until the record is released. */
  bytesOf(place: SectionPlace): Buffer;
  release(): void;
}

interface Kept {
  readonly header: RecordHeader;
  /** The sections, one behind the other. */
  readonly buffer: Buffer;
  /** Consumers that have not taken it yet. */
  readersLeft: number;
  /** Takers that have not released it yet, and one more while it can be taken. */
  holders: number;
}

/** At most `bytesMax` to be taken, the oldest let go first; what is taken lives on until it is released. */
export class RecentRecords {
  readonly #bytesMax: number;
  readonly #kept = new Map<number, Kept>();
  readonly #buffers: ReadBuffers;
  #bytes = 0;

  constructor(bytesMax: number, buffers: ReadBuffers) {
    this.#bytesMax = bytesMax;
    this.#buffers = buffers;
  }

  /** Copies a record that is on disk, for so many readers. */
  keep(header: RecordHeader, sections: readonly RecordSection[], readers: number): void {
    const bytes = sections.reduce((sum, section) => sum + section.bytes.length, 0);
    if (readers === 0 || bytes > this.#bytesMax) return;
    for (const sequence of this.#kept.keys()) {
      if (this.#bytes + bytes <= this.#bytesMax) break;
      this.#letGo(sequence);
    }
    const buffer = this.#buffers.borrow(bytes);
    let at = 0;
    for (const section of sections) {
      buffer.set(section.bytes, at);
      at += section.bytes.length;
    }
    this.#kept.set(header.sequence, { header, buffer, readersLeft: readers, holders: 1 });
    this.#bytes += bytes;
  }

  /** The record of a sequence; undefined where it is not here any more. */
  take(sequence: number): RecentRecord | undefined {
    const kept = this.#kept.get(sequence);
    if (kept === undefined) return undefined;
    const { header, buffer } = kept;
    kept.holders += 1;
    kept.readersLeft -= 1;
    if (kept.readersLeft === 0) this.#letGo(sequence);
    const start = bodyAt(header);
    return {
      header,
      bytesOf: ({ at, bytes }) => buffer.subarray(at - start, at - start + bytes),
      release: () => this.#release(kept),
    };
  }

  #letGo(sequence: number): void {
    const kept = this.#kept.get(sequence);
    if (kept === undefined) return;
    this.#kept.delete(sequence);
    this.#bytes -= kept.header.bytes - bodyAt(kept.header);
    this.#release(kept);
  }

  #release(kept: Kept): void {
    kept.holders -= 1;
    if (kept.holders === 0) this.#buffers.giveBack(kept.buffer);
  }
}

/** Where the sections begin. */
function bodyAt({ sections, bytes }: RecordHeader): number {
  return sections[0]?.at ?? bytes;
}
