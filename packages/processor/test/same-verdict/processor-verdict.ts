/** What the processor makes of an export request: the only place of the matrix that knows its inside. */
import { DETECTION_COLUMNS } from '../../src/detection/columns.ts';
import { BatchRedactor } from '../../src/redaction/batch-redactor.ts';
import { indexOtlp, KeyTable, OTLP_LIMITS, OtlpIndex } from '@spanguard/otlp';
import { compilePolicy, createPseudonyms } from '@spanguard/redaction';
import { decodeRequest, type KeyValue } from '@spanguard/testkit';
import { TestDetector } from '../detector.ts';

/** One event as rules see it: its name and its fields. */
export interface ToldEvent {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Key of the pseudonyms of the detector under test. */
export const SHARED_KEY: Uint8Array = new Uint8Array(32).fill(7);

/** The events of a request, in an order that does not depend on who told them. */
export function eventsOf(
  signal: 'traces' | 'logs',
  bytes: Uint8Array,
  detector: TestDetector = new TestDetector(),
): readonly ToldEvent[] {
  return detector
    .observe(signal, bytes)
    .map(({ event, attributes }) => ({ event, fields: { ...attributes } }))
    .toSorted((a, b) => a.event.localeCompare(b.event));
}

const policy = compilePolicy({}, { pseudonyms: createPseudonyms({ masterKey: SHARED_KEY }) });
const redactor = new BatchRedactor(policy, { add: () => undefined });
const keys = new KeyTable({
  classify: policy.classifyKey,
  names: policy.names,
  columns: DETECTION_COLUMNS,
});
const index = new OtlpIndex();

/** The attributes of the server span as backends get them. */
export function exportedAttributes(bytes: Uint8Array): ReadonlyMap<string, unknown> {
  const marked = redactor.mark(bytes);
  const indexed = indexOtlp(index, {
    ...{ signal: 'traces', bytes, keys, limits: OTLP_LIMITS },
    ...marked,
  });
  if (!indexed.ok) throw new Error(indexed.error.message);
  redactor.decide({ signal: 'traces', index });
  const batch = redactor.rewrite({ signal: 'traces', index, itemCount: indexed.recordCount });
  const { resourceSpans } = decodeRequest('traces', batch.bytes);
  redactor.giveBack(batch);
  const server = (resourceSpans ?? [])
    .flatMap(({ scopeSpans }) => scopeSpans ?? [])
    .flatMap(({ spans }) => spans ?? [])
    .find(({ kind }) => kind === SPAN_KIND_SERVER);
  return new Map((server?.attributes ?? []).map(entryOf));
}

const SPAN_KIND_SERVER = 2;

function entryOf({ key = '', value }: KeyValue): readonly [string, unknown] {
  return [key, Object.values(value ?? {})[0]];
}
