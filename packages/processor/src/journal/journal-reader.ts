/** A consumer's view of a journal: records in order, from its cursor on. */
import { SIGNALS, type Signal } from '../model/signal.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Entry, EntrySource } from '../pipeline/entry-source.ts';
import type { OpenFile } from '../pipeline/file-system.ts';
import type { Logger } from '../pipeline/logger.ts';
import type { Cursor, CursorPosition } from './cursor.ts';
import { ReadBuffers } from './read-buffers.ts';
import type { RecentRecords } from './recent-records.ts';
import {
  decodeHeader,
  isIntact,
  type RecordHeader,
  type RecordKind,
  type SegmentForm,
} from './record-format.ts';
import type { RecordPlace } from './segment.ts';

/** One record: as it was written a moment ago, or read back and checked. */
export interface JournalEntry extends Entry {
  readonly kind: RecordKind;
  /** Undefined for records that are no batch. */
  readonly signal: Signal | undefined;
  readonly itemCount: number;
  readonly appendedAtMs: number;
  /** What detection wrote down, encoded. Valid until it is released. */
  readonly facts: Uint8Array;
}

/** How much of a record a consumer wants. */
export type ReadPart = 'all' | 'observations';

/** What a reader works with. */
export interface JournalReaderOptions {
  readonly name: string;
  readonly cursor: Cursor;
  /** `observations`: entries come without their payload, which is then not read at all. */
  readonly part: ReadPart;
  readonly counters: Counters;
  readonly logger: Logger;
  /** The first record after a sequence. */
  readonly find: (sequence: number) => RecordPlace | undefined;
  /** The position behind a record; undefined where it is gone. */
  readonly positionOf: (sequence: number) => CursorPosition | undefined;
  readonly recent: RecentRecords;
  readonly onClose: (reader: JournalReader) => void;
}

/** Header and observations of nearly every record: one read gets both. */
const FRONT_BYTES = 4096;
const NO_BYTES = new Uint8Array(0);

/** See the head of this file. `next` must not be called while a call of it is under way. */
export class JournalReader implements EntrySource<JournalEntry> {
  readonly #options: JournalReaderOptions;
  #position: number;
  /** Items up to the position; -1 where that is not known. */
  #itemsSeen: number;
  #isClosed = false;
  #wake: () => void = () => undefined;
  readonly #buffers = new ReadBuffers();

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

  /** Whether a record is there already, so that `next` will not wait for one to come. */
  get hasMore(): boolean {
    return !this.#isClosed && this.#options.find(this.#position) !== undefined;
  }

  async next(): Promise<JournalEntry | undefined> {
    while (!this.#isClosed) {
      const place = this.#options.find(this.#position);
      if (place === undefined) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const { segment, row } = place;
      this.#position = segment.sequenceAt(row);
      const itemsBefore = segment.itemsBeforeAt(row);
      this.noteMissing(itemsBefore);
      const entry = this.#recall(this.#position) ?? (await this.#read(place));
      if (entry === undefined) continue;
      this.#itemsSeen =
        itemsBefore < 0 ? -1 : Math.max(itemsBefore, this.#itemsSeen) + entry.itemCount;
      return entry;
    }
    return undefined;
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
  #recall(sequence: number): JournalEntry | undefined {
    const recent = this.#options.recent.take(sequence);
    if (recent === undefined) return undefined;
    const { header, payload } = recent;
    const isWhole = this.#options.part === 'all';
    return entryOf(header, {
      observed: payload.subarray(0, header.observationsBytes),
      bytes: isWhole ? payload.subarray(header.observationsBytes) : NO_BYTES,
      release: () => recent.release(),
    });
  }

  /** The record at a place; undefined, and counted, where it is not intact any more. */
  async #read({ segment, row }: RecordPlace): Promise<JournalEntry | undefined> {
    const offset = segment.offsetAt(row);
    const nextOffset = row + 1 < segment.count ? segment.offsetAt(row + 1) : segment.bytes;
    segment.reads += 1;
    try {
      const { file, form } = segment;
      const place = { file, form, offset, bytes: nextOffset - offset };
      const entry =
        this.#options.part === 'all' ? await this.#readAll(place) : await this.#readFront(place);
      if (entry !== undefined) return entry;
    } catch {
      // Counted below like any record that cannot be read.
    } finally {
      segment.reads -= 1;
      if (segment.isRemoved && segment.reads === 0)
        await segment.file.close().catch(() => undefined);
    }
    this.#options.counters.add('journal.damaged', 1);
    return undefined;
  }

  /** The whole record; undefined where it is not the one that was written. */
  async #readAll({ file, form, offset, bytes }: BytePlace): Promise<JournalEntry | undefined> {
    const buffer = this.#buffers.borrow(bytes);
    const record = buffer.subarray(0, await file.read(buffer.subarray(0, bytes), offset));
    const header = decodeHeader(record, form);
    const payload = record.subarray(form.headerBytes);
    if (header === undefined || !isIntact(record, header, { form, part: 'all' })) {
      this.#buffers.giveBack(buffer);
      return undefined;
    }
    return entryOf(header, {
      observed: payload.subarray(0, header.observationsBytes),
      bytes: payload.subarray(header.observationsBytes, header.payloadBytes),
      release: () => this.#buffers.giveBack(buffer),
    });
  }

  /** Header and observations, which have a checksum of their own. */
  async #readFront({ file, form, offset, bytes }: BytePlace): Promise<JournalEntry | undefined> {
    let buffer = this.#buffers.borrow(Math.min(bytes, FRONT_BYTES));
    let length = await file.read(buffer.subarray(0, Math.min(bytes, FRONT_BYTES)), offset);
    const header = decodeHeader(buffer.subarray(0, length), form);
    const end = form.headerBytes + (header?.observationsBytes ?? 0);
    if (header !== undefined && end > length && end <= bytes) {
      this.#buffers.giveBack(buffer);
      buffer = this.#buffers.borrow(end);
      length = await file.read(buffer.subarray(0, end), offset);
    }
    const lent = buffer;
    const record = lent.subarray(0, length);
    if (header === undefined || !isIntact(record, header, { form, part: 'observations' })) {
      this.#buffers.giveBack(lent);
      return undefined;
    }
    return entryOf(header, {
      observed: lent.subarray(form.headerBytes, end),
      bytes: NO_BYTES,
      release: () => this.#buffers.giveBack(lent),
    });
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
  header: RecordHeader,
  {
    observed,
    bytes,
    release,
  }: { readonly observed: Buffer; readonly bytes: Uint8Array; readonly release: () => void },
): JournalEntry {
  return {
    release,
    kind: header.kind,
    signal: header.kind === 'batch' ? SIGNALS[header.signal] : undefined,
    sequence: header.sequence,
    itemCount: header.itemCount,
    appendedAtMs: header.appendedAtMs,
    bytes,
    facts: observed,
  };
}
