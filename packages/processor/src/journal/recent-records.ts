/**
 * Copies of what was just written, for consumers right behind: copying half a megabyte costs a tenth of
 * reading it back and checking it.
 */
import { ReadBuffers } from './read-buffers.ts';
import type { RecordHeader } from './record-format.ts';

/** A record in memory. */
export interface RecentRecord {
  readonly header: RecordHeader;
  /** Observations and the rest of the payload. Valid until it is released. */
  readonly payload: Buffer;
  release(): void;
}

interface Kept {
  readonly header: RecordHeader;
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
  readonly #buffers = new ReadBuffers();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Copies a record that is on disk, for so many readers. */
  keep(
    header: RecordHeader,
    { observations, payload }: { readonly observations: Uint8Array; readonly payload: Uint8Array },
    readers: number,
  ): void {
    const bytes = header.payloadBytes;
    if (readers === 0 || bytes > this.#bytesMax) return;
    for (const sequence of this.#kept.keys()) {
      if (this.#bytes + bytes <= this.#bytesMax) break;
      this.#letGo(sequence);
    }
    const buffer = this.#buffers.borrow(bytes);
    buffer.set(observations);
    buffer.set(payload, observations.length);
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
    const payload = buffer.subarray(0, header.payloadBytes);
    return { header, payload, release: () => this.#release(kept) };
  }

  #letGo(sequence: number): void {
    const kept = this.#kept.get(sequence);
    if (kept === undefined) return;
    this.#kept.delete(sequence);
    this.#bytes -= kept.header.payloadBytes;
    this.#release(kept);
  }

  #release(kept: Kept): void {
    kept.holders -= 1;
    if (kept.holders === 0) this.#buffers.giveBack(kept.buffer);
  }
}
