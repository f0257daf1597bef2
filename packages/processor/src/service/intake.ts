/**
 * What happens to every batch: mark, index, mend, decide, detect, rewrite, append. Then, and only then, it is
 * accepted. A stage that throws costs its batch at most: it may go on without facts, never unredacted.
 */
import {
  indexOtlp,
  type KeyTable,
  mendOtlp,
  type OtlpError,
  type OtlpIndex,
  OTLP_LIMITS,
} from '@spanguard/otlp';
import type { BatchDetector } from '../detection/batch-detector.ts';
import type { Journal } from '../journal/journal.ts';
import type { DataClasses } from '../model/data-classes.ts';
import { type EncodedFacts, NO_FACTS } from '../model/facts/encode-facts.ts';
import type { RecordToAppend } from '../model/record.ts';
import { recordOfBatch } from '../model/records.ts';
import type { Signal } from '../model/signal.ts';
import type { Counters } from '../pipeline/counters.ts';
import { failureReason } from '../pipeline/failure-reason.ts';
import type { Intake, IntakeOutcome, RejectedItems } from '../pipeline/intake.ts';
import type { SaidOnce } from '../pipeline/said-once.ts';
import type { BatchRedactor } from '../redaction/batch-redactor.ts';

/** The stages, in the order a batch meets them. */
export interface IntakeStages {
  readonly keys: KeyTable;
  /** Used for one batch after another: nothing of it is kept across an `await`. */
  readonly index: OtlpIndex;
  readonly detector: Pick<BatchDetector, 'detect'>;
  readonly redactor: Pick<BatchRedactor, 'mark' | 'decide' | 'rewrite' | 'giveBack'>;
  readonly journal: Pick<Journal, 'append'>;
  readonly counters: Counters;
  readonly said: SaidOnce;
}

/** A batch that its index is complete of, or how the request ends without one. */
type Indexed =
  | {
      readonly kind: 'indexed';
      readonly bytes: Uint8Array;
      readonly marks: Uint32Array;
      readonly recordCount: number;
      readonly rejected: RejectedItems | undefined;
    }
  | Exclude<IntakeOutcome, { kind: 'accepted' }>;

const RETRY_AFTER_MS = 5000;

/** Composes the stages. Everything up to the append is synchronous, so that no two batches mix. */
export function createIntake(stages: IntakeStages): Intake {
  return async (signal, bytes) => {
    try {
      return await takeIn(stages, signal, bytes);
    } catch (error) {
      noteFailure(stages, 'batch', error);
      return { kind: 'failed', message: 'the batch failed within the processor' };
    }
  };
}

async function takeIn(
  stages: IntakeStages,
  signal: Signal,
  received: Uint8Array,
): Promise<IntakeOutcome> {
  const { index, redactor, counters } = stages;
  const indexed = indexBatch(stages, signal, received);
  if (indexed.kind !== 'indexed') return indexed;
  const { bytes, marks, recordCount, rejected } = indexed;
  if (recordCount > 0) {
    const classes = redactor.decide({ signal, index });
    const facts = detect(stages, { signal, marks, classes });
    const batch = redactor.rewrite({ signal, index, itemCount: recordCount });
    try {
      const refused = await append(stages, recordOfBatch(batch, facts));
      if (refused !== undefined) return refused;
    } finally {
      redactor.giveBack(batch);
    }
    counters.add('intake.items', recordCount, { signal });
    counters.add('intake.bytes', bytes.length, { signal });
  }
  return rejected === undefined ? { kind: 'accepted' } : { kind: 'accepted', rejected };
}

/** Indexes, and once more where something had to be mended: what follows sees a batch without faults. */
function indexBatch(stages: IntakeStages, signal: Signal, received: Uint8Array): Indexed {
  const { counters, index } = stages;
  let bytes = received;
  let indexed = markAndIndex(stages, signal, bytes);
  if (!indexed.ok) return refusal(stages, signal, indexed.error);
  let rejected: RejectedItems | undefined;
  if (index.faults.count > 0) {
    const mended = mendOtlp(index);
    if (mended === undefined) return refusal(stages, signal, TOO_MANY_FAULTS);
    rejected = countFaults(stages, signal, mended);
    bytes = mended.bytes;
    indexed = markAndIndex(stages, signal, bytes);
    if (!indexed.ok) return refusal(stages, signal, indexed.error);
  }
  const { recordCount, unknownFields } = indexed;
  if (recordCount === 0 && rejected === undefined && unknownFields > 0) {
    counters.add('intake.refused', 1, { reason: 'unknown_fields' });
    return { kind: 'malformed', message: `nothing known is in the request; ${isItThis(signal)}` };
  }
  return { kind: 'indexed', bytes, marks: indexed.marks, recordCount, rejected };
}

function markAndIndex({ redactor, index, keys }: IntakeStages, signal: Signal, bytes: Uint8Array) {
  const marked = redactor.mark(bytes);
  const { marks } = marked;
  return { ...indexOtlp(index, { signal, bytes, ...marked, keys, limits: OTLP_LIMITS }), marks };
}

function countFaults(
  { counters }: IntakeStages,
  signal: Signal,
  { recordsRejected, textsRepaired }: { recordsRejected: number; textsRepaired: number },
): RejectedItems | undefined {
  if (textsRepaired > 0) counters.add('intake.repaired_texts', textsRepaired, { signal });
  if (recordsRejected === 0) return undefined;
  counters.add('intake.rejected_items', recordsRejected, { signal, reason: 'id_length' });
  const message =
    'an id of these records, or of their links or exemplars, has not 16 bytes (trace) or 8 bytes (span)';
  return { count: recordsRejected, message };
}

function detect(
  stages: IntakeStages,
  decided: { readonly signal: Signal; readonly marks: Uint32Array; readonly classes: DataClasses },
): EncodedFacts {
  try {
    return stages.detector.detect({ ...decided, index: stages.index });
  } catch (error) {
    noteFailure(stages, 'detect', error);
    return NO_FACTS;
  }
}

/** Undefined where the batch is durable. */
async function append(
  stages: IntakeStages,
  record: RecordToAppend,
): Promise<IntakeOutcome | undefined> {
  const { journal, counters } = stages;
  let reason: string;
  try {
    const appended = await journal.append(record);
    if (appended.kind !== 'refused') return undefined;
    reason = appended.reason;
  } catch (error) {
    noteFailure(stages, 'append', error);
    reason = 'failed';
  }
  counters.add('intake.refused', 1, { reason });
  const message = `the batch could not be made durable: ${reason}`;
  return { kind: 'unavailable', message, retryAfterMs: RETRY_AFTER_MS };
}

const TOO_MANY_FAULTS = {
  code: 'too_many_faults',
  kind: 'limit',
  message: 'more texts that are not UTF-8, or wrong ids, than the limit',
} as const;

function refusal(
  { counters }: IntakeStages,
  signal: Signal,
  { code, kind, message }: Pick<OtlpError, 'kind' | 'message'> & { readonly code: string },
): Exclude<IntakeOutcome, { kind: 'accepted' }> {
  counters.add('intake.refused', 1, { reason: code });
  if (kind === 'limit') return { kind: 'too_large', message };
  return { kind: 'malformed', message: `${message}; ${isItThis(signal)}` };
}

/** What most often is wrong where a body cannot be read. */
function isItThis(signal: Signal): string {
  return `is the body OTLP ${signal}, as its path says, and not another signal?`;
}

function noteFailure({ counters, said }: IntakeStages, stage: string, error: unknown): void {
  counters.add('intake.failed', 1, { stage });
  const reason = failureReason(error);
  said.error(`${stage} ${reason}`, { component: 'intake', stage, reason }, 'a stage failed');
}
