/** One file of the journal, and where in it each record lies. */
import type { OpenFile } from '../pipeline/file-system.ts';
import type { CursorPosition } from './cursor.ts';
import type { RecordHeader, SegmentForm } from './record-header.ts';

/** A record's place. */
export interface RecordPlace {
  readonly segment: Segment;
  /** Row in the segment's index. */
  readonly row: number;
}

const ROWS_MIN = 64;

/** Records by rising sequence. Only what is on disk for certain is in here. */
export class Segment {
  readonly path: string;
  readonly file: OpenFile;
  readonly form: SegmentForm;
  /** Bytes of the file that hold preamble and records. */
  bytes: number;
  count = 0;
  /** Open reads; a removed segment is closed when they are done. */
  reads = 0;
  isRemoved = false;
  latestMs = 0;
  itemCount = 0;
  #sequence: Float64Array<ArrayBuffer> = new Float64Array(ROWS_MIN);
  #offset: Float64Array<ArrayBuffer> = new Float64Array(ROWS_MIN);
  #itemsBefore: Float64Array<ArrayBuffer> = new Float64Array(ROWS_MIN);
  #itemsThrough: Float64Array<ArrayBuffer> = new Float64Array(ROWS_MIN);

  constructor({ path, file, form }: Pick<Segment, 'path' | 'file' | 'form'>, bytes: number) {
    this.path = path;
    this.file = file;
    this.form = form;
    this.bytes = bytes;
  }

  /** Sequence of the last record; -1 where there is none. */
  get lastSequence(): number {
    return this.count === 0 ? -1 : this.sequenceAt(this.count - 1);
  }

  /** How far a consumer is that has read all of it. */
  get end(): CursorPosition {
    return { sequence: this.lastSequence, items: this.itemsThroughAt(this.count - 1) };
  }

  /** Takes note of a record that is on disk. */
  add(header: RecordHeader, offset: number): void {
    if (this.count === this.#sequence.length) {
      this.#sequence = longer(this.#sequence);
      this.#offset = longer(this.#offset);
      this.#itemsBefore = longer(this.#itemsBefore);
      this.#itemsThrough = longer(this.#itemsThrough);
    }
    this.#sequence[this.count] = header.sequence;
    this.#offset[this.count] = offset;
    this.#itemsBefore[this.count] = header.itemsBefore;
    this.#itemsThrough[this.count] = this.#throughOf(header);
    this.count += 1;
    this.bytes = Math.max(this.bytes, offset + header.bytes);
    this.latestMs = Math.max(this.latestMs, header.appendedAtMs);
    this.itemCount += header.itemCount;
  }

  sequenceAt(row: number): number {
    return this.#sequence[row] ?? -1;
  }

  offsetAt(row: number): number {
    return this.#offset[row] ?? -1;
  }

  /** Items acknowledged before a record was written; -1 where that is not known. */
  itemsBeforeAt(row: number): number {
    return this.#itemsBefore[row] ?? -1;
  }

  /** The same, with its own and those of the records in here that were written with it. */
  itemsThroughAt(row: number): number {
    return this.#itemsThrough[row] ?? -1;
  }

  #throughOf({ itemsBefore, itemCount }: RecordHeader): number {
    if (itemsBefore < 0) return -1;
    return Math.max(itemsBefore, this.itemsThroughAt(this.count - 1)) + itemCount;
  }

  /** Row of the first record after a sequence; `count` where there is none. */
  rowAfter(sequence: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sequenceAt(middle) <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function longer(rows: Float64Array): Float64Array<ArrayBuffer> {
  const result = new Float64Array(rows.length * 2);
  result.set(rows);
  return result;
}
