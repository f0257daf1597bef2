/** Rules and events of the tests of the engine. */
import {
  CorrelationEngine,
  type CorrelationEvent,
  type EngineOptions,
  parseRules,
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

const compiled = new Map<string, Ruleset>();

/** The rules of some documents, compiled once: engines share them. */
export function rulesOf(...documents: readonly string[]): Ruleset {
  const text = documents.join('\n---\n');
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const parsed = parseRules(text, { file: 'test.yaml' });
  if (!parsed.ok) throw new Error(parsed.errors.map(({ message }) => message).join('\n'));
  const result = Ruleset.from([parsed]);
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  compiled.set(text, result.ruleset);
  return result.ruleset;
}

/** Fields of an event. */
export type Fields = Record<string, string | number | undefined>;

/** A failed login of user u from address a, unless it is said otherwise. */
export function event(timeMs: number, fields: Fields = {}): CorrelationEvent {
  const all: Fields = { kind: 'fail', ip: 'a', user: 'u', ...fields };
  const id = String(all['id'] ?? `${timeMs}:${JSON.stringify(fields)}`);
  return { timeMs, id, ref: timeMs, get: (field) => all[field] };
}

/** An engine of one correlation. */
export function engineOf(rule: string, options?: EngineOptions): CorrelationEngine {
  return new CorrelationEngine(rulesOf(FAILED, SUCCEEDED, rule), options);
}
