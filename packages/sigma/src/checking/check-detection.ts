/**
 * Finds what a rule or filter that parses does not mean: it asks for fields, values or logs that
 * there are not. What can never match, or always does, is an error; the rest a warning.
 */
import type { DetectionRule, FieldTest, FilterRule, LogSource } from '../rule.ts';
import { type Position, type Problems, shown } from '../errors.ts';
import { compileValues } from '../matching/compile-values.ts';
import type { FieldSlots } from '../rows/event-rows.ts';
import { slotsByName } from '../matching/compile-test.ts';
import { certaintyOf, fieldsOf, type SlotOf, testsOf, unusedSearches } from './certainty.ts';
import { nearestNames } from './nearest-names.ts';

/** What events there are. */
export interface EventVocabulary {
  /** Every field an event may have, and where rows have it. */
  readonly fields: FieldSlots;
  /** What rules for these events are written for. Default: whatever they say. */
  readonly logSource?: Pick<LogSource, 'product' | 'category'>;
  /** Fields whose values are all known. */
  readonly values?: ReadonlyMap<string, readonly string[]>;
}

/** Where what is found goes. */
export interface Findings {
  readonly errors: Problems;
  readonly warnings: Problems;
}

/** Names the fields that a rule may have meant. */
export function describeMissing(name: string, fields: Iterable<string>): string {
  const nearest = nearestNames(name, [...fields]).join(', ') || 'there is none';
  return `${shown(name)}, nearest: ${nearest}`;
}

/** Check one rule or filter; `fieldMap` is that of compiling. */
export function checkDetection(
  rule: DetectionRule | FilterRule,
  vocabulary: EventVocabulary,
  findings: Findings & { readonly fieldMap: ReadonlyMap<string, string> },
): void {
  const { errors, warnings, fieldMap } = findings;
  const { fields, values } = vocabulary;
  const slotOf = slotsByName(fields, fieldMap);
  const certainty = certaintyOf(rule.detection, slotOf);
  const missing = missingFields(testsOf(rule.detection), slotOf);
  const isDecided = certainty !== 'sometimes';
  const effect = effectOf(rule, certainty);
  // A filter that narrows nothing does no harm, and is not what its author meant.
  const into = isDecided && !isIdleFilter(rule, certainty) ? errors : warnings;
  for (const [name, at] of missing) {
    const sentence = `no event has the field ${describeMissing(name, fields.keys())}`;
    into.add(isDecided ? 'SIGMA_RULE_DECIDED' : 'SIGMA_RULE_DOUBTFUL', at, sentence + effect);
  }
  if (isDecided && missing.size === 0) {
    into.add('SIGMA_RULE_DECIDED', rule.at, `its condition is decided without an event${effect}`);
  }
  for (const name of unusedSearches(rule.detection)) {
    const sentence = `the condition does not use ${shown(name)}`;
    warnings.add('SIGMA_RULE_DOUBTFUL', rule.at, sentence);
  }
  checkLogSource(rule, vocabulary, warnings);
  for (const test of testsOf(rule.detection)) {
    checkKeywords(test, warnings);
    checkValues(test, values?.get(fieldMap.get(test.field) ?? test.field), warnings);
  }
}

function missingFields(tests: readonly FieldTest[], slotOf: SlotOf): ReadonlyMap<string, Position> {
  const missing = new Map<string, Position>();
  for (const test of tests) {
    for (const name of fieldsOf(test)) {
      if (slotOf(name) === undefined && !missing.has(name)) missing.set(name, test.at);
    }
  }
  return missing;
}

function isIdleFilter({ kind }: DetectionRule | FilterRule, certainty: string): boolean {
  return kind === 'filter' && certainty === 'always';
}

function effectOf({ kind }: DetectionRule | FilterRule, certainty: string): string {
  if (certainty === 'sometimes') return '; the condition goes on without it';
  if (kind === 'filter') {
    return certainty === 'never' ? '; its rules would fall silent' : '; the filter leaves all in';
  }
  return certainty === 'never' ? '; the rule never matches' : '; the rule matches every event';
}

function checkLogSource(
  { logSource, at }: DetectionRule | FilterRule,
  { logSource: ours }: EventVocabulary,
  warnings: Problems,
): void {
  if (ours === undefined) return;
  const { product, category, service } = logSource;
  const isOurs =
    (product === '' || product === ours.product) &&
    (category === '' || category === ours.category) &&
    service === '';
  if (isOurs) return;
  const found = [product, category, service].filter(Boolean).join(', ');
  const expected = `product ${ours.product}, category ${ours.category}`;
  const sentence = `logsource is for ${shown(found)}, and is tried on ${expected} all the same`;
  warnings.add('SIGMA_RULE_DOUBTFUL', at, sentence);
}

function checkKeywords({ field, at }: FieldTest, warnings: Problems): void {
  if (field !== '') return;
  const sentence = 'keywords look at the values of fields only: the text of a log is not there';
  warnings.add('SIGMA_RULE_DOUBTFUL', at, sentence);
}

/** Tries each wanted value on all that the field is known to have. */
function checkValues(
  test: FieldTest,
  known: readonly string[] | undefined,
  warnings: Problems,
): void {
  const { field, modifiers, at } = test;
  if (known === undefined) return;
  if (['neq', 'exists', 'fieldref', 'expand'].some((each) => modifiers.includes(each))) return;
  const placeholders = new Map<string, readonly string[]>();
  for (const value of test.values) {
    const one = { ...test, values: [value] };
    const { tests } = compileValues(one, { placeholders, problems: warnings });
    const isKnown = tests.some(({ matches }) =>
      known.some((each) => matches(each, each.toLowerCase())),
    );
    if (isKnown) continue;
    const near = nearestNames(String(value), known).join(', ');
    const sentence = `no ${field} is known that ${shown(value)} matches, nearest: ${near}`;
    warnings.add('SIGMA_RULE_DOUBTFUL', at, sentence);
  }
}
