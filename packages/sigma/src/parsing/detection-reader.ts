/** Reads `logsource` and `detection` of rules and filters into searches and a condition. */
import type { Condition, Detection, FieldTest, LogSource, Search, SigmaValue } from '../rule.ts';
import { shown } from '../errors.ts';
import { checkModifiers, comparesNumbers } from '../matching/modifiers.ts';
import { parseCondition } from './condition.ts';
import type { FieldReader } from './field-reader.ts';
import { type Located, type LocatedEntry, type LocatedMap, plainOf } from './located.ts';

const LOGSOURCE_KEYS = ['category', 'product', 'service', 'definition'] as const;

/** Empty strings where the rule does not say. */
export function readLogSource(parent: FieldReader): LogSource {
  const reader =
    parent.required('logsource') === undefined ? undefined : parent.mapping('logsource');
  const text = (key: (typeof LOGSOURCE_KEYS)[number]): string => reader?.text(key) ?? '';
  return { category: text('category'), product: text('product'), service: text('service') };
}

/** Undefined when it is broken; the problems say why. `skip` names keys that are no searches. */
export function readDetection(
  reader: FieldReader,
  skip: readonly string[] = [],
): Detection | undefined {
  const conditionEntry = reader.required('condition');
  const searches = new Map<string, Search>();
  for (const entry of reader.map.entries) {
    if (['condition', ...skip].includes(entry.key)) continue;
    if (entry.key === 'timeframe') {
      const sentence = 'timeframe went with the aggregations of Sigma 1, write a correlation rule';
      reader.problems.add('SIGMA_NOT_SUPPORTED', entry.at, sentence);
      continue;
    }
    const search = readSearch(reader, entry.value, entry);
    if (search !== undefined) searches.set(entry.key, search);
  }
  if (conditionEntry === undefined) return undefined;
  const condition = readCondition(reader, conditionEntry, [...searches.keys()]);
  return condition === undefined ? undefined : { searches, condition };
}

/** A list of conditions means: any of them. */
function readCondition(
  reader: FieldReader,
  { value, at }: LocatedEntry,
  names: readonly string[],
): Condition | undefined {
  const items = value.kind === 'list' ? value.items : [value];
  if (items.length === 0) {
    reader.problems.add('SIGMA_CONDITION_INVALID', at, 'condition is an empty list');
    return undefined;
  }
  const of: Condition[] = [];
  for (const item of items) {
    const text = plainOf(item);
    if (typeof text !== 'string') {
      const sentence = `condition is ${shown(text)}, expected text`;
      reader.problems.add('SIGMA_CONDITION_INVALID', at, sentence);
      return undefined;
    }
    const parsed = parseCondition({ text, at, names }, reader.problems);
    if (parsed === undefined) return undefined;
    of.push(parsed);
  }
  return of.length === 1 ? of[0] : { kind: 'or', of };
}

/** Recursion is bounded by the depth of the YAML. */
function readSearch(
  reader: FieldReader,
  value: Located,
  { key, at }: { key: string; at: Located['at'] },
): Search | undefined {
  if (value.kind === 'map') return readTests(reader, value);
  if (value.kind === 'scalar') return keywordTest([value.value], at);
  const of: Search[] = [];
  const keywords: SigmaValue[] = [];
  for (const item of value.items) {
    if (item.kind === 'scalar') keywords.push(item.value);
    else {
      const search = readSearch(reader, item, { key, at: item.at });
      if (search !== undefined) of.push(search);
    }
  }
  if (keywords.length > 0) of.push(keywordTest(keywords, at));
  if (of.length === 0) {
    const sentence = `${key} is empty, expected fields or keywords`;
    reader.problems.add('SIGMA_FIELD_INVALID', at, sentence);
    return undefined;
  }
  return of.length === 1 ? of[0] : { kind: 'any', of };
}

function keywordTest(values: readonly SigmaValue[], at: FieldTest['at']): FieldTest {
  return { kind: 'test', field: '', modifiers: [], values, at };
}

function readTests(reader: FieldReader, map: LocatedMap): Search | undefined {
  const of: FieldTest[] = [];
  for (const { key, at, value } of map.entries) {
    const [field = '', ...modifiers] = key.split('|');
    const items = value.kind === 'list' ? value.items : [value];
    const values: SigmaValue[] = [];
    if (items.length === 0) {
      const sentence = `${key} is an empty list, expected at least one value`;
      reader.problems.add('SIGMA_FIELD_INVALID', at, sentence);
    }
    for (const item of items) {
      if (item.kind === 'scalar') {
        values.push(item.value);
        // YAML reads 0123 as 123 and 1.0 as 1: as text, neither is what is written.
        const isAltered = typeof item.value === 'number' && String(item.value) !== item.text;
        if (isAltered && !comparesNumbers(modifiers)) {
          const sentence = `${key} is ${shown(item.text)}, which is read as ${item.value}: quote it`;
          reader.problems.add('SIGMA_FIELD_INVALID', item.at, sentence);
        }
      } else {
        const sentence = `${key} holds ${shown(plainOf(item))}, expected text, numbers or null`;
        reader.problems.add('SIGMA_FIELD_INVALID', item.at, sentence);
      }
    }
    const test: FieldTest = { kind: 'test', field, modifiers, values, at };
    const wrong = checkModifiers(test);
    if (wrong !== undefined) {
      reader.problems.add('SIGMA_MODIFIER_INVALID', at, `${key}: ${wrong}`);
    }
    of.push(test);
  }
  if (of.length === 0) {
    reader.problems.add('SIGMA_FIELD_INVALID', map.at, 'a search is empty, expected fields');
    return undefined;
  }
  return of.length === 1 ? of[0] : { kind: 'all', of };
}
