/** The core in one process: index, decide, rewrite beside decode, redact, encode with a generated codec. */
import {
  ByteArena,
  CANDIDATE,
  EditList,
  indexOtlp,
  isMarked,
  KeyTable,
  OtlpIndex,
  replaceCandidate,
  rewriteOtlp,
} from '@spanguard/otlp';
import { compilePolicy, createPseudonyms, scalarPrefilter } from '@spanguard/redaction';
import { decodeRequest, encodeRequest } from '@spanguard/testkit';
import { corpus, SPANS_PER_BATCH } from '../load/corpus.ts';
import type { Result } from '../measure/result.ts';

const GROUP = 'Core, spans per second of CPU';
const RIVAL = 'generated codec: decode, redact every string, encode';
/** From here on a key's name alone makes its value sensitive. */
const SENSITIVE_DECISION_MIN = 16;
const WARM_UP_MS = 800;
const MEASURED_MS = 2500;

/** Runs the cases one after the other on the same batches. */
export function wireResults(): Promise<Result[]> {
  const batches = corpus();
  const policy = compilePolicy(
    {},
    { pseudonyms: createPseudonyms({ masterKey: new Uint8Array(32) }) },
  );
  const keys = new KeyTable({
    classify: policy.classifyKey,
    names: policy.names,
    columns: ['http.route', 'service.name'],
  });
  const index = new OtlpIndex();
  const edits = new EditList();
  const out = new ByteArena(0);
  const nothing = new Uint32Array(1 << 20);
  const none = { marks: nothing, notable: nothing };
  const plain = scalarPrefilter();

  const cases: Readonly<Record<string, (bytes: Uint8Array) => void>> = {
    [RIVAL]: (bytes) => redactDecoded(bytes, (text) => policy.redactText(text)),
    'mark (SIMD)': (bytes) => void policy.mark(bytes),
    'mark (plain)': (bytes) => void plain.mark(bytes),
    index: (bytes) => void indexOtlp(index, { signal: 'traces', bytes, ...none, keys }),
    'mark, index, decide, rewrite': (bytes) => {
      const { marks, notable } = policy.mark(bytes);
      indexOtlp(index, { signal: 'traces', bytes, marks, notable, keys });
      edits.clear();
      for (let candidate = 0; candidate < index.candidates.count; candidate++) {
        decide(candidate, bytes, marks);
      }
      rewriteOtlp(index, edits, out);
    },
  };

  /** As the processor does: marked values, and those under a sensitive key. */
  function decide(candidate: number, bytes: Uint8Array, marks: Uint32Array): void {
    if (index.candidates.kindOf(candidate) === CANDIDATE.number) return;
    const frame = index.candidates.frame[candidate] ?? 0;
    const range = { start: index.frames.start[frame] ?? 0, end: index.frames.end[frame] ?? 0 };
    const decision = index.candidates.decisionOf(candidate);
    if (decision < SENSITIVE_DECISION_MIN && !isMarked(marks, range.start, range.end)) return;
    const verdict = policy.decide(bytes, range, decision, marks);
    if (verdict.kind === 'replace') replaceCandidate(edits, index, candidate, verdict.replacement);
    if (verdict.kind !== 'edit') return;
    for (const { start, end, replacement } of verdict.edits)
      edits.replace(frame, start, end, replacement);
  }

  return Promise.resolve(
    Object.entries(cases).map(([name, run]) => ({
      group: GROUP,
      name,
      value: (SPANS_PER_BATCH * 1e6) / microsecondsPerBatch(batches, run),
      unit: 'spans/s',
      rivals: name === RIVAL ? [] : [RIVAL],
    })),
  );
}

/** CPU of the whole process, garbage collector included, after a warm-up. */
function microsecondsPerBatch(
  batches: readonly Uint8Array[],
  run: (bytes: Uint8Array) => void,
): number {
  const rounds = (ms: number): number => {
    const until = performance.now() + ms;
    let count = 0;
    while (performance.now() < until) {
      for (const batch of batches) run(batch);
      count += batches.length;
    }
    return count;
  };
  rounds(WARM_UP_MS);
  const before = process.cpuUsage();
  const count = rounds(MEASURED_MS);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

function redactDecoded(bytes: Uint8Array, redact: (text: string) => string): void {
  const change = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value);
    if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(change);
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, change(member)]));
  };
  encodeRequest('traces', change(decodeRequest('traces', bytes)) as never);
}
