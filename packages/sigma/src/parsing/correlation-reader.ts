/** Reads the `correlation` block. */
import type {
  CorrelationCondition,
  CorrelationRule,
  CorrelationType,
  RuleHeader,
} from '../rule.ts';
import { COMPARISONS, CORRELATION_TYPES } from '../rule.ts';
import { shown } from '../errors.ts';
import type { FieldReader } from './field-reader.ts';
import { plainOf } from './located.ts';

const KEYS = [
  ...['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate'],
] as const;
const RULES_MAX = 32;
const GROUP_FIELDS_MAX = 8;

/** Undefined when it is broken; the problems say why. */
export function readCorrelation(
  header: RuleHeader,
  parent: FieldReader,
): CorrelationRule | undefined {
  const reader = parent.mapping('correlation');
  if (reader === undefined) return undefined;
  reader.onlyKnown(KEYS);
  const type = required(reader, 'type') ? reader.choice('type', CORRELATION_TYPES) : undefined;
  const rulesEntry = reader.required('rules');
  const rules = readBounded(reader, 'rules', RULES_MAX);
  if (rulesEntry !== undefined && rules.length === 0) {
    reader.invalid(rulesEntry, 'at least one rule');
  }
  const groupBy = readBounded(reader, 'group-by', GROUP_FIELDS_MAX);
  const timespanMs = required(reader, 'timespan') ? reader.timespanMs('timespan') : undefined;
  const aliases = readAliases(reader, rules);
  const generate = reader.boolean('generate') ?? parent.boolean('generate') ?? false;
  if (type === undefined) return undefined;
  refuseUnsupported(reader, type);
  const condition = readCondition(reader, type);
  if (timespanMs === undefined || rules.length === 0) return undefined;
  return {
    ...header,
    ...{ kind: 'correlation', type, rules, groupBy, timespanMs, condition, aliases, generate },
  };
}

function required(reader: FieldReader, key: string): boolean {
  return reader.required(key) !== undefined;
}

function readBounded(reader: FieldReader, key: string, max: number): readonly string[] {
  const texts = reader.texts(key);
  const entry = reader.entry(key);
  if (entry !== undefined && texts.length > max) reader.invalid(entry, `at most ${max} items`);
  if (entry !== undefined && new Set(texts).size < texts.length) {
    reader.invalid(entry, 'each item once');
  }
  return texts;
}

function refuseUnsupported(reader: FieldReader, type: CorrelationType): void {
  const entry = reader.entry('type');
  if (entry === undefined || (type !== 'value_percentile' && type !== 'value_avg')) return;
  const sentence = `correlation type ${shown(type)} is not supported yet`;
  reader.problems.add('SIGMA_NOT_SUPPORTED', entry.at, sentence);
}

function readCondition(
  reader: FieldReader,
  type: CorrelationType,
): CorrelationCondition | undefined {
  const temporal = type === 'temporal' || type === 'temporal_ordered';
  const entry = temporal ? reader.entry('condition') : reader.required('condition');
  if (entry === undefined) return undefined;
  if (temporal) {
    const sentence = `condition of a ${type} correlation is not supported yet, leave it out`;
    reader.problems.add('SIGMA_NOT_SUPPORTED', entry.at, sentence);
    return undefined;
  }
  const inner = reader.mapping('condition');
  if (inner === undefined) return undefined;
  const known = type === 'event_count' ? COMPARISONS : [...COMPARISONS, 'field'];
  inner.onlyKnown(known);
  const comparisons: CorrelationCondition['comparisons'][number][] = [];
  for (const is of COMPARISONS) {
    const limitEntry = inner.entry(is);
    if (limitEntry === undefined) continue;
    if (is !== 'gt' && is !== 'gte') {
      // What a later event can undo could be told at once only to be wrong.
      const sentence = `condition ${is} is not supported yet, expected gt or gte`;
      reader.problems.add('SIGMA_NOT_SUPPORTED', limitEntry.at, sentence);
      continue;
    }
    const limit = plainOf(limitEntry.value);
    if (typeof limit === 'number' && Number.isFinite(limit) && limit >= 0) {
      comparisons.push({ is, limit });
    } else inner.invalid(limitEntry, 'a number from 0');
  }
  if (!COMPARISONS.some((is) => inner.entry(is) !== undefined)) {
    const sentence = `condition has no comparison, expected ${COMPARISONS.join(', ')}`;
    reader.problems.add('SIGMA_FIELD_INVALID', entry.at, sentence);
  }
  return { comparisons, field: type === 'event_count' ? '' : readCountedField(inner) };
}

function readCountedField(reader: FieldReader): string {
  const entry = reader.required('field');
  const fields = reader.texts('field');
  // What several fields mean is unsettled in Sigma (pySigma refuses them too).
  if (entry !== undefined && fields.length !== 1) reader.invalid(entry, 'exactly one field');
  return fields[0] ?? '';
}

function readAliases(reader: FieldReader, rules: readonly string[]): CorrelationRule['aliases'] {
  const aliases = new Map<string, ReadonlyMap<string, string>>();
  const outer = reader.mapping('aliases');
  for (const { key } of outer?.map.entries ?? []) {
    const inner = outer?.mapping(key);
    if (inner === undefined) continue;
    inner.onlyKnown(rules);
    const fields = new Map<string, string>();
    for (const rule of rules) {
      const field = inner.entry(rule) === undefined ? undefined : inner.text(rule);
      if (field !== undefined) fields.set(rule, field);
    }
    aliases.set(key, fields);
  }
  return aliases;
}
