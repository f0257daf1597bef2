/** Rules and events of the tests of the engine. */
import {
  CorrelationEngine,
  type CorrelationMatch,
  type EngineOptions,
  EventList,
  fieldSlots,
  parseRules,
  type PlainEvent,
  type PlainValue,
  Ruleset,
} from '../src/index.ts';

/** A rule for each kind of event that the correlations below look at. */
export const FAILED = `
title: failed
name: failed
logsource: { category: x }
detection: { selection: { kind: fail }, condition: selection }
level: low
`;
export const SUCCEEDED = FAILED.replaceAll('failed', 'succeeded').replace('kind: fail', 'kind: ok');

function correlation(body: string): string {
  return `
title: it
name: it
correlation:
${body
  .split('\n')
  .map((line) => `  ${line}`)
  .join('\n')}
level: high
`;
}

export const COUNT = correlation(
  'type: event_count\nrules: [failed]\ngroup-by: [ip]\ntimespan: 10s\ncondition: { gte: 3 }',
);
export const DISTINCT = correlation(
  'type: value_count\nrules: [failed]\ngroup-by: [ip]\ntimespan: 10s\ncondition: { field: user, gte: 3 }',
);
export const SUM = correlation(
  'type: value_sum\nrules: [failed]\ngroup-by: [ip]\ntimespan: 10s\ncondition: { field: bytes, gte: 100 }',
);
export const ORDERED = correlation(
  'type: temporal_ordered\nrules: [failed, succeeded]\ngroup-by: [ip]\ntimespan: 10s',
);
export const TEMPORAL = correlation(
  'type: temporal\nrules: [failed, succeeded]\ngroup-by: [ip]\ntimespan: 10s',
);

/** Fields of the events below. */
export const FIELDS = fieldSlots({
  ...{ kind: 'text', ip: 'text', user: 'text', service: 'text', bytes: 'text', roles: 'text' },
  size: 'number',
  secure: 'flag',
});

const compiled = new Map<string, Ruleset>();

/** The rules of some documents, compiled once: engines share them. */
export function rulesOf(...documents: readonly string[]): Ruleset {
  const text = documents.join('\n---\n');
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const parsed = parseRules(text, { file: 'test.yaml' });
  if (!parsed.ok) throw new Error(parsed.errors.map(({ message }) => message).join('\n'));
  const result = Ruleset.from([parsed], { vocabulary: { fields: FIELDS } });
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  compiled.set(text, result.ruleset);
  return result.ruleset;
}

/** Fields of an event. */
export type Fields = Record<string, PlainValue>;

/** A failed login of user u from address a, unless it is said otherwise. */
export function event(timeMs: number, fields: Fields = {}): PlainEvent {
  const all: Fields = { kind: 'fail', ip: 'a', user: 'u', ...fields };
  const given = all['id'];
  const isPlain = typeof given === 'string' || typeof given === 'number';
  const id = isPlain ? String(given) : `${timeMs}:${JSON.stringify(fields)}`;
  return { timeMs, id, ref: { traceId: String(timeMs), spanId: '', service: '' }, fields: all };
}

/** Shows events to an engine, all in one batch. */
export function observe(
  engine: CorrelationEngine,
  ...events: readonly PlainEvent[]
): readonly CorrelationMatch[] {
  return engine.observe(new EventList(FIELDS, events));
}

/** An engine of one correlation. */
export function engineOf(rule: string, options?: EngineOptions): CorrelationEngine {
  return new CorrelationEngine(rulesOf(FAILED, SUCCEEDED, rule), options);
}
