/**
 * What can be said of a detection without any event, when it is known which fields events have: a
 * test of a field that is never there is decided, and may decide the whole.
 */
import type { Condition, Detection, FieldTest, Search, SigmaValue } from '../rule.ts';
import { COMPARE, TIME_PARTS } from '../matching/modifiers.ts';
import type { FieldSlot } from '../rows/event-rows.ts';

/** How often something holds. */
export type Certainty = 'never' | 'sometimes' | 'always';

/** Where events have a field; undefined where none has it. */
export type SlotOf = (name: string) => FieldSlot | undefined;

/** Placements and comparisons under which one value can meet several wanted ones. */
const PARTIAL = ['contains', 'startswith', 'endswith', 're', 'cidr', 'lt', 'lte', 'gt', 'gte'];

/** How often a detection matches. */
export function certaintyOf({ searches, condition }: Detection, slotOf: SlotOf): Certainty {
  const known = new Map<string, Certainty>();
  for (const [name, search] of searches) known.set(name, searchCertainty(search, slotOf));
  return conditionCertainty(condition, known);
}

/** The field tests of a detection that its condition uses. */
export function testsOf({ searches, condition }: Detection): readonly FieldTest[] {
  const names = searchNames(condition);
  return [...searches].flatMap(([name, search]) => (names.has(name) ? flatten(search) : []));
}

/** Searches that no condition asks for. */
export function unusedSearches({ searches, condition }: Detection): readonly string[] {
  const names = searchNames(condition);
  return [...searches.keys()].filter((name) => !names.has(name));
}

/** Fields a test looks at, the one it names first. Keywords look at none. */
export function fieldsOf({ field, modifiers, values }: FieldTest): readonly string[] {
  if (field === '') return [];
  return modifiers.includes('fieldref') ? [field, ...values.map(String)] : [field];
}

function searchNames(condition: Condition): ReadonlySet<string> {
  const names = new Set<string>();
  const open: Condition[] = [condition];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'search') names.add(next.name);
    else if (next.kind === 'not') open.push(next.of);
    else open.push(...next.of);
  }
  return names;
}

/** Recursion is bounded by the depth of the YAML. */
function flatten(search: Search): readonly FieldTest[] {
  return search.kind === 'test' ? [search] : search.of.flatMap(flatten);
}

function conditionCertainty(
  condition: Condition,
  searches: ReadonlyMap<string, Certainty>,
): Certainty {
  if (condition.kind === 'search') return searches.get(condition.name) ?? 'never';
  if (condition.kind === 'not') return opposite(conditionCertainty(condition.of, searches));
  const of = condition.of.map((part) => conditionCertainty(part, searches));
  return condition.kind === 'and' ? all(of) : any(of);
}

function searchCertainty(search: Search, slotOf: SlotOf): Certainty {
  if (search.kind === 'test') return testCertainty(search, slotOf);
  const of = search.of.map((part) => searchCertainty(part, slotOf));
  return search.kind === 'all' ? all(of) : any(of);
}

function testCertainty(test: FieldTest, slotOf: SlotOf): Certainty {
  const certainty = plainCertainty(test, slotOf);
  return test.modifiers.includes('neq') ? opposite(certainty) : certainty;
}

function plainCertainty(test: FieldTest, slotOf: SlotOf): Certainty {
  const { field, modifiers, values } = test;
  if (field === '') return 'sometimes';
  const isAll = modifiers.includes('all');
  const slot = slotOf(field);
  if (modifiers.includes('fieldref')) {
    const of = values.map((name) => (slotOf(String(name)) ? 'sometimes' : 'never'));
    return slot === undefined ? 'never' : combined(of, isAll);
  }
  if (slot === undefined) return combined(values.map(whereAbsent(modifiers)), isAll);
  const of = values.map((value) => (mayHave(slot, modifiers, value) ? 'sometimes' : 'never'));
  if (combined(of, isAll) === 'never') return 'never';
  const isWhole = !modifiers.some((modifier) => PARTIAL.includes(modifier));
  // One value is never two, unless a wildcard stands for the difference.
  const literals = new Set(values.map((value) => String(value).toLowerCase()));
  const isContradiction = isAll && isWhole && literals.size > 1 && slot.isList !== true;
  const hasWildcard = [...literals].some((text) => /[*?]/.test(text));
  return isContradiction && !hasWildcard && modifiers.length === 1 ? 'never' : 'sometimes';
}

function whereAbsent(modifiers: readonly string[]): (value: SigmaValue) => Certainty {
  return (value) => {
    const asksForAbsence = modifiers.includes('exists') ? value === false : value === null;
    return asksForAbsence ? 'always' : 'never';
  };
}

/** Whether what is written can be a value of a field of that kind. */
function mayHave({ kind }: FieldSlot, modifiers: readonly string[], value: SigmaValue): boolean {
  const isAnyNumber = modifiers.some((each) => COMPARE.has(each) || TIME_PARTS.has(each));
  const isAnyText = modifiers.some((each) => each !== 'neq' && each !== 'all');
  if (kind === 'text' || value === null || modifiers.includes('exists')) return true;
  if (kind === 'flag' && isAnyNumber) return false;
  if (modifiers.includes('cidr')) return false;
  const text = String(value).toLowerCase();
  if (isAnyText || /[*?]/.test(text)) return true;
  return kind === 'flag' ? ['false', 'true'].includes(text) : String(Number(text)) === text;
}

function combined(of: readonly Certainty[], isAll: boolean): Certainty {
  return isAll ? all(of) : any(of);
}

function opposite(certainty: Certainty): Certainty {
  if (certainty === 'sometimes') return certainty;
  return certainty === 'never' ? 'always' : 'never';
}

function all(of: readonly Certainty[]): Certainty {
  if (of.includes('never')) return 'never';
  return of.includes('sometimes') ? 'sometimes' : 'always';
}

function any(of: readonly Certainty[]): Certainty {
  if (of.includes('always')) return 'always';
  return of.includes('sometimes') ? 'sometimes' : 'never';
}
