/** What is appended to a journal, how that ends, and how records that share a write lie behind each other. */
import {
  encodeHeader,
  HEADER_BYTES,
  type RecordHeader,
  type RecordKind,
  type SegmentForm,
} from './record-format.ts';

/** Why nothing is taken for now. */
export type RefusalReason = 'disk_full' | 'io_error';

/** How an append ended. `refused`: nothing was kept, the sender keeps it. */
export type AppendResult =
  | { readonly kind: 'durable'; readonly sequence: number }
  | { readonly kind: 'refused'; readonly reason: RefusalReason | 'limit' | 'closed' };

/** One record to append. The parts must not change until the append is answered. */
export interface RecordToAppend {
  readonly kind: RecordKind;
  readonly signal: number;
  readonly itemCount: number;
  readonly observations: Uint8Array;
  readonly payload: Uint8Array;
}

/** Bytes a record takes in a segment. */
export function recordBytes({ observations, payload }: RecordToAppend): number {
  return HEADER_BYTES + observations.length + payload.length;
}

/** The header of a record that is to get a sequence and a time. */
export function headerOf(
  { kind, signal, itemCount, observations, payload }: RecordToAppend,
  given: Pick<RecordHeader, 'sequence' | 'appendedAtMs' | 'itemsBefore'>,
): RecordHeader {
  return {
    kind,
    signal,
    itemCount,
    payloadBytes: observations.length + payload.length,
    observationsBytes: observations.length,
    ...given,
  };
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
  for (const [index, { observations, payload }] of records.entries()) {
    const header = headers[index];
    if (header === undefined) continue;
    const head = encodeHeader(header, form.marker, { observations, rest: payload });
    for (const part of [head, observations, payload]) if (part.length > 0) buffers.push(part);
    places.push(end);
    end += HEADER_BYTES + header.payloadBytes;
  }
  return { buffers, places, end };
}
