/**
 * How a record lies in a segment: a header of 48 bytes, then the payload. All numbers little-endian.
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
 * | 40 | 4 | CRC-32 of the 40 bytes before and the observations |
 * | 44 | 4 | the same CRC-32, carried on over the rest of the payload |
 *
 * The marker is random, so that nobody outside can send a payload that reads as a record. It stands in the
 * preamble and in the file's name too: no damage in one place takes a whole segment.
 */
import { crc32 } from 'node:zlib';

/** Bytes of a record's header. */
export const HEADER_BYTES = 48;

/** Bytes of a segment's marker. */
export const MARKER_BYTES = 8;

/** Higher sequences are not believed: room for the leaps of every start to come. */
export const SEQUENCE_MAX: number = 2 ** 52;

const FORMAT = 'SPANGUARD.JOURNAL.';
const HEAD = Buffer.from(`${FORMAT}2\n`);
const CRC_BYTES = 4;

/** Bytes of a preamble: what it is, the version, the marker, CRC-32 of all that. */
export const PREAMBLE_BYTES: number = HEAD.length + MARKER_BYTES + CRC_BYTES;

/** First bytes of a segment. Every version of the format keeps their order. */
export function encodePreamble(marker: Uint8Array): Buffer {
  const crc = Buffer.alloc(CRC_BYTES);
  crc.writeUInt32LE(crc32(marker, crc32(HEAD)));
  return Buffer.concat([HEAD, marker, crc]);
}

/** The marker of a preamble; `foreign` where it is intact and of another version. */
export function decodePreamble(bytes: Buffer): Buffer | 'foreign' | undefined {
  const crcAt = PREAMBLE_BYTES - CRC_BYTES;
  if (bytes.length < PREAMBLE_BYTES) return undefined;
  if (bytes.readUInt32LE(crcAt) !== crc32(bytes.subarray(0, crcAt))) return undefined;
  const isOurs = bytes.subarray(0, HEAD.length).equals(HEAD);
  return isOurs ? Buffer.from(bytes.subarray(HEAD.length, crcAt)) : 'foreign';
}

const KIND_AT = MARKER_BYTES;
const SEQUENCE_AT = 12;
const PAYLOAD_BYTES_AT = 20;
const OBSERVATIONS_BYTES_AT = 24;
const ITEM_COUNT_AT = 28;
const APPENDED_AT = 32;
const OBSERVED_CRC_AT = 40;
const WHOLE_CRC_AT = 44;

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
  const observed = crc32(observations, crc32(bytes.subarray(0, OBSERVED_CRC_AT)));
  bytes.writeUInt32LE(observed, OBSERVED_CRC_AT);
  bytes.writeUInt32LE(crc32(rest, observed), WHOLE_CRC_AT);
  return bytes;
}

/** Reads a header; undefined where the bytes are none. Says nothing of marker and payload. */
export function decodeHeader(bytes: Buffer): RecordHeader | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
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
  };
}

/** Whether a record starts with a marker and is as it was written: whole, or up to its observations. */
export function isIntact(
  record: Buffer,
  header: RecordHeader,
  { marker, part }: { readonly marker: Uint8Array; readonly part: RecordPart },
): boolean {
  const observedEnd = HEADER_BYTES + header.observationsBytes;
  const end = part === 'all' ? HEADER_BYTES + header.payloadBytes : observedEnd;
  if (record.length < end || !record.subarray(0, MARKER_BYTES).equals(marker)) return false;
  const observed = crc32(
    record.subarray(HEADER_BYTES, observedEnd),
    crc32(record.subarray(0, OBSERVED_CRC_AT)),
  );
  if (record.readUInt32LE(OBSERVED_CRC_AT) !== observed) return false;
  if (part === 'observations') return true;
  return record.readUInt32LE(WHOLE_CRC_AT) === crc32(record.subarray(observedEnd, end), observed);
}
