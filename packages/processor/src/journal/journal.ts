/**
 * The spine: an append-only log of segment files. An append is answered when it is on disk; appends that
 * wait while the disk works share the next sync. Consumers read with cursors of their own.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { RecordToAppend } from '../model/record.ts';
import type { CancelTimer, Clock } from '../pipeline/clock.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Logger } from '../pipeline/logger.ts';
import { DiskFullError, errorCode, type FileSystem, isDiskFull } from '../pipeline/file-system.ts';
import { type AppendResult, headerOf, layOut, recordBytes, type RefusalReason } from './append.ts';
import { Cursor, CURSOR_ENDING } from './cursor.ts';
import type { DiskReserve } from './disk-reserve.ts';
import type { JournalLimits } from './journal-limits.ts';
import { JournalReader } from './journal-reader.ts';
import { ReadBuffers } from './read-buffers.ts';
import { encodePreamble, MARKER_BYTES, newForm } from './record-format.ts';
import type { RecordHeader } from './record-header.ts';
import { RecentRecords } from './recent-records.ts';
import { type Recovery, recoverSegments, SEGMENT_ENDING } from './recover-segments.ts';
import { Segment } from './segment.ts';
import { SegmentList } from './segment-list.ts';

/** What a journal works with. */
export interface JournalOptions {
  readonly folder: string;
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
  readonly limits: JournalLimits;
  /** Given up when the disk is full. */
  readonly reserve?: DiskReserve;
  /** Takes nothing while the reserve is not whole: what it holds is not for this journal. */
  readonly leavesReserve?: boolean;
}

interface Pending {
  readonly record: RecordToAppend;
  readonly answer: (result: AppendResult) => void;
}

/**
 * A number that a torn record may carry is never given again: at each start the sequence leaps. 2^53 of
 * them last for eight billion starts.
 */
const SEQUENCE_LEAP = 1_048_576;
/** After a failed write the disk is tried this often: no new file for each append that it refuses. */
const PROBE_MS = 1000;
/** How far it is written, so that an end that is cut off is missed. */
const APPENDED = 'appended';
const COMMIT_BYTES_MAX = 64 * 1024 * 1024;

/** See the head of this file. One process at a time; the data folder's lock sees to that. */
export class Journal {
  readonly #options: JournalOptions;
  readonly #segments: SegmentList;
  readonly #readers = new Set<JournalReader>();
  readonly #recent: RecentRecords;
  /** Shared by all that hold records: what one gives back the next one has. */
  readonly #buffers: ReadBuffers;
  readonly #appended: Cursor;
  #active: Segment | undefined;
  #nextSequence: number;
  /** Items of all records that were acknowledged. */
  #items: number;
  #pending: Pending[] = [];
  #pendingBytes = 0;
  #committing: Promise<void> | undefined;
  #isClosed = false;
  #hasAllReaders = false;
  #refusing: RefusalReason | undefined;
  #probing: Promise<void> | undefined;
  #cancelProbe: CancelTimer = () => undefined;
  /** The journal's own time is this more than the monotonic clock. */
  readonly #epochMs: number;

  private constructor(options: JournalOptions, { segments, last }: Recovery, appended: Cursor) {
    const { clock, fileSystem, logger } = options;
    // The wall clock may jump; what it says must never make records old. So time goes on where the newest
    // record left it, and passes only while the journal is open.
    const newestMs = segments.reduce((newest, { latestMs }) => Math.max(newest, latestMs), 0);
    this.#epochMs = (newestMs > 0 ? newestMs : clock.now()) - clock.monotonic();
    this.#options = options;
    this.#buffers = new ReadBuffers(options.limits.idleBytesMax);
    this.#recent = new RecentRecords(options.limits.recentBytesMax, this.#buffers);
    this.#segments = new SegmentList({ segments, fileSystem, logger });
    this.#appended = appended;
    this.#nextSequence = last.sequence < 0 ? 0 : last.sequence + SEQUENCE_LEAP;
    this.#items = Math.max(0, last.items);
  }

  /** Opens or makes a journal in a folder, recovering what is there. Throws where the folder cannot be used. */
  static async open(options: JournalOptions): Promise<Journal> {
    const { folder, fileSystem, counters, logger, limits, clock } = options;
    await fileSystem.makeFolder(folder);
    const { recordBytesMax } = limits;
    const recovered = await recoverSegments({ folder, fileSystem, logger, recordBytesMax });
    if (recovered.damaged > 0) counters.add('journal.damaged', recovered.damaged);
    const path = join(folder, `${APPENDED}${CURSOR_ENDING}`);
    const appended = await Cursor.open({ path, fileSystem, clock, counters });
    await appended.prepare(recovered.last);
    const journal = new Journal(options, recovered, appended);
    const { refusing } = journal;
    if (refusing !== undefined) await journal.#refuse(refusing);
    return journal;
  }

  /** Bytes of all segments. */
  get bytes(): number {
    return this.#segments.bytes;
  }

  /** The journal's own time, ms: that of `appendedAtMs`. */
  get timeMs(): number {
    return this.#epochMs + this.#options.clock.monotonic();
  }

  /** Sequence of the last record on disk; -1 where there is none. */
  get lastSequence(): number {
    return this.#segments.lastSequence;
  }

  /** Why nothing can be appended now; undefined where it can. */
  get refusing(): RefusalReason | undefined {
    const { leavesReserve = false, reserve } = this.#options;
    return (
      this.#refusing ?? (leavesReserve && reserve?.isWhole === false ? 'disk_full' : undefined)
    );
  }

  /** Never rejects. */
  append(record: RecordToAppend): Promise<AppendResult> {
    const { limits } = this.#options;
    const bytes = recordBytes(record);
    if (this.#isClosed) return Promise.resolve({ kind: 'refused', reason: 'closed' });
    const isTooMuch =
      bytes > limits.recordBytesMax || this.#pendingBytes + bytes > limits.pendingBytesMax;
    if (isTooMuch) return Promise.resolve({ kind: 'refused', reason: 'limit' });
    this.#pendingBytes += bytes;
    return new Promise((resolve) => {
      this.#pending.push({ record, answer: resolve });
      this.#committing ??= this.#commitAll();
    });
  }

  /**
   * A consumer's view, of the sections it names; going on from its cursor, a new consumer starts with the
   * oldest record. A name is a file name: lower-case letters, digits, dots and dashes.
   */
  async reader(name: string, sections: readonly number[]): Promise<JournalReader> {
    const { folder, fileSystem, clock, counters, logger } = this.#options;
    const cursor = await Cursor.open({
      path: join(folder, `${name}${CURSOR_ENDING}`),
      fileSystem,
      clock,
      counters,
      onSynced: () => this.#removeRead(),
    });
    const items = this.#itemsBefore(cursor.position.sequence);
    await cursor.prepare({ sequence: -1, items });
    const reader = new JournalReader({
      name,
      cursor,
      sections,
      counters,
      logger,
      after: (sequence) => this.#segments.after(sequence),
      find: (sequence) => this.#segments.find(sequence),
      positionOf: (sequence) => this.#segments.positionOf(sequence),
      recent: this.#recent,
      buffers: this.#buffers,
      onClose: (closed) => this.#readers.delete(closed),
    });
    reader.noteMissing(items);
    this.#readers.add(reader);
    return reader;
  }

  /**
   * Every consumer has its reader by now: what all of them are done with goes, from now on. Before, it might
   * be what one reads that is not there yet.
   */
  async removeWhatIsRead(): Promise<void> {
    this.#hasAllReaders = true;
    await this.#removeRead();
  }

  /** Waits for appends under way, closes readers and files. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelProbe();
    await this.#probing;
    await this.#committing;
    // They leave one by one: what those who are left have read, the others may not be done with.
    this.#hasAllReaders = false;
    await Promise.all([...this.#readers].map((reader) => reader.flushAndClose()));
    await this.#appended.close();
    await this.#segments.close();
  }

  /** Items of all records before the first one after a sequence. */
  #itemsBefore(sequence: number): number {
    const next = this.#segments.find(sequence);
    return next === undefined ? this.#items : next.segment.itemsBeforeAt(next.row);
  }

  async #commitAll(): Promise<void> {
    // One turn of the event loop: requests answered by the same poll share the sync.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#pending.length > 0) await this.#commit(this.#takeGroup());
    this.#committing = undefined;
  }

  #takeGroup(): Pending[] {
    let bytes = 0;
    let count = 0;
    for (const { record } of this.#pending) {
      bytes += recordBytes(record);
      if (count > 0 && bytes > COMMIT_BYTES_MAX) break;
      count += 1;
    }
    return this.#pending.splice(0, count);
  }

  async #commit(group: readonly Pending[]): Promise<void> {
    await this.#probing;
    const refusing = this.refusing;
    if (refusing !== undefined) {
      if (this.#refusing === undefined) await this.#refuse(refusing);
      this.#answer(group, { kind: 'refused', reason: refusing });
      return;
    }
    const headers = this.#headersOf(group);
    try {
      await this.#write(group, headers);
      this.#remember(group, headers);
    } catch (error) {
      const reason = isDiskFull(error) ? 'disk_full' : 'io_error';
      this.#options.logger.error(
        { reason: errorCode(error) || String(error) },
        'the journal cannot be written',
      );
      await this.#refuse(reason);
      this.#answer(group, { kind: 'refused', reason });
      return;
    }
    this.#answer(
      group,
      headers.map(({ sequence }) => sequence),
    );
    for (const reader of this.#readers) reader.wake();
    await this.#enforceLimits();
  }

  /** Takes nothing until a probe succeeds. All that is read goes, also what was written last. */
  async #refuse(reason: RefusalReason): Promise<void> {
    this.#refusing = reason;
    // The kernel may have dropped the pages: this file is never written, and never synced, again.
    const failed = this.#active;
    this.#active = undefined;
    if (failed?.count === 0) await this.#segments.remove(failed);
    if (reason === 'disk_full') await this.#options.reserve?.release();
    await this.#removeRead();
    this.#cancelProbe = this.#options.clock.after(PROBE_MS, () => {
      this.#probing = this.#probe().finally(() => (this.#probing = undefined));
    });
  }

  /** Whether the disk takes something again: nobody sends to a processor that says it is not ready. */
  async #probe(): Promise<void> {
    const { leavesReserve = false, reserve, logger } = this.#options;
    let reason: RefusalReason | undefined;
    try {
      const hasRoom = !leavesReserve || (await reserve?.restore()) !== false;
      if (hasRoom) await (await this.#writable()).file.sync();
      else reason = 'disk_full';
    } catch (error) {
      reason = isDiskFull(error) ? 'disk_full' : 'io_error';
    }
    if (reason !== undefined) {
      await this.#refuse(reason);
      return;
    }
    this.#refusing = undefined;
    logger.info({ folder: this.#options.folder }, 'the journal can be written again');
  }

  /** Before the answer: afterwards the parts are the sender's again. */
  #remember(group: readonly Pending[], headers: readonly RecordHeader[]): void {
    for (const [index, { record }] of group.entries()) {
      const header = headers[index];
      if (header !== undefined) this.#recent.keep(header, record.sections, this.#readers.size);
    }
  }

  /** Answers a group: all alike, or each with its sequence. */
  #answer(group: readonly Pending[], result: AppendResult | readonly number[]): void {
    if ('kind' in result && result.kind === 'refused') {
      this.#options.counters.add('journal.refused', group.length, { reason: result.reason });
    }
    for (const [index, { record, answer }] of group.entries()) {
      this.#pendingBytes -= recordBytes(record);
      answer('kind' in result ? result : { kind: 'durable', sequence: result[index] ?? 0 });
    }
  }

  #headersOf(group: readonly Pending[]): RecordHeader[] {
    const appendedAtMs = this.timeMs;
    const itemsBefore = this.#items;
    return group.map(({ record }) =>
      headerOf(record, { sequence: this.#nextSequence++, appendedAtMs, itemsBefore }),
    );
  }

  /** Writes records and syncs them; they can be read when it settles. */
  async #write(group: readonly Pending[], headers: readonly RecordHeader[]): Promise<void> {
    const segment = await this.#writable();
    const { form, file, bytes: offset } = segment;
    const records = group.map(({ record }) => record);
    const { buffers, places, end } = layOut(records, headers, { form, offset });
    const written = await file.write(buffers, offset);
    if (written < end - offset) throw new DiskFullError();
    await file.sync();
    for (const [index, header] of headers.entries()) segment.add(header, places[index] ?? 0);
    this.#items = segment.end.items;
    this.#appended.move(segment.end);
  }

  /** The segment to append to: a new one at every start, after a failure, and when the last is full. */
  async #writable(): Promise<Segment> {
    const { folder, fileSystem, limits } = this.#options;
    const active = this.#active;
    if (active !== undefined && active.bytes < limits.segmentBytesMax) return active;
    this.#active = undefined;
    const marker = randomBytes(MARKER_BYTES);
    const base = String(this.#nextSequence++).padStart(16, '0');
    const name = `${base}-${marker.toString('hex')}${SEGMENT_ENDING}`;
    const path = join(folder, name);
    const file = await fileSystem.open(path, 'create');
    const preamble = encodePreamble(marker);
    const segment = new Segment({ path, file, form: newForm(marker) }, preamble.length);
    this.#segments.add(segment);
    this.#active = segment;
    const written = await file.write([preamble], 0);
    if (written < preamble.length) throw new DiskFullError();
    await fileSystem.syncFolder(folder);
    return segment;
  }

  /** Removes segments that every consumer is done with, on disk. */
  async #removeRead(): Promise<void> {
    if (!this.#hasAllReaders || this.#readers.size === 0) return;
    const done = Math.min(...[...this.#readers].map(({ saved }) => saved));
    await this.#segments.removeThrough(done, this.#active);
  }

  async #enforceLimits(): Promise<void> {
    const { limits, counters, logger } = this.#options;
    const oldestMs = this.timeMs - limits.ageMsMax;
    for (;;) {
      const { oldest } = this.#segments;
      if (oldest === undefined) break;
      const isTooMuch = this.bytes > limits.totalBytesMax;
      if (oldest === this.#active || (!isTooMuch && oldest.latestMs >= oldestMs)) break;
      await this.#removeRead();
      if (this.#segments.oldest !== oldest) continue;
      const reason = isTooMuch ? 'bytes' : 'age';
      counters.add('journal.dropped_items', oldest.itemCount, { reason });
      logger.error(
        { file: oldest.path, items: oldest.itemCount, reason },
        'the journal is at its limit',
      );
      for (const reader of this.#readers) reader.passOver(oldest.end);
      await this.#segments.remove(oldest);
    }
  }
}
