/** A consumer's view of a journal: records in order, from its cursor on. */
import type { Observation } from '../model/observation.ts';
import { SIGNALS, type Signal } from '../model/signal.ts';
import type { CancelTimer, Clock } from '../pipeline/clock.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Entry, EntrySource } from '../pipeline/entry-source.ts';
import { writeCursor } from './cursor-file.ts';
import type { FileSystem, OpenFile } from '../pipeline/file-system.ts';
import { ReadBuffers } from './read-buffers.ts';
import type { RecentRecords } from './recent-records.ts';
import {
  decodeHeader,
  HEADER_BYTES,
  isIntact,
  type RecordHeader,
  type RecordKind,
} from './record-format.ts';
import type { RecordPlace } from './segment.ts';

/** One record: as it was written a moment ago, or read back and checked. */
export interface JournalEntry extends Entry {
  readonly kind: RecordKind;
  /** Undefined for records that are no batch. */
  readonly signal: Signal | undefined;
  readonly itemCount: number;
  readonly appendedAtMs: number;
  /** What detection wrote down; made anew at each call. */
  observations(): readonly Observation[];
}

/** How much of a record a consumer wants. */
export type ReadPart = 'all' | 'observations';

/** What a reader works with. */
export interface JournalReaderOptions {
  readonly cursorPath: string;
  /** `observations`: entries come without their payload, which is then not read at all. */
  readonly part: ReadPart;
  /** Sequence up to which the consumer is done; -1 for a new one. */
  readonly position: number;
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly counters: Counters;
  /** The first record after a sequence. */
  readonly find: (sequence: number) => RecordPlace | undefined;
  readonly recent: RecentRecords;
  readonly onAdvance: () => void;
  readonly onClose: (reader: JournalReader) => void;
}

/** A cursor is saved this often at most: saving it for every batch would double the syncs. */
const SAVE_INTERVAL_MS = 250;
/** Header and observations of nearly every record: one read gets both. */
const FRONT_BYTES = 4096;
const NO_BYTES = new Uint8Array(0);
const NO_ENTRIES: readonly Observation[] = [];

/** See the head of this file. `next` must not be called while a call of it is under way. */
export class JournalReader implements EntrySource<JournalEntry> {
  readonly #options: JournalReaderOptions;
  #position: number;
  #committed: number;
  #saved: number;
  #isClosed = false;
  #wake: () => void = () => undefined;
  #cancelSave: CancelTimer | undefined;
  #saving: Promise<void> = Promise.resolve();
  readonly #buffers = new ReadBuffers();

  constructor(options: JournalReaderOptions) {
    this.#options = options;
    this.#position = options.position;
    this.#committed = options.position;
    this.#saved = options.position;
  }

  /** Sequence up to which the consumer is done. */
  get committed(): number {
    return this.#committed;
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
      this.#position = place.segment.sequenceAt(place.row);
      const entry = this.#recall(this.#position) ?? (await this.#read(place));
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  commit(sequence: number): void {
    if (sequence <= this.#committed) return;
    this.#committed = sequence;
    this.#options.onAdvance();
    this.#cancelSave ??= this.#options.clock.after(SAVE_INTERVAL_MS, () => {
      this.#cancelSave = undefined;
      void this.#save();
    });
  }

  async commitDurably(sequence: number): Promise<void> {
    this.#committed = Math.max(this.#committed, sequence);
    await this.#save();
    this.#options.onAdvance();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** Saves the cursor, then leaves the journal. */
  async flushAndClose(): Promise<void> {
    this.close();
    this.#cancelSave?.();
    await this.#save();
    this.#options.onClose(this);
  }

  /** There may be something new. */
  wake(): void {
    this.#wake();
  }

  /** Saves run one after another; one that fails costs nothing but records seen again. */
  #save(): Promise<void> {
    this.#saving = this.#saving.then(async () => {
      const sequence = this.#committed;
      if (sequence <= this.#saved) return;
      try {
        await writeCursor(this.#options.cursorPath, sequence, this.#options.fileSystem);
        this.#saved = sequence;
      } catch {
        this.#options.counters.add('journal.cursor_failed', 1);
      }
    });
    return this.#saving;
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
      const { file, marker } = segment;
      const place = { file, marker, offset, bytes: nextOffset - offset };
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
  async #readAll({ file, marker, offset, bytes }: BytePlace): Promise<JournalEntry | undefined> {
    const buffer = this.#buffers.borrow(bytes);
    const record = buffer.subarray(0, await file.read(buffer.subarray(0, bytes), offset));
    const header = decodeHeader(record.subarray(0, HEADER_BYTES));
    const payload = record.subarray(HEADER_BYTES, HEADER_BYTES + (header?.payloadBytes ?? 0));
    if (header === undefined || !isIntact(record, header, { marker, part: 'all' })) {
      this.#buffers.giveBack(buffer);
      return undefined;
    }
    return entryOf(header, {
      observed: payload.subarray(0, header.observationsBytes),
      bytes: payload.subarray(header.observationsBytes),
      release: () => this.#buffers.giveBack(buffer),
    });
  }

  /** Header and observations, which have a checksum of their own. */
  async #readFront({ file, marker, offset, bytes }: BytePlace): Promise<JournalEntry | undefined> {
    let buffer = this.#buffers.borrow(Math.min(bytes, FRONT_BYTES));
    let length = await file.read(buffer.subarray(0, Math.min(bytes, FRONT_BYTES)), offset);
    const header = decodeHeader(buffer.subarray(0, Math.min(length, HEADER_BYTES)));
    const end = HEADER_BYTES + (header?.observationsBytes ?? 0);
    if (header !== undefined && end > length && end <= bytes) {
      this.#buffers.giveBack(buffer);
      buffer = this.#buffers.borrow(end);
      length = await file.read(buffer.subarray(0, end), offset);
    }
    const lent = buffer;
    const record = lent.subarray(0, length);
    if (header === undefined || !isIntact(record, header, { marker, part: 'observations' })) {
      this.#buffers.giveBack(lent);
      return undefined;
    }
    return entryOf(header, {
      observed: lent.subarray(HEADER_BYTES, end),
      bytes: NO_BYTES,
      release: () => this.#buffers.giveBack(lent),
    });
  }
}

/** Where a record lies, header included. */
interface BytePlace {
  readonly file: OpenFile;
  readonly marker: Uint8Array;
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
    observations: () =>
      observed.length === 0
        ? NO_ENTRIES
        : (JSON.parse(observed.toString('utf8'), withoutPrototype) as readonly Observation[]),
  };
}

/** Attributes have keys from outside; none of them may be found on Object.prototype. */
function withoutPrototype(name: string, value: unknown): unknown {
  return name === 'attributes' && typeof value === 'object' && value !== null
    ? Object.assign(Object.create(null), value)
    : value;
}
