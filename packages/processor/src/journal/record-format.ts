/**
 * How a record lies in a segment: a header of 40 bytes, then the payload. All numbers little-endian.
 *
 * | at | bytes | what |
 * | --- | --- | --- |
 * | 0 | 4 | magic `SGR1` |
 * | 4 | 1 | kind |
 * | 5 | 1 | signal |
 * | 6 | 2 | zero |
 * | 8 | 8 | sequence |
 * | 16 | 4 | bytes of the payload |
 * | 20 | 4 | bytes of the observations at its front |
 * | 24 | 4 | items |
 * | 28 | 8 | appended at, ms since the epoch, double |
 * | 36 | 4 | CRC-32 of the 36 bytes before and the payload |
 */
import { crc32 } from 'node:zlib';

/** Bytes of a record's header. */
export const HEADER_BYTES = 40;

/** First bytes of every segment: what it is, and the version of its format. */
export const SEGMENT_PREAMBLE: Uint8Array = Buffer.from('SPANGUARD.JOURNAL.1\n');

const MAGIC = 0x31524753;
const CRC_AT = 36;

/** What records there are, in the order of their numbers; never reorder. */
export const RECORD_KINDS = ['batch', 'alert'] as const;

/** One of {@link RECORD_KINDS}. */
export type RecordKind = (typeof RECORD_KINDS)[number];

/** A record's header, read or to be written. */
export interface RecordHeader {
  readonly kind: RecordKind;
  /** Index in SIGNALS; 0 where the kind has none. */
  readonly signal: number;
  readonly sequence: number;
  readonly payloadBytes: number;
  readonly observationsBytes: number;
  readonly itemCount: number;
  readonly appendedAtMs: number;
}

/** Writes a header for a payload given in parts. */
export function encodeHeader(header: RecordHeader, payload: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes[4] = RECORD_KINDS.indexOf(header.kind);
  bytes[5] = header.signal;
  bytes.writeBigUInt64LE(BigInt(header.sequence), 8);
  bytes.writeUInt32LE(header.payloadBytes, 16);
  bytes.writeUInt32LE(header.observationsBytes, 20);
  bytes.writeUInt32LE(header.itemCount, 24);
  bytes.writeDoubleLE(header.appendedAtMs, 28);
  bytes.writeUInt32LE(checksum(bytes, payload), CRC_AT);
  return bytes;
}

/** Reads a header; undefined where the bytes are none. Says nothing of the payload. */
export function decodeHeader(bytes: Buffer): RecordHeader | undefined {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC) return undefined;
  const kind = RECORD_KINDS[bytes[4] ?? -1];
  const sequence = Number(bytes.readBigUInt64LE(8));
  const payloadBytes = bytes.readUInt32LE(16);
  const observationsBytes = bytes.readUInt32LE(20);
  if (kind === undefined || !Number.isSafeInteger(sequence) || observationsBytes > payloadBytes) {
    return undefined;
  }
  return {
    kind,
    signal: bytes[5] ?? 0,
    sequence,
    payloadBytes,
    observationsBytes,
    itemCount: bytes.readUInt32LE(24),
    appendedAtMs: bytes.readDoubleLE(28),
  };
}

/** Whether header and payload are the ones that were written. */
export function isIntact(header: Buffer, payload: Uint8Array): boolean {
  return header.readUInt32LE(CRC_AT) === checksum(header, [payload]);
}

function checksum(header: Buffer, payload: readonly Uint8Array[]): number {
  let value = crc32(header.subarray(0, CRC_AT));
  for (const part of payload) value = crc32(part, value);
  return value;
}
