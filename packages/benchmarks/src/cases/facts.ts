/**
 * What facts cost: the stages that a batch passes in memory, with and without them, over the same
 * batches.
 */
import { indexOtlp, KeyTable, OtlpIndex } from '@spanguard/otlp';
import {
  BatchDetector,
  BatchRedactor,
  DETECTION_COLUMNS,
  factMaskOf,
  systemClock,
} from '@spanguard/processor/stages';
import { compilePolicy, createPseudonyms } from '@spanguard/redaction';
import { traceRequest } from '@spanguard/testkit';
import { corpus, SPANS_PER_BATCH } from '../load/corpus.ts';
import type { Result } from '../measure/result.ts';

const GROUP = 'Facts of every request, a third of the spans, microseconds of CPU a span';
const WITHOUT = 'mark, index, decide, rewrite';
/**
 * Passes over the corpus: by number and not by time, so that a busy machine has as much compiled as an
 * idle one.
 */
const WARM_UP_PASSES = 40;
const ROUND_PASSES = 1;
/** With and without in turn, so that a machine that is busy is so for both. */
const ROUNDS = 60;
const LARGE_BATCH_SPANS = 8192;
const SIGNAL = 'traces';

/** Runs both in turn and takes the cheapest rounds: neighbours and interrupts only add. */
export function factsResults(): Promise<Result[]> {
  const stages = new Stages();
  const batches = corpus();
  spend(batches, WARM_UP_PASSES, (bytes) => void stages.pass(bytes, true));
  const [off, on]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    off.push(spend(batches, ROUND_PASSES, (bytes) => void stages.pass(bytes, false)));
    on.push(spend(batches, ROUND_PASSES, (bytes) => void stages.pass(bytes, true)));
  }
  const [without, withFacts] = [cheap(off), cheap(on)];
  const large = traceRequest({ seed: 1, spans: LARGE_BATCH_SPANS, spansPerTrace: 3 });
  const rows = Math.ceil(LARGE_BATCH_SPANS / 3);
  const unit = 'µs/span';
  return Promise.resolve([
    { group: GROUP, name: WITHOUT, value: without, unit },
    { group: GROUP, name: 'the same with facts', value: withFacts, unit, rival: WITHOUT },
    { group: GROUP, name: 'facts alone', value: withFacts - without, unit },
    {
      group: 'Facts in the journal',
      name: `batches of ${LARGE_BATCH_SPANS} spans`,
      value: stages.pass(large, true) / rows,
      unit: 'bytes/row',
    },
  ]);
}

/** The stages of the intake, as the service puts them together. */
class Stages {
  readonly #index = new OtlpIndex();
  readonly #keys: KeyTable;
  readonly #redactor: BatchRedactor;
  readonly #detector: BatchDetector;

  constructor() {
    const pseudonyms = createPseudonyms({ masterKey: new Uint8Array(32) });
    const policy = compilePolicy({}, { pseudonyms });
    const counters = { add: () => undefined };
    this.#keys = new KeyTable({
      classify: policy.classifyKey,
      names: policy.names,
      columns: DETECTION_COLUMNS,
    });
    this.#redactor = new BatchRedactor(policy, counters);
    this.#detector = new BatchDetector({
      mask: factMaskOf({ policy, pseudonyms }),
      recordKey: new Uint8Array(32),
      entityKey: new Uint8Array(32),
      clock: systemClock,
      counters,
      rowsMax: 50_000,
    });
  }

  /** Bytes of the facts; 0 without. */
  pass(bytes: Uint8Array, hasFacts: boolean): number {
    const [index, redactor] = [this.#index, this.#redactor];
    const marked = redactor.mark(bytes);
    const { marks } = marked;
    indexOtlp(index, { signal: SIGNAL, bytes, ...marked, keys: this.#keys });
    const classes = redactor.decide({ signal: SIGNAL, index });
    const facts = hasFacts
      ? this.#detector.detect({ signal: SIGNAL, index, marks, classes }).length
      : 0;
    redactor.giveBack(redactor.rewrite({ signal: SIGNAL, index, itemCount: index.records.count }));
    return facts;
  }
}

/** Microseconds of CPU a span, garbage collector included. */
function spend(
  batches: readonly Uint8Array[],
  passes: number,
  run: (bytes: Uint8Array) => void,
): number {
  const before = process.cpuUsage();
  for (let pass = 0; pass < passes; pass++) for (const batch of batches) run(batch);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (passes * batches.length * SPANS_PER_BATCH);
}

/** The tenth part that cost least. */
function cheap(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 10)] ?? 0;
}
