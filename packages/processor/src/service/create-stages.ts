/** Puts together what every batch passes: the masking policy, and the stages of the intake. */
import { ATTR_SECURITY_EXPORTER_ID } from '@spanguard/conventions';
import { KeyTable, OtlpIndex } from '@spanguard/otlp';
import {
  compilePolicy,
  createPseudonyms,
  machineKey,
  type Pseudonyms,
  type RedactionPolicy,
} from '@spanguard/redaction';
import type { Config } from '../config/shape.ts';
import { BatchDetector } from '../detection/batch-detector.ts';
import { DETECTION_COLUMNS } from '../detection/columns.ts';
import type { FactMask } from '../detection/fact-mask.ts';
import type { Journal } from '../journal/journal.ts';
import type { AskedRowKind } from '../model/facts/row-kinds.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Intake } from '../pipeline/intake.ts';
import type { Logger } from '../pipeline/logger.ts';
import { SaidOnce } from '../pipeline/said-once.ts';
import { BatchRedactor } from '../redaction/batch-redactor.ts';
import type { DataFolder } from './data-folder.ts';
import { createIntake } from './intake.ts';
import type { LoopGuard } from './loop-guard.ts';

/** What masks, and tells masked ones apart. */
export interface Masking {
  readonly policy: RedactionPolicy;
  readonly pseudonyms: Pseudonyms;
}

/** What the stages work with. */
export interface StageNeeds {
  readonly masking: Masking;
  /** Key of the identities of records. */
  readonly recordKey: Uint8Array;
  /** Key of the fingerprints of entities. */
  readonly entityKey: Uint8Array;
  readonly loops: LoopGuard;
  /** Rows that rules ask for besides those of requests and events. */
  readonly rowKinds: ReadonlySet<AskedRowKind>;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
  readonly journal: Journal;
}

/** Rows of facts of one batch; requests beyond are dropped before events. */
const ROWS_MAX = 50_000;
/** Behind the columns of detection, which are numbered from zero. */
const EXPORTER_ID_COLUMN = DETECTION_COLUMNS.length;

/**
 * Compiles the policy of a configuration. Without a key of its own it begins with the one that
 * applications of the same user on this machine share, so that a user told by one of them and by another
 * SDK's span is one.
 */
export function createMasking(redact: Config['redact'], folder: Pick<DataFolder, 'key'>): Masking {
  const masterKey = redact.pseudonymKey?.() ?? folder.key('pseudonyms', () => machineKey());
  const pseudonyms = createPseudonyms({ masterKey });
  return { policy: compilePolicy(redact.config, { pseudonyms }), pseudonyms };
}

/** The intake: what a batch goes through before it is answered. */
export function createStages(needs: StageNeeds): Intake {
  const { recordKey, entityKey, loops, clock, counters, logger, journal } = needs;
  const { policy } = needs.masking;
  const detector = new BatchDetector({
    mask: factMaskOf(needs.masking),
    ...{ recordKey, entityKey, clock, counters },
    rowKinds: needs.rowKinds,
    rowsMax: ROWS_MAX,
  });
  return createIntake({
    keys: new KeyTable({
      classify: policy.classifyKey,
      names: policy.names,
      columns: [...DETECTION_COLUMNS, ATTR_SECURITY_EXPORTER_ID],
    }),
    index: new OtlpIndex(),
    detector: {
      detect: (request) => {
        loops.look(request.index, EXPORTER_ID_COLUMN);
        return detector.detect(request);
      },
    },
    redactor: new BatchRedactor(policy, counters),
    journal,
    counters,
    said: new SaidOnce({ clock, logger }),
  });
}

/** The policy as detection sees it. */
export function factMaskOf({ policy, pseudonyms }: Masking): FactMask {
  return {
    decisionOf: (name) => policy.decisionOf(name),
    isClean: (text, decision, marks) =>
      policy.decide(text.bytes, text, decision, marks).kind === 'clean',
    attribute: (name, value, decision) => policy.redactAttribute(name, value, decision),
    pseudonym: (value) => pseudonyms.pseudonym('user', value),
  };
}
