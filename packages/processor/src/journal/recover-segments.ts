/** Reads what a last run left behind: every intact record, whatever happened to the others. */
import { basename, join } from 'node:path';
import type { Logger } from '../pipeline/logger.ts';
import { CURSOR_ENDING, type CursorPosition, NOWHERE, readCursor } from './cursor.ts';
import { errorCode, type FileSystem, type OpenFile } from '../pipeline/file-system.ts';
import {
  decodeHeader,
  decodePreamble,
  HEADER_BYTES,
  isIntact,
  PREAMBLE_BYTES,
  type SegmentForm,
  SEQUENCE_MAX,
} from './record-format.ts';
import { Segment } from './segment.ts';

/** Ending of a segment's name; before it stands the first sequence it may hold. */
export const SEGMENT_ENDING = '.journal';
/** A segment's name, also where it is kept aside. */
const SEGMENT_BASE = /^(\d{16})\b.*\.journal/;
/** Added to the name of a file that is kept, but not read again. */
const KEPT_ENDING = '.unreadable';
const SEGMENT_MARKER = /^\d{16}-([0-9a-f]{16})\.journal$/;
/** Files kept aside; of more the oldest go, so that no fault fills the disk start by start. */
const KEPT_MAX = 16;

/** What to recover with. */
export interface RecoveryOptions {
  readonly folder: string;
  readonly fileSystem: FileSystem;
  readonly logger: Logger;
  /** A header that claims more is not believed. */
  readonly recordBytesMax: number;
}

/** What was found. */
export interface Recovery {
  /** With at least one record each, by rising sequence. */
  readonly segments: readonly Segment[];
  /** Highest sequence and count of items that may have been given, by records, cursors and file names. */
  readonly last: CursorPosition;
  /** Stretches of bytes that hold no intact record. */
  readonly damaged: number;
}

/**
 * Never fails for what is in the files. Everything that is read is synced before it is believed: bytes that
 * only the page cache holds would vanish with the next power loss, under records that stand on them.
 */
export async function recoverSegments(options: RecoveryOptions): Promise<Recovery> {
  const { folder, fileSystem } = options;
  const all = await fileSystem.list(folder);
  const names = all.filter((name) => name.endsWith(SEGMENT_ENDING));
  // Before anything is removed: a file that goes may be the only one to know its number.
  const given = await lastGiven(all, options);
  const segments: Segment[] = [];
  let damaged = 0;
  for (const name of names) {
    const result = await recoverSegment(join(folder, name), options);
    damaged += result.damaged;
    if (result.segment !== undefined) segments.push(result.segment);
  }
  await boundKept(options);
  await fileSystem.syncFolder(folder);
  // By what they hold, not by their names: the contents of two may have been swapped.
  segments.sort((one, other) => one.sequenceAt(0) - other.sequenceAt(0));
  const last = segments.reduce((furthest, { end }) => furthestOf(furthest, end), given);
  return { segments, last, damaged };
}

function furthestOf(one: CursorPosition, other: CursorPosition): CursorPosition {
  return {
    sequence: Math.max(one.sequence, other.sequence),
    items: Math.max(one.items, other.items),
  };
}

/**
 * What cursors and file names tell. Once everything is read and removed they alone know; a sequence given
 * again would lie below the cursors, and its record would never be read.
 */
async function lastGiven(
  names: readonly string[],
  { folder, fileSystem }: RecoveryOptions,
): Promise<CursorPosition> {
  let last = NOWHERE;
  for (const name of names) {
    const isCursor = name.endsWith(CURSOR_ENDING);
    const base = Number(SEGMENT_BASE.exec(name)?.[1] ?? -1);
    const given = isCursor
      ? await readCursor(join(folder, name), fileSystem)
      : { sequence: base, items: -1 };
    if (given.sequence <= SEQUENCE_MAX) last = furthestOf(last, given);
  }
  return last;
}

async function boundKept({ folder, fileSystem }: RecoveryOptions): Promise<void> {
  const kept = (await fileSystem.list(folder)).filter((name) => name.endsWith(KEPT_ENDING));
  for (const name of kept.slice(0, -KEPT_MAX)) await fileSystem.remove(join(folder, name));
}

async function recoverSegment(
  path: string,
  { fileSystem, logger, recordBytesMax }: RecoveryOptions,
): Promise<{ readonly segment?: Segment; readonly damaged: number }> {
  let file: OpenFile | undefined;
  try {
    file = await fileSystem.open(path, 'read');
    // Where that fails the file is read all the same: what was acknowledged had been synced before, and a
    // segment left out would fall behind the cursors for ever.
    await file.sync().catch((error: unknown) => {
      logger.error({ file: path, reason: errorCode(error) }, 'a journal file cannot be synced');
    });
    const bytes = Buffer.allocUnsafe(await file.size());
    const length = await file.read(bytes, 0);
    const content = bytes.subarray(0, length);
    const form = decodePreamble(content) ?? formOfName(path);
    if (form === 'foreign') {
      await file.close();
      await fileSystem.rename(path, `${path}${KEPT_ENDING}`);
      logger.error(
        { file: path },
        'a journal file was written by another version of Spanguard; it is kept aside, for that to read',
      );
      return { damaged: 1 };
    }
    if (form !== undefined) {
      const segment = new Segment({ path, file, form }, content.length);
      const damaged = readRecords(segment, content, recordBytesMax);
      if (damaged > 0) logger.error({ file: path, damaged }, 'a journal file is damaged in places');
      if (segment.count > 0) return { segment, damaged };
    }
    await file.close();
    // Nothing was ever acknowledged out of a file that ends with its preamble.
    if (length <= PREAMBLE_BYTES) {
      await fileSystem.remove(path);
      return { damaged: 0 };
    }
    await fileSystem.rename(path, `${path}${KEPT_ENDING}`);
    logger.error({ file: path }, 'a journal file holds no readable record; it is kept aside');
    return { damaged: 1 };
  } catch (error) {
    await file?.close().catch(() => undefined);
    logger.error(
      { file: path, reason: errorCode(error) },
      'a journal file cannot be read; it is left',
    );
    return { damaged: 1 };
  }
}

/** Where the preamble is damaged. */
function formOfName(path: string): SegmentForm | undefined {
  const marker = SEGMENT_MARKER.exec(basename(path))?.[1];
  return marker === undefined
    ? undefined
    : { marker: Buffer.from(marker, 'hex'), headerBytes: HEADER_BYTES };
}

/** Finds every intact record; after damage, looks for the next one byte by byte. Gives the damages. */
function readRecords(segment: Segment, content: Buffer, recordBytesMax: number): number {
  let damaged = 0;
  let isInDamage = false;
  const { form } = segment;
  let at = PREAMBLE_BYTES;
  while (at < content.length) {
    const head = content.subarray(at, at + form.headerBytes);
    const header = decodeHeader(head, form);
    const end = at + form.headerBytes + (header?.payloadBytes ?? 0);
    const isWhole =
      header !== undefined &&
      header.payloadBytes <= recordBytesMax &&
      end <= content.length &&
      header.sequence > segment.lastSequence &&
      isIntact(content.subarray(at, end), header, { form, part: 'all' });
    if (isWhole) {
      segment.add(header, at);
      isInDamage = false;
      at = end;
      continue;
    }
    if (!isInDamage) damaged += 1;
    isInDamage = true;
    const next = content.indexOf(form.marker, at + 1);
    at = next < 0 ? content.length : next;
  }
  return damaged;
}
