/** How an append ends, and how records that share a write lie behind each other. */
import { crc32 } from 'node:zlib';
import type { RecordToAppend } from '../model/record.ts';
import { encodeHeader, headerBytesOf } from './record-format.ts';
import type { RecordHeader, SectionPlace, SegmentForm } from './record-header.ts';

/** Why nothing is taken for now. */
export type RefusalReason = 'disk_full' | 'io_error';

/** How an append ended. `refused`: nothing was kept, the sender keeps it. */
export type AppendResult =
  | { readonly kind: 'durable'; readonly sequence: number }
  | { readonly kind: 'refused'; readonly reason: RefusalReason | 'limit' | 'closed' };

/** Bytes a record takes in a segment. */
export function recordBytes({ sections }: RecordToAppend): number {
  return sections.reduce((sum, { bytes }) => sum + bytes.length, headerBytesOf(sections.length));
}

/** The header of a record that is to get a sequence and a time. */
export function headerOf(
  record: RecordToAppend,
  given: Pick<RecordHeader, 'sequence' | 'appendedAtMs' | 'itemsBefore'>,
): RecordHeader {
  const { kind, signal, itemCount, sections } = record;
  let at = headerBytesOf(sections.length);
  const places = sections.map(({ type, bytes }): SectionPlace => {
    const place = { type, at, bytes: bytes.length, checksum: crc32(bytes), seed: 0, skip: 0 };
    at += bytes.length;
    return place;
  });
  return { kind, signal, itemCount, ...given, sections: places, bytes: at };
}

/** Records with their headers, as one write. */
export interface Layout {
  readonly buffers: readonly Uint8Array[];
  /** Where each record starts. */
  readonly places: readonly number[];
  readonly end: number;
}

/** Lays records out from an offset on. */
export function layOut(
  records: readonly RecordToAppend[],
  headers: readonly RecordHeader[],
  { form, offset }: { readonly form: SegmentForm; readonly offset: number },
): Layout {
  const buffers: Uint8Array[] = [];
  const places: number[] = [];
  let end = offset;
  for (const [index, { sections }] of records.entries()) {
    const header = headers[index];
    if (header === undefined) continue;
    buffers.push(encodeHeader(header, form.marker));
    for (const { bytes } of sections) if (bytes.length > 0) buffers.push(bytes);
    places.push(end);
    end += header.bytes;
  }
  return { buffers, places, end };
}
