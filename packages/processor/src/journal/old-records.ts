/**
 * Records of versions 2 and 3, as far as they are read: their payload. A header of 48 or 56 bytes, then
 * observations, then the payload; one CRC-32 goes on over all three.
 *
 * | at | bytes | what |
 * | --- | --- | --- |
 * | 8 | 2 | kind, signal |
 * | 12 | 8 | sequence |
 * | 20 | 4 | bytes of observations and payload |
 * | 24 | 4 | bytes of the observations |
 * | 28 | 4 | items |
 * | 32 | 8 | appended at |
 * | 40 | 8 | of version 3: items acknowledged before it |
 * | then | 8 | CRC-32 up to the observations, CRC-32 of the whole |
 *
 * What was observed has a form that nothing reads any more.
 */
import { crc32 } from 'node:zlib';
import { SECTION } from '../model/sections.ts';
import { type RecordHeader, SEQUENCE_MAX } from './record-header.ts';

const HEADER_BYTES = { 2: 48, 3: 56 } as const;
const CRCS_BYTES = 8;

/** Reads a header of an older version. It is as it was written where its one section is. */
export function decodeOldHeader(bytes: Buffer, version: 2 | 3): RecordHeader | undefined {
  const headerBytes = HEADER_BYTES[version];
  if (bytes.length < headerBytes) return undefined;
  const sequence = Number(bytes.readBigUInt64LE(12));
  const bodyBytes = bytes.readUInt32LE(20);
  const skip = bytes.readUInt32LE(24);
  if (sequence > SEQUENCE_MAX || skip > bodyBytes) return undefined;
  const checksum = bytes.readUInt32LE(headerBytes - CRCS_BYTES / 2);
  const seed = crc32(bytes.subarray(0, headerBytes - CRCS_BYTES));
  return {
    kind: bytes[8] ?? 0,
    signal: bytes[9] ?? 0,
    sequence,
    itemCount: bytes.readUInt32LE(28),
    appendedAtMs: bytes.readDoubleLE(32),
    itemsBefore: version === 3 ? bytes.readDoubleLE(40) : -1,
    sections: [{ type: SECTION.payload, at: headerBytes, bytes: bodyBytes, checksum, seed, skip }],
    bytes: headerBytes + bodyBytes,
  };
}
