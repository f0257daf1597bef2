/** What happens to every batch: mark, index, detect, redact, append. Then, and only then, it is accepted. */
import {
  indexOtlp,
  type KeyTable,
  type OtlpError,
  type OtlpIndex,
  OTLP_LIMITS,
} from '@spanguard/otlp';
import type { BatchDetector } from '../detection/batch-detector.ts';
import type { Journal } from '../journal/journal.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Intake, IntakeOutcome } from '../pipeline/intake.ts';
import type { BatchRedactor } from '../redaction/batch-redactor.ts';

/** The stages, in the order a batch meets them. */
export interface IntakeStages {
  readonly keys: KeyTable;
  /** Used for one batch after another: nothing of it is kept across an `await`. */
  readonly index: OtlpIndex;
  readonly detector: Pick<BatchDetector, 'detect'>;
  readonly redactor: BatchRedactor;
  readonly journal: Journal;
  readonly counters: Counters;
}

const RETRY_AFTER_MS = 5000;

/** Composes the stages. Everything up to the append is synchronous, so that no two batches mix. */
export function createIntake(stages: IntakeStages): Intake {
  const { keys, index, detector, redactor, journal, counters } = stages;
  return async (signal, bytes) => {
    const marks = redactor.mark(bytes);
    const indexed = indexOtlp(index, { signal, bytes, marks, keys, limits: OTLP_LIMITS });
    if (!indexed.ok) {
      counters.add('intake.refused', 1, { reason: indexed.error.code });
      return refusal(indexed.error);
    }
    const { recordCount } = indexed;
    if (recordCount === 0) return { kind: 'accepted' };

    const observations = detector.detect(signal, index, bytes);
    const batch = redactor.redact({ signal, index, itemCount: recordCount });

    const appended = await journal.append({ batch, observations });
    redactor.giveBack(batch);
    if (appended.kind === 'refused') {
      counters.add('intake.refused', 1, { reason: appended.reason });
      return unavailable(appended.reason);
    }
    counters.add('intake.items', recordCount, { signal });
    counters.add('intake.bytes', bytes.length, { signal });
    return { kind: 'accepted' };
  };
}

function refusal({ kind, message }: OtlpError): IntakeOutcome {
  return kind === 'limit' ? { kind: 'too_large', message } : { kind: 'malformed', message };
}

function unavailable(reason: string): IntakeOutcome {
  const message = `the batch could not be made durable: ${reason}`;
  return { kind: 'unavailable', message, retryAfterMs: RETRY_AFTER_MS };
}
