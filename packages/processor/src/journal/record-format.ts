/**
 * How a record lies in a segment: a header of 56 bytes, then the payload. All numbers little-endian.
 *
 * | at | bytes | what |
 * | --- | --- | --- |
 * | 0 | 8 | the segment's marker |
 * | 8 | 1 | kind |
 * | 9 | 1 | signal |
 * | 10 | 2 | zero |
 * | 12 | 8 | sequence |
 * | 20 | 4 | bytes of the payload |
 * | 24 | 4 | bytes of the observations at its front |
 * | 28 | 4 | items |
 * | 32 | 8 | appended at, ms of the journal's own time, double |
 * | 40 | 8 | items acknowledged before it was written, since the journal was made, double |
 * | 48 | 4 | CRC-32 of all the bytes before and the observations |
 * | 52 | 4 | the same CRC-32, carried on over the rest of the payload |
 *
 * The marker is random, so that nobody outside can send a payload that reads as a record. It stands in the
 * preamble and in the file's name too: no damage in one place takes a whole segment. What is missing between
 * two records, whatever took it, is told by their counts of items. Version 2 lacks the count, and is read.
 */
import { crc32 } from 'node:zlib';

/** Bytes of a record's header. */
export const HEADER_BYTES = 56;
const HEADER_BYTES_OF_2 = 48;

/** Bytes of a segment's marker. */
export const MARKER_BYTES = 8;

/** Higher sequences are not believed: room for the leaps of every start to come. */
export const SEQUENCE_MAX: number = 2 ** 52;

const FORMAT = 'SPANGUARD.JOURNAL.';
const HEAD = Buffer.from(`${FORMAT}3\n`);
const HEAD_OF_2 = Buffer.from(`${FORMAT}2\n`);
const CRC_BYTES = 4;

/** Bytes of a preamble: what it is, the version, the marker, CRC-32 of all that. */
export const PREAMBLE_BYTES: number = HEAD.length + MARKER_BYTES + CRC_BYTES;

/** First bytes of a segment. Every version of the format keeps their order. */
export function encodePreamble(marker: Uint8Array): Buffer {
  const crc = Buffer.alloc(CRC_BYTES);
  crc.writeUInt32LE(crc32(marker, crc32(HEAD)));
  return Buffer.concat([HEAD, marker, crc]);
}

/** How the records of one segment lie. */
export interface SegmentForm {
  /** What every record starts with. */
  readonly marker: Uint8Array;
  readonly headerBytes: number;
}

/** The form a preamble tells of; `foreign` where it is intact and of a version that is not read. */
export function decodePreamble(bytes: Buffer): SegmentForm | 'foreign' | undefined {
  const crcAt = PREAMBLE_BYTES - CRC_BYTES;
  if (bytes.length < PREAMBLE_BYTES) return undefined;
  if (bytes.readUInt32LE(crcAt) !== crc32(bytes.subarray(0, crcAt))) return undefined;
  const marker = Buffer.from(bytes.subarray(HEAD.length, crcAt));
  const head = bytes.subarray(0, HEAD.length);
  if (head.equals(HEAD)) return { marker, headerBytes: HEADER_BYTES };
  return head.equals(HEAD_OF_2) ? { marker, headerBytes: HEADER_BYTES_OF_2 } : 'foreign';
}

const KIND_AT = MARKER_BYTES;
const SEQUENCE_AT = 12;
const PAYLOAD_BYTES_AT = 20;
const OBSERVATIONS_BYTES_AT = 24;
const ITEM_COUNT_AT = 28;
const APPENDED_AT = 32;
const ITEMS_BEFORE_AT = 40;

/** What records there are, in the order of their numbers; never reorder. */
export const RECORD_KINDS = ['batch', 'alert'] as const;

/** One of {@link RECORD_KINDS}. */
export type RecordKind = (typeof RECORD_KINDS)[number];

/** How much of a record is read. */
export type RecordPart = 'all' | 'observations';

/** A record's header, read or to be written. */
export interface RecordHeader {
  readonly kind: RecordKind;
  /** Index in SIGNALS; 0 where the kind has none. */
  readonly signal: number;
  readonly sequence: number;
  readonly payloadBytes: number;
  readonly observationsBytes: number;
  readonly itemCount: number;
  /** On the journal's own clock: near the wall clock, but free of its jumps. */
  readonly appendedAtMs: number;
  /**
   * Items acknowledged before it was written; -1 where that is not known. Records of one write have the same:
   * what is torn out of a write that was never acknowledged is not missing.
   */
  readonly itemsBefore: number;
}

/** Writes a header for what was observed and the rest of the payload. */
export function encodeHeader(
  header: RecordHeader,
  marker: Uint8Array,
  { observations, rest }: { readonly observations: Uint8Array; readonly rest: Uint8Array },
): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.set(marker);
  bytes[KIND_AT] = RECORD_KINDS.indexOf(header.kind);
  bytes[KIND_AT + 1] = header.signal;
  bytes.writeBigUInt64LE(BigInt(header.sequence), SEQUENCE_AT);
  bytes.writeUInt32LE(header.payloadBytes, PAYLOAD_BYTES_AT);
  bytes.writeUInt32LE(header.observationsBytes, OBSERVATIONS_BYTES_AT);
  bytes.writeUInt32LE(header.itemCount, ITEM_COUNT_AT);
  bytes.writeDoubleLE(header.appendedAtMs, APPENDED_AT);
  bytes.writeDoubleLE(header.itemsBefore, ITEMS_BEFORE_AT);
  const { observedCrcAt, wholeCrcAt } = checksumsOf(HEADER_BYTES);
  const observed = crc32(observations, crc32(bytes.subarray(0, observedCrcAt)));
  bytes.writeUInt32LE(observed, observedCrcAt);
  bytes.writeUInt32LE(crc32(rest, observed), wholeCrcAt);
  return bytes;
}

/** Reads a header; undefined where the bytes are none. Says nothing of marker and payload. */
export function decodeHeader(
  bytes: Buffer,
  { headerBytes }: Pick<SegmentForm, 'headerBytes'>,
): RecordHeader | undefined {
  if (bytes.length < headerBytes) return undefined;
  const kind = RECORD_KINDS[bytes[KIND_AT] ?? -1];
  const sequence = Number(bytes.readBigUInt64LE(SEQUENCE_AT));
  const payloadBytes = bytes.readUInt32LE(PAYLOAD_BYTES_AT);
  const observationsBytes = bytes.readUInt32LE(OBSERVATIONS_BYTES_AT);
  if (kind === undefined || sequence > SEQUENCE_MAX || observationsBytes > payloadBytes) {
    return undefined;
  }
  return {
    kind,
    signal: bytes[KIND_AT + 1] ?? 0,
    sequence,
    payloadBytes,
    observationsBytes,
    itemCount: bytes.readUInt32LE(ITEM_COUNT_AT),
    appendedAtMs: bytes.readDoubleLE(APPENDED_AT),
    itemsBefore: headerBytes === HEADER_BYTES ? bytes.readDoubleLE(ITEMS_BEFORE_AT) : -1,
  };
}

/** Whether a record starts with a marker and is as it was written: whole, or up to its observations. */
export function isIntact(
  record: Buffer,
  header: RecordHeader,
  { form, part }: { readonly form: SegmentForm; readonly part: RecordPart },
): boolean {
  const { headerBytes, marker } = form;
  const observedEnd = headerBytes + header.observationsBytes;
  const end = part === 'all' ? headerBytes + header.payloadBytes : observedEnd;
  if (record.length < end || !record.subarray(0, MARKER_BYTES).equals(marker)) return false;
  const { observedCrcAt, wholeCrcAt } = checksumsOf(headerBytes);
  const observed = crc32(
    record.subarray(headerBytes, observedEnd),
    crc32(record.subarray(0, observedCrcAt)),
  );
  if (record.readUInt32LE(observedCrcAt) !== observed) return false;
  if (part === 'observations') return true;
  return record.readUInt32LE(wholeCrcAt) === crc32(record.subarray(observedEnd, end), observed);
}

function checksumsOf(headerBytes: number): { observedCrcAt: number; wholeCrcAt: number } {
  return { observedCrcAt: headerBytes - 2 * CRC_BYTES, wholeCrcAt: headerBytes - CRC_BYTES };
}
