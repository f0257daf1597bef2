/** Reads what a last run left behind: all that is intact, whatever happened to the rest. */
import { basename, join } from 'node:path';
import type { Logger } from '../pipeline/logger.ts';
import { CURSOR_ENDING, type CursorPosition, NOWHERE, readCursor } from './cursor.ts';
import { errorCode, type FileSystem, type OpenFile } from '../pipeline/file-system.ts';
import { FilePieces } from './file-pieces.ts';
import {
  decodeHeader,
  decodePreamble,
  HEADER_BYTES_MAX,
  newForm,
  PREAMBLE_BYTES,
} from './record-format.ts';
import { type RecordHeader, type SegmentForm, SEQUENCE_MAX } from './record-header.ts';
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
  /** With at least one record each, by rising sequence: each goes on behind the one before it. */
  readonly segments: readonly Segment[];
  /** Highest sequence and count of items that may have been given, by records, cursors and file names. */
  readonly last: CursorPosition;
  /** Stretches of bytes that hold no intact record, and records of which a section is damaged. */
  readonly damaged: number;
}

/** What is believed of what is read. */
interface Belief {
  /** A header that claims more is not. */
  readonly recordBytesMax: number;
  /**
   * Of a record up to here one section may be damaged: it was written whole. One behind may have been torn
   * before it was acknowledged, and would be missed by those who read what is torn.
   */
  readonly acknowledged: number;
}

/**
 * Never fails for what is in the files. Everything that is read is synced before it is believed: bytes that
 * only the page cache holds would vanish with the next power loss, under records that stand on them.
 */
export async function recoverSegments(options: RecoveryOptions): Promise<Recovery> {
  const { folder, fileSystem, logger, recordBytesMax } = options;
  const all = await fileSystem.list(folder);
  const names = all.filter((name) => name.endsWith(SEGMENT_ENDING));
  // Before anything is removed: a file that goes may be the only one to know its number.
  const given = await lastGiven(all, options);
  const belief = { recordBytesMax, acknowledged: given.acknowledged };
  const found: Segment[] = [];
  let [damaged, older] = [0, 0];
  for (const name of names) {
    const result = await recoverSegment(join(folder, name), options, belief);
    damaged += result.damaged;
    older += result.older;
    if (result.segment !== undefined) found.push(result.segment);
  }
  if (older > 0) {
    logger.warn(
      { folder, records: older },
      'records of an earlier version of Spanguard are delivered; what was observed in them is not correlated',
    );
  }
  const segments = await inOrder(found, options);
  await boundKept(options);
  await fileSystem.syncFolder(folder);
  const last = segments.reduce((furthest, { end }) => furthestOf(furthest, end), given.last);
  return { segments, last, damaged };
}

/**
 * By what they hold, not by their names: the contents of two may have been swapped. One that holds nothing
 * behind those before it is a copy, which nobody would come to.
 */
async function inOrder(
  found: readonly Segment[],
  { fileSystem, logger }: RecoveryOptions,
): Promise<readonly Segment[]> {
  const segments: Segment[] = [];
  const sorted = found.toSorted(
    (one, other) =>
      one.sequenceAt(0) - other.sequenceAt(0) || other.lastSequence - one.lastSequence,
  );
  for (const segment of sorted) {
    if (segment.lastSequence > (segments.at(-1)?.lastSequence ?? -1)) {
      segments.push(segment);
      continue;
    }
    const { file, path } = segment;
    logger.warn({ file: path }, 'a journal file holds what others hold; it is kept aside');
    await file.close().catch(() => undefined);
    await fileSystem.rename(path, `${path}${KEPT_ENDING}`).catch((error: unknown) => {
      logger.error({ file: path, reason: errorCode(error) }, 'a journal file cannot be kept aside');
    });
  }
  return segments;
}

function furthestOf(one: CursorPosition, other: CursorPosition): CursorPosition {
  return {
    sequence: Math.max(one.sequence, other.sequence),
    items: Math.max(one.items, other.items),
  };
}

/**
 * What cursors and file names tell; cursors alone tell what was acknowledged. Once everything is read and
 * removed they alone know; a sequence given again would lie below the cursors, and its record would never be
 * read.
 */
async function lastGiven(
  names: readonly string[],
  { folder, fileSystem }: RecoveryOptions,
): Promise<{ readonly last: CursorPosition; readonly acknowledged: number }> {
  let last = NOWHERE;
  let acknowledged = -1;
  for (const name of names) {
    const isCursor = name.endsWith(CURSOR_ENDING);
    const base = Number(SEGMENT_BASE.exec(name)?.[1] ?? -1);
    const given = isCursor
      ? await readCursor(join(folder, name), fileSystem)
      : { sequence: base, items: -1 };
    if (given.sequence > SEQUENCE_MAX) continue;
    last = furthestOf(last, given);
    if (isCursor) acknowledged = Math.max(acknowledged, given.sequence);
  }
  return { last, acknowledged };
}

async function boundKept({ folder, fileSystem }: RecoveryOptions): Promise<void> {
  const kept = (await fileSystem.list(folder)).filter((name) => name.endsWith(KEPT_ENDING));
  for (const name of kept.slice(0, -KEPT_MAX)) await fileSystem.remove(join(folder, name));
}

interface RecoveredSegment {
  readonly segment?: Segment;
  readonly damaged: number;
  /** Records of an older version in it that hold what nothing reads any more. */
  readonly older: number;
}

async function recoverSegment(
  path: string,
  { fileSystem, logger }: RecoveryOptions,
  belief: Belief,
): Promise<RecoveredSegment> {
  let file: OpenFile | undefined;
  try {
    file = await fileSystem.open(path, 'read');
    // Where that fails the file is read all the same: what was acknowledged had been synced before, and a
    // segment left out would fall behind the cursors for ever.
    await file.sync().catch((error: unknown) => {
      logger.error({ file: path, reason: errorCode(error) }, 'a journal file cannot be synced');
    });
    const size = await file.size();
    const pieces = new FilePieces(file, size);
    const form = decodePreamble(await pieces.from(0, PREAMBLE_BYTES)) ?? formOfName(path);
    if (form === 'foreign') {
      await file.close();
      await fileSystem.rename(path, `${path}${KEPT_ENDING}`);
      logger.error(
        { file: path },
        'a journal file was written by another version of Spanguard; it is kept aside, for that to read',
      );
      return { damaged: 1, older: 0 };
    }
    if (form !== undefined) {
      const segment = new Segment({ path, file, form }, size);
      const { damaged, older } = await readRecords(segment, pieces, belief);
      if (damaged > 0) logger.error({ file: path, damaged }, 'a journal file is damaged in places');
      if (segment.count > 0) return { segment, damaged, older };
    }
    await file.close();
    // Nothing was ever acknowledged out of a file that ends with its preamble.
    if (size <= PREAMBLE_BYTES) {
      await fileSystem.remove(path);
      return { damaged: 0, older: 0 };
    }
    await fileSystem.rename(path, `${path}${KEPT_ENDING}`);
    logger.error({ file: path }, 'a journal file holds no readable record; it is kept aside');
    return { damaged: 1, older: 0 };
  } catch (error) {
    await file?.close().catch(() => undefined);
    logger.error(
      { file: path, reason: errorCode(error) },
      'a journal file cannot be read; it is left',
    );
    return { damaged: 1, older: 0 };
  }
}

/** Where the preamble is damaged. */
function formOfName(path: string): SegmentForm | undefined {
  const marker = SEGMENT_MARKER.exec(basename(path))?.[1];
  return marker === undefined ? undefined : newForm(Buffer.from(marker, 'hex'));
}

/** Finds every record that somebody can read; after damage, looks for the next one byte by byte. */
async function readRecords(
  segment: Segment,
  pieces: FilePieces,
  { recordBytesMax, acknowledged }: Belief,
): Promise<Pick<RecoveredSegment, 'damaged' | 'older'>> {
  const { form, bytes: size } = segment;
  let [damaged, older, isInDamage] = [0, 0, false];
  for (let at: number | undefined = PREAMBLE_BYTES; at !== undefined && at < size;) {
    const header = decodeHeader(await pieces.from(at, HEADER_BYTES_MAX), form);
    const isThere =
      header !== undefined &&
      header.bytes <= recordBytesMax &&
      at + header.bytes <= size &&
      header.sequence > segment.lastSequence;
    const intact = isThere ? await intactSections(header, pieces, at) : 0;
    const isWhole = isThere && intact === header.sections.length;
    if (isThere && (isWhole || (intact > 0 && header.sequence <= acknowledged))) {
      segment.add(header, at);
      if (!isWhole) damaged += 1;
      if (header.sections.some(({ skip }) => skip > 0)) older += 1;
      isInDamage = false;
      at += header.bytes;
      continue;
    }
    if (!isInDamage) damaged += 1;
    isInDamage = true;
    at = await pieces.find(form.marker, at + 1);
  }
  return { damaged, older };
}

async function intactSections(
  { sections }: RecordHeader,
  pieces: FilePieces,
  recordAt: number,
): Promise<number> {
  let intact = 0;
  for (const { at, bytes, checksum, seed } of sections) {
    if ((await pieces.checksum(recordAt + at, bytes, seed)) === checksum) intact += 1;
  }
  return intact;
}
