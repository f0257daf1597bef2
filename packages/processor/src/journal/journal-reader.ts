/** A consumer's view of a journal: records in order, from its cursor on. */
import { crc32 } from 'node:zlib';
import type { Entry, EntrySource, Lag } from '../pipeline/consumer/entry-source.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { OpenFile } from '../pipeline/file-system.ts';
import type { Logger } from '../pipeline/logger.ts';
import type { Cursor, CursorPosition } from './cursor.ts';
import type { ReadBuffers } from './read-buffers.ts';
import type { RecentRecords } from './recent-records.ts';
import { decodeHeader } from './record-format.ts';
import type { RecordHeader, SectionPlace, SegmentForm } from './record-header.ts';
import type { RecordPlace } from './segment.ts';

/** What a reader works with. */
export interface JournalReaderOptions {
  readonly name: string;
  readonly cursor: Cursor;
  /** Types of the sections that are read, and checked; of the others nothing is. */
  readonly sections: readonly number[];
  readonly counters: Counters;
  readonly logger: Logger;
  /** The first record after a sequence. */
  readonly find: (sequence: number) => RecordPlace | undefined;
  /** What lies after a sequence. */
  readonly after: (sequence: number) => Lag;
  /** The position behind a record; undefined where it is gone. */
  readonly positionOf: (sequence: number) => CursorPosition | undefined;
  readonly recent: RecentRecords;
  readonly buffers: ReadBuffers;
  readonly onClose: (reader: JournalReader) => void;
}

/** A record whose file fails to be read so often is passed over, like one that is damaged. */
const READS_MAX = 5;
/** The header, and the small sections behind it, of nearly every record: one read gets both. */
const FRONT_BYTES = 16 * 1024;

/** See the head of this file. */
export class JournalReader implements EntrySource {
  readonly #options: JournalReaderOptions;
  #position: number;
  /** Items up to the position; -1 where that is not known. */
  #itemsSeen: number;
  #isClosed = false;
  /** Reads of the record behind the position that failed, one after the other. */
  #failures = 0;
  #wake: () => void = () => undefined;

  constructor(options: JournalReaderOptions) {
    this.#options = options;
    const { sequence, items } = options.cursor.position;
    this.#position = sequence;
    this.#itemsSeen = items;
  }

  /** Sequence up to which the consumer is done. */
  get committed(): number {
    return this.#options.cursor.position.sequence;
  }

  /** The same, on disk. */
  get saved(): number {
    return this.#options.cursor.synced.sequence;
  }

  get hasMore(): boolean {
    return !this.#isClosed && this.#options.find(this.#position) !== undefined;
  }

  get lag(): Lag {
    return this.#options.after(this.committed);
  }

  /** Rejects where the disk fails: the same record comes again, unless it fails again and again. */
  async next(): Promise<Entry | undefined> {
    while (!this.#isClosed) {
      const place = this.#options.find(this.#position);
      if (place === undefined) return undefined;
      const { segment, row } = place;
      const sequence = segment.sequenceAt(row);
      const itemsBefore = segment.itemsBeforeAt(row);
      const entry = this.#recall(sequence) ?? (await this.#read(place));
      this.#position = sequence;
      this.noteMissing(itemsBefore);
      if (entry === undefined) continue;
      this.#itemsSeen =
        itemsBefore < 0 ? -1 : Math.max(itemsBefore, this.#itemsSeen) + entry.itemCount;
      return entry;
    }
    return undefined;
  }

  async wait(): Promise<boolean> {
    if (!this.#isClosed && !this.hasMore) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return !this.#isClosed;
  }

  rewind(): void {
    const { sequence, items } = this.#options.cursor.position;
    this.#position = sequence;
    this.#itemsSeen = items;
    this.#failures = 0;
  }

  commit(sequence: number): void {
    const position = this.#further(sequence);
    if (position !== undefined) this.#options.cursor.move(position);
  }

  async commitDurably(sequence: number): Promise<void> {
    await this.#options.cursor.save(this.#further(sequence));
  }

  #further(sequence: number): CursorPosition | undefined {
    if (sequence <= this.committed) return undefined;
    return this.#options.positionOf(sequence) ?? { sequence, items: -1 };
  }

  /** What was dropped at a limit is passed, and not missing. */
  passOver(end: CursorPosition): void {
    this.#itemsSeen = Math.max(this.#itemsSeen, end.items);
    if (end.sequence > this.committed) this.#options.cursor.move(end);
  }

  /** Counts the items between those seen and what comes next: acknowledged, and not there any more. */
  noteMissing(itemsBefore: number): void {
    const missing = itemsBefore - this.#itemsSeen;
    if (this.#itemsSeen < 0 || missing <= 0) return;
    this.#itemsSeen = itemsBefore;
    const { name, counters, logger } = this.#options;
    counters.add('journal.missing_items', missing, { consumer: name });
    logger.error(
      { consumer: name, items: missing },
      'items of the journal are gone before they were read: files were damaged or removed, or went while ' +
        'this consumer was not there',
    );
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** Saves the cursor, then leaves the journal. */
  async flushAndClose(): Promise<void> {
    this.close();
    await this.#options.cursor.close();
    this.#options.onClose(this);
  }

  /** There may be something new. */
  wake(): void {
    this.#wake();
  }

  /** The record as it was written, where it is still in memory. */
  #recall(sequence: number): Entry | undefined {
    const recent = this.#options.recent.take(sequence);
    if (recent === undefined) return undefined;
    const { header } = recent;
    const sections = this.#wantedOf(header).map((place) => ({
      type: place.type,
      bytes: recent.bytesOf(place),
    }));
    return entryOf(header, sections, () => recent.release());
  }

  #wantedOf({ sections }: RecordHeader): readonly SectionPlace[] {
    return sections.filter(({ type }) => this.#options.sections.includes(type));
  }

  /** The record at a place; undefined, and counted, where what is wanted of it is not intact any more. */
  async #read({ segment, row }: RecordPlace): Promise<Entry | undefined> {
    const offset = segment.offsetAt(row);
    const nextOffset = row + 1 < segment.count ? segment.offsetAt(row + 1) : segment.bytes;
    const { file, form } = segment;
    const lent: Buffer[] = [];
    segment.reads += 1;
    try {
      const place = { file, form, offset, bytes: nextOffset - offset };
      const entry = await this.#readRecord(place, lent);
      this.#failures = 0;
      if (entry !== undefined) return entry;
    } catch (error) {
      // What goes while it is read is not missed: it went at a limit.
      this.#failures = segment.isRemoved ? READS_MAX : this.#failures + 1;
      this.#giveBack(lent);
      if (this.#failures < READS_MAX) throw error;
      this.#failures = 0;
    } finally {
      segment.reads -= 1;
      if (segment.isRemoved && segment.reads === 0) await file.close().catch(() => undefined);
    }
    this.#giveBack(lent);
    this.#options.counters.add('journal.damaged', 1);
    return undefined;
  }

  /** Undefined where it is not what was written. Buffers that are held are put into `lent`. */
  async #readRecord(place: BytePlace, lent: Buffer[]): Promise<Entry | undefined> {
    const frontBytes = Math.min(place.bytes, FRONT_BYTES);
    const front = await this.#readBytes(place, { at: 0, bytes: frontBytes }, lent);
    const header = decodeHeader(front, place.form);
    if (header === undefined || header.bytes > place.bytes) return undefined;
    const sections: { readonly type: number; readonly bytes: Uint8Array }[] = [];
    for (const wanted of this.#wantedOf(header)) {
      const { type, at, bytes, checksum, seed, skip } = wanted;
      const checked =
        at + bytes <= front.length
          ? front.subarray(at, at + bytes)
          : await this.#readBytes(place, wanted, lent);
      if (checked.length < bytes || crc32(checked, seed) !== checksum) return undefined;
      sections.push({ type, bytes: checked.subarray(skip) });
    }
    return entryOf(header, sections, () => this.#giveBack(lent));
  }

  async #readBytes(
    { file, offset }: BytePlace,
    { at, bytes }: Pick<SectionPlace, 'at' | 'bytes'>,
    lent: Buffer[],
  ): Promise<Buffer> {
    const buffer = this.#options.buffers.borrow(bytes);
    lent.push(buffer);
    const length = await file.read(buffer.subarray(0, bytes), offset + at);
    return buffer.subarray(0, length);
  }

  #giveBack(lent: Buffer[]): void {
    for (const buffer of lent.splice(0)) this.#options.buffers.giveBack(buffer);
  }
}

/** Where a record lies, header included. */
interface BytePlace {
  readonly file: OpenFile;
  readonly form: SegmentForm;
  readonly offset: number;
  readonly bytes: number;
}

function entryOf(
  { kind, signal, sequence, itemCount, appendedAtMs }: RecordHeader,
  sections: readonly { readonly type: number; readonly bytes: Uint8Array }[],
  release: () => void,
): Entry {
  return {
    kind,
    signal,
    sequence,
    itemCount,
    appendedAtMs,
    release,
    section: (wanted) => sections.find(({ type }) => type === wanted)?.bytes,
  };
}
