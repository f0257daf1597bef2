/**
 * The spine: an append-only log of segment files. An append is answered when it is on disk; appends that
 * wait while the disk works share the next sync. Consumers read with cursors of their own.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Observation } from '../model/observation.ts';
import type { RedactedBatch } from '../model/redacted-batch.ts';
import { SIGNALS } from '../model/signal.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Logger } from '../pipeline/logger.ts';
import { CURSOR_ENDING, readCursor } from './cursor-file.ts';
import { errorCode, type FileSystem } from './file-system.ts';
import { JournalReader, type ReadPart } from './journal-reader.ts';
import {
  encodeHeader,
  encodePreamble,
  HEADER_BYTES,
  MARKER_BYTES,
  type RecordHeader,
  type RecordKind,
} from './record-format.ts';
import { RecentRecords } from './recent-records.ts';
import { recoverSegments, SEGMENT_ENDING } from './recover-segments.ts';
import { type RecordPlace, Segment } from './segment.ts';

/** Bounds of a journal. */
export interface JournalLimits {
  /** A segment is closed when it has grown to this. */
  readonly segmentBytesMax: number;
  /** All segments together; beyond it the oldest goes, read or not, counted. */
  readonly totalBytesMax: number;
  /** Segments whose last record is older go, read or not, counted. Only time the journal is open counts. */
  readonly ageMsMax: number;
  /** Largest payload of a record. */
  readonly recordBytesMax: number;
  /** Bytes that may wait for the disk; beyond it appends are refused. */
  readonly pendingBytesMax: number;
  /** Bytes kept in memory for consumers right behind; a larger record is always read back. */
  readonly recentBytesMax: number;
}

/** Enough for a small installation; the configuration sets total and age. */
export const JOURNAL_LIMITS: JournalLimits = {
  segmentBytesMax: 64 * 1024 * 1024,
  totalBytesMax: 4 * 1024 ** 3,
  ageMsMax: 7 * 86_400_000,
  recordBytesMax: 256 * 1024 * 1024,
  pendingBytesMax: 256 * 1024 * 1024,
  recentBytesMax: 8 * 1024 * 1024,
};

/** What a journal works with. */
export interface JournalOptions {
  readonly folder: string;
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
  readonly limits: JournalLimits;
}

/** How an append ended. `refused`: nothing was kept, the sender keeps it. */
export type AppendResult =
  | { readonly kind: 'durable'; readonly sequence: number }
  | { readonly kind: 'refused'; readonly reason: 'disk_full' | 'io_error' | 'limit' | 'closed' };

/** One record to append. The parts must not change until the append is answered. */
export interface RecordToAppend {
  readonly kind: RecordKind;
  readonly signal: number;
  readonly itemCount: number;
  readonly observations: Uint8Array;
  readonly payload: Uint8Array;
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
/** After a failed write the disk is left alone so long: no new file for each append that it refuses. */
const REFUSE_MS = 1000;
const NO_OBSERVATIONS = new Uint8Array(0);
const COMMIT_BYTES_MAX = 64 * 1024 * 1024;

/** See the head of this file. One process at a time; the data folder's lock sees to that. */
export class Journal {
  readonly #options: JournalOptions;
  readonly #segments: Segment[];
  readonly #readers = new Set<JournalReader>();
  readonly #recent: RecentRecords;
  #active: Segment | undefined;
  #nextSequence: number;
  #pending: Pending[] = [];
  #pendingBytes = 0;
  #committing: Promise<void> | undefined;
  #isClosed = false;
  #refused: { readonly untilMs: number; readonly result: AppendResult } | undefined;
  /** The journal's own time is this more than the monotonic clock. */
  readonly #epochMs: number;

  private constructor(options: JournalOptions, segments: Segment[], nextSequence: number) {
    const { clock } = options;
    // The wall clock may jump; what it says must never make records old. So time goes on where the newest
    // record left it, and passes only while the journal is open.
    const newestMs = segments.reduce((newest, { latestMs }) => Math.max(newest, latestMs), 0);
    this.#epochMs = (newestMs > 0 ? newestMs : clock.now()) - clock.monotonic();
    this.#options = options;
    this.#recent = new RecentRecords(options.limits.recentBytesMax);
    this.#segments = segments;
    this.#nextSequence = nextSequence;
  }

  /** Opens or makes a journal in a folder, recovering what is there. Throws where the folder cannot be used. */
  static async open(options: JournalOptions): Promise<Journal> {
    const { folder, fileSystem, counters, logger, limits } = options;
    await fileSystem.makeFolder(folder);
    const { recordBytesMax } = limits;
    const recovered = await recoverSegments({ folder, fileSystem, logger, recordBytesMax });
    if (recovered.damaged > 0) counters.add('journal.damaged', recovered.damaged);
    const first = recovered.lastSequence < 0 ? 0 : recovered.lastSequence + SEQUENCE_LEAP;
    return new Journal(options, [...recovered.segments], first);
  }

  /** Bytes of all segments. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** The journal's own time, ms: that of `appendedAtMs`. */
  get timeMs(): number {
    return this.#epochMs + this.#options.clock.monotonic();
  }

  /** Sequence of the last record on disk; -1 where there is none. */
  get lastSequence(): number {
    return this.#segments.findLast(({ count }) => count > 0)?.lastSequence ?? -1;
  }

  /** Appends a batch with what was observed in it. Never rejects. */
  append({
    batch,
    observations,
  }: {
    batch: RedactedBatch;
    observations: readonly Observation[];
  }): Promise<AppendResult> {
    return this.appendRecord({
      kind: 'batch',
      signal: SIGNALS.indexOf(batch.signal),
      itemCount: batch.itemCount,
      observations:
        observations.length === 0 ? NO_OBSERVATIONS : Buffer.from(JSON.stringify(observations)),
      payload: batch.bytes,
    });
  }

  /** Appends any record. Never rejects. */
  appendRecord(record: RecordToAppend): Promise<AppendResult> {
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
   * A consumer's view, going on from its cursor; a new consumer starts with the oldest record. A name is a
   * file name: lower-case letters, digits, dots and dashes.
   */
  async reader(name: string, part: ReadPart = 'all'): Promise<JournalReader> {
    const { folder, fileSystem, clock, counters } = this.#options;
    const cursorPath = join(folder, `${name}${CURSOR_ENDING}`);
    const reader = new JournalReader({
      cursorPath,
      part,
      position: await readCursor(cursorPath, fileSystem),
      fileSystem,
      clock,
      counters,
      find: (sequence) => this.#find(sequence),
      recent: this.#recent,
      onAdvance: () => void this.#removeRead(),
      onClose: (closed) => this.#readers.delete(closed),
    });
    this.#readers.add(reader);
    return reader;
  }

  /** Waits for appends under way, closes readers and files. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#committing;
    await Promise.all([...this.#readers].map((reader) => reader.flushAndClose()));
    await Promise.all(this.#segments.map(({ file }) => file.close().catch(() => undefined)));
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
    const refused = this.#refused;
    if (refused !== undefined && this.#options.clock.monotonic() < refused.untilMs) {
      this.#answer(group, refused.result);
      return;
    }
    this.#refused = undefined;
    const headers = group.map(({ record }) => this.#headerOf(record));
    let result: AppendResult | undefined;
    try {
      const segment = await this.#writable();
      const places = await this.#write(segment, group, headers);
      for (const [index, header] of headers.entries()) segment.add(header, places[index] ?? 0);
      this.#remember(group, headers);
    } catch (error) {
      // The kernel may have dropped the pages: this file is never written, and never synced, again.
      const failed = this.#active;
      this.#active = undefined;
      if (failed?.count === 0) await this.#remove(failed);
      result = { kind: 'refused', reason: isDiskFull(error) ? 'disk_full' : 'io_error' };
      this.#refused = { untilMs: this.#options.clock.monotonic() + REFUSE_MS, result };
      this.#options.logger.error(
        { reason: errorCode(error) || String(error) },
        'the journal cannot be written',
      );
    }
    this.#answer(group, result ?? headers.map(({ sequence }) => sequence));
    if (result !== undefined) return;
    for (const reader of this.#readers) reader.wake();
    await this.#enforceLimits();
  }

  /** Before the answer: afterwards the parts are the sender's again. */
  #remember(group: readonly Pending[], headers: readonly RecordHeader[]): void {
    for (const [index, { record }] of group.entries()) {
      const header = headers[index];
      if (header !== undefined) this.#recent.keep(header, record, this.#readers.size);
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

  #headerOf(record: RecordToAppend): RecordHeader {
    const { kind, signal, itemCount, observations, payload } = record;
    return {
      kind,
      signal,
      itemCount,
      sequence: this.#nextSequence++,
      payloadBytes: observations.length + payload.length,
      observationsBytes: observations.length,
      appendedAtMs: this.timeMs,
    };
  }

  async #write(
    segment: Segment,
    group: readonly Pending[],
    headers: readonly RecordHeader[],
  ): Promise<number[]> {
    const buffers: Uint8Array[] = [];
    const places: number[] = [];
    let end = segment.bytes;
    for (const [index, { record }] of group.entries()) {
      const header = headers[index];
      if (header === undefined) continue;
      const { observations, payload } = record;
      const head = encodeHeader(header, segment.marker, { observations, rest: payload });
      buffers.push(...[head, observations, payload].filter(({ length }) => length > 0));
      places.push(end);
      end += HEADER_BYTES + header.payloadBytes;
    }
    const written = await segment.file.write(buffers, segment.bytes);
    if (written < end - segment.bytes) throw new DiskFullError();
    await segment.file.sync();
    return places;
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
    const segment = new Segment({ path, file, marker }, preamble.length);
    this.#segments.push(segment);
    this.#active = segment;
    const written = await file.write([preamble], 0);
    if (written < preamble.length) throw new DiskFullError();
    await fileSystem.syncFolder(folder);
    return segment;
  }

  /** The first record after a sequence. */
  #find(sequence: number): RecordPlace | undefined {
    const segment = this.#segments.find((one) => one.lastSequence > sequence);
    return segment === undefined ? undefined : { segment, row: segment.rowAfter(sequence) };
  }

  /** Removes segments that every consumer is done with. */
  async #removeRead(): Promise<void> {
    if (this.#readers.size === 0) return;
    const done = Math.min(...[...this.#readers].map(({ committed }) => committed));
    for (const segment of this.#segments.slice()) {
      if (segment === this.#active || segment.lastSequence > done) break;
      await this.#remove(segment);
    }
  }

  async #enforceLimits(): Promise<void> {
    const { limits, counters, logger } = this.#options;
    const oldestMs = this.timeMs - limits.ageMsMax;
    for (let oldest = this.#segments[0]; oldest !== undefined; oldest = this.#segments[0]) {
      const isTooMuch = this.bytes > limits.totalBytesMax;
      if (oldest === this.#active || (!isTooMuch && oldest.latestMs >= oldestMs)) break;
      const reason = isTooMuch ? 'bytes' : 'age';
      counters.add('journal.dropped_items', oldest.itemCount, { reason });
      logger.error(
        { file: oldest.path, items: oldest.itemCount, reason },
        'the journal is at its limit',
      );
      await this.#remove(oldest);
    }
  }

  async #remove(segment: Segment): Promise<void> {
    const index = this.#segments.indexOf(segment);
    if (index < 0) return;
    this.#segments.splice(index, 1);
    segment.isRemoved = true;
    try {
      await this.#options.fileSystem.remove(segment.path);
      if (segment.reads === 0) await segment.file.close();
    } catch (error) {
      this.#options.logger.warn(
        { file: segment.path, reason: errorCode(error) },
        'a read file stays',
      );
    }
  }
}

/** Fewer bytes were written than asked for. */
class DiskFullError extends Error {
  readonly code: string = 'ENOSPC';
}

function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(errorCode(error));
}

function recordBytes({ observations, payload }: RecordToAppend): number {
  return HEADER_BYTES + observations.length + payload.length;
}
