/**
 * How a record lies in a segment: a header, then its sections. All numbers little-endian.
 *
 * | at | bytes | what |
 * | --- | --- | --- |
 * | 0 | 8 | the segment's marker |
 * | 8 | 1 | kind |
 * | 9 | 1 | signal |
 * | 10 | 2 | how many sections |
 * | 12 | 8 | sequence |
 * | 20 | 4 | items |
 * | 24 | 8 | appended at, ms of the journal's own time, double |
 * | 32 | 8 | items acknowledged before it was written, since the journal was made, double |
 * | 40 | 12 each | of each section: its type (2 bytes, 2 of zero), length (4), CRC-32 (4) |
 * | then | 4 | CRC-32 of all the bytes before |
 *
 * A consumer reads, and checks, the header and the sections it asks for: damage to one section costs those
 * who read it. The marker is random, so that nobody outside can send a payload that reads as a record. It
 * stands in the preamble and in the file's name too: no damage in one place takes a whole segment. What is
 * missing between two records, whatever took it, is told by their counts of items.
 */
import { crc32 } from 'node:zlib';
import { decodeOldHeader } from './old-records.ts';
import {
  type RecordHeader,
  type SectionPlace,
  type SegmentForm,
  SEGMENT_VERSIONS,
  SEQUENCE_MAX,
} from './record-header.ts';

/** Bytes of a segment's marker. */
export const MARKER_BYTES = 8;

/** Sections a record may have. */
export const SECTIONS_MAX = 16;

const FORMAT = 'SPANGUARD.JOURNAL.';
const HEAD = Buffer.from(`${FORMAT}4\n`);
const VERSION_AT = FORMAT.length;
const CRC_BYTES = 4;
const DIGIT_0 = 0x30;

/** Bytes of a preamble: what it is, the version, the marker, CRC-32 of all that. */
export const PREAMBLE_BYTES: number = HEAD.length + MARKER_BYTES + CRC_BYTES;

/** First bytes of a segment. Every version of the format keeps their order. */
export function encodePreamble(marker: Uint8Array): Buffer {
  const crc = Buffer.alloc(CRC_BYTES);
  crc.writeUInt32LE(crc32(marker, crc32(HEAD)));
  return Buffer.concat([HEAD, marker, crc]);
}

/** The form of a segment that is to be written. */
export function newForm(marker: Uint8Array): SegmentForm {
  return { marker, version: 4 };
}

/** The form a preamble tells of; `foreign` where it is intact and of a version that is not read. */
export function decodePreamble(bytes: Buffer): SegmentForm | 'foreign' | undefined {
  const crcAt = PREAMBLE_BYTES - CRC_BYTES;
  if (bytes.length < PREAMBLE_BYTES) return undefined;
  if (bytes.readUInt32LE(crcAt) !== crc32(bytes.subarray(0, crcAt))) return undefined;
  const marker = Buffer.from(bytes.subarray(HEAD.length, crcAt));
  const version = SEGMENT_VERSIONS.find((known) => bytes[VERSION_AT] === DIGIT_0 + known);
  const isOurs = bytes.subarray(0, VERSION_AT).equals(HEAD.subarray(0, VERSION_AT));
  return isOurs && version !== undefined ? { marker, version } : 'foreign';
}

const KIND_AT = MARKER_BYTES;
const SECTION_COUNT_AT = 10;
const SEQUENCE_AT = 12;
const ITEM_COUNT_AT = 20;
const APPENDED_AT = 24;
const ITEMS_BEFORE_AT = 32;
const SECTIONS_AT = 40;
const SECTION_BYTES = 12;

/** Bytes of the header of a record with so many sections. */
export function headerBytesOf(sections: number): number {
  return SECTIONS_AT + sections * SECTION_BYTES + CRC_BYTES;
}

/** No header is longer. */
export const HEADER_BYTES_MAX: number = headerBytesOf(SECTIONS_MAX);

/** Writes a header. */
export function encodeHeader(header: RecordHeader, marker: Uint8Array): Buffer {
  const { sections } = header;
  const bytes = Buffer.alloc(headerBytesOf(sections.length));
  bytes.set(marker);
  bytes[KIND_AT] = header.kind;
  bytes[KIND_AT + 1] = header.signal;
  bytes.writeUInt16LE(sections.length, SECTION_COUNT_AT);
  bytes.writeBigUInt64LE(BigInt(header.sequence), SEQUENCE_AT);
  bytes.writeUInt32LE(header.itemCount, ITEM_COUNT_AT);
  bytes.writeDoubleLE(header.appendedAtMs, APPENDED_AT);
  bytes.writeDoubleLE(header.itemsBefore, ITEMS_BEFORE_AT);
  let at = SECTIONS_AT;
  for (const section of sections) {
    bytes.writeUInt16LE(section.type, at);
    bytes.writeUInt32LE(section.bytes, at + 4);
    bytes.writeUInt32LE(section.checksum, at + 8);
    at += SECTION_BYTES;
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(0, at)), at);
  return bytes;
}

/**
 * Reads a header at the front of what may be longer; undefined where the bytes are none, or not as they were
 * written. One of an older version is checked with its section only.
 */
export function decodeHeader(bytes: Buffer, form: SegmentForm): RecordHeader | undefined {
  const { marker, version } = form;
  if (!bytes.subarray(0, MARKER_BYTES).equals(marker)) return undefined;
  if (version !== 4) return decodeOldHeader(bytes, version);
  if (bytes.length < headerBytesOf(0)) return undefined;
  const count = bytes.readUInt16LE(SECTION_COUNT_AT);
  const headerBytes = headerBytesOf(count);
  const crcAt = headerBytes - CRC_BYTES;
  if (count > SECTIONS_MAX || bytes.length < headerBytes) return undefined;
  if (bytes.readUInt32LE(crcAt) !== crc32(bytes.subarray(0, crcAt))) return undefined;
  const sequence = Number(bytes.readBigUInt64LE(SEQUENCE_AT));
  if (sequence > SEQUENCE_MAX) return undefined;
  const sections = readSections(bytes, count);
  return {
    kind: bytes[KIND_AT] ?? 0,
    signal: bytes[KIND_AT + 1] ?? 0,
    sequence,
    itemCount: bytes.readUInt32LE(ITEM_COUNT_AT),
    appendedAtMs: bytes.readDoubleLE(APPENDED_AT),
    itemsBefore: bytes.readDoubleLE(ITEMS_BEFORE_AT),
    sections,
    bytes: sections.reduce((end, section) => end + section.bytes, headerBytes),
  };
}

function readSections(header: Buffer, count: number): readonly SectionPlace[] {
  const sections: SectionPlace[] = [];
  let at = headerBytesOf(count);
  for (let index = 0; index < count; index += 1) {
    const entryAt = SECTIONS_AT + index * SECTION_BYTES;
    const bytes = header.readUInt32LE(entryAt + 4);
    const [type, checksum] = [header.readUInt16LE(entryAt), header.readUInt32LE(entryAt + 8)];
    sections.push({ type, at, bytes, checksum, seed: 0, skip: 0 });
    at += bytes;
  }
  return sections;
}
