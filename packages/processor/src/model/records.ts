/** What is kept in journals, as records: the only place where one to append is made. */
import { encodeAlert } from './alert-codec.ts';
import type { ShownAlert } from './alert.ts';
import type { RecordSection, RecordToAppend, StoredRecord } from './record.ts';
import type { RedactedBatch } from './redacted-batch.ts';
import { SECTION } from './sections.ts';
import { type Signal, SIGNALS } from './signal.ts';

/** Kinds of record by their numbers in the journal; never reused. */
const KIND = { batch: 0, alert: 1 } as const;

/** The redacted bytes of a record of one signal. */
export interface StoredBatch {
  readonly signal: Signal;
  readonly itemCount: number;
  /** Valid until its record is released. */
  readonly bytes: Uint8Array;
}

/** A batch, with what detection says of it where it says something. */
export function recordOfBatch(batch: RedactedBatch, facts: Uint8Array | undefined): RecordToAppend {
  const payload = { type: SECTION.payload, bytes: batch.bytes };
  return appendable({
    kind: KIND.batch,
    signal: SIGNALS.indexOf(batch.signal),
    itemCount: batch.itemCount,
    // First what is small: most consumers of it get it with the header, in one read.
    sections: facts === undefined ? [payload] : [{ type: SECTION.facts, bytes: facts }, payload],
  });
}

/** An alert on its way out. */
export function recordOfAlert(alert: ShownAlert): RecordToAppend {
  return appendable({
    kind: KIND.alert,
    signal: 0,
    itemCount: 1,
    sections: [{ type: SECTION.payload, bytes: encodeAlert(alert) }],
  });
}

/** What nobody took, which came out of a record: `content` names a signal, or what else it is. */
export function recordOfDeadLetter({
  content,
  itemCount,
  bytes,
}: {
  readonly content: string;
  readonly itemCount: number;
  readonly bytes: Uint8Array;
}): RecordToAppend {
  const signal = SIGNALS.findIndex((known) => known === content);
  return appendable({
    kind: content === 'alert' ? KIND.alert : KIND.batch,
    signal: Math.max(0, signal),
    itemCount,
    sections: [{ type: SECTION.payload, bytes }],
  });
}

/** The batch of a record; undefined where it holds none, or its reader does not read payloads. */
export function batchIn(record: StoredRecord): StoredBatch | undefined {
  const signal = record.kind === KIND.batch ? SIGNALS[record.signal] : undefined;
  const bytes = record.section(SECTION.payload);
  if (signal === undefined || bytes === undefined) return undefined;
  return { signal, itemCount: record.itemCount, bytes };
}

function appendable(record: {
  readonly kind: number;
  readonly signal: number;
  readonly itemCount: number;
  readonly sections: readonly RecordSection[];
}): RecordToAppend {
  return record as RecordToAppend;
}
