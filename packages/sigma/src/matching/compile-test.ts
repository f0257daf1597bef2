/** One field test to a decision about rows: the field is a place in them from here on. */
import type { FieldTest } from '../rule.ts';
import type { FieldSlot, FieldSlots } from '../rows/event-rows.ts';
import type { RowCursor } from '../rows/row-cursor.ts';
import { compileValues, placementOf, type TestContext, type ValueTests } from './compile-values.ts';
import type { RowMatcher } from './decided-rows.ts';
import { type Clue, decided, not, type Requirement, type RowTest } from './row-test.ts';
import type { TestPool } from './test-pool.ts';
import type { TextTest } from './text-test.ts';
import { TextVerdicts } from './verdicts.ts';

/** What compiling a test needs from outside. */
export interface RowTestContext extends TestContext {
  /** The place of a field; undefined where no event has it. */
  readonly slotOf: (field: string) => FieldSlot | undefined;
  /** What rules that are compiled together share. */
  readonly pool: TestPool;
}

/** Compile; what fails is added to the problems and matches nothing. */
export function compileTest(test: FieldTest, context: RowTestContext): RowTest {
  const plain = compilePlainTest(test, context);
  return test.modifiers.includes('neq') ? not(plain) : plain;
}

/** The places of fields, under the names that rules may have for them. */
export function slotsByName(
  slots: FieldSlots,
  fieldMap: ReadonlyMap<string, string>,
): RowTestContext['slotOf'] {
  return (field) => slots.get(fieldMap.get(field) ?? field);
}

function compilePlainTest(test: FieldTest, context: RowTestContext): RowTest {
  const { field, values } = test;
  const modifiers = test.modifiers.filter((modifier) => modifier !== 'neq');
  const { problems } = context;
  return context.pool.of(JSON.stringify([field, modifiers, values]), () => {
    const before = problems.list.length;
    return { test: compileFieldTest(test, context), isSound: problems.list.length === before };
  });
}

function compileFieldTest(test: FieldTest, context: RowTestContext): RowTest {
  if (test.modifiers.includes('fieldref')) return compileFieldReference(test, context);
  const tests = compileValues(test, context);
  const cost = costOf(test);
  if (test.field === '') return onAnyText(tests, cost);
  const slot = context.slotOf(test.field);
  if (slot === undefined) return decided(() => tests.whenAbsent, { requires: [], cost: 0 });
  if (slot.kind === 'text') return onTextColumn(slot.column, tests, cost);
  return slot.kind === 'number' ? onNumberColumn(slot.column, tests) : onFlag(slot.column, tests);
}

/** About what a text costs; numbers and flags cost 1. */
function costOf({ field, modifiers, values }: FieldTest): number {
  if (modifiers.includes('re')) return 20 * values.length;
  if (field === '') return 20;
  return modifiers.includes('cidr') ? 8 : 2;
}

function onTextColumn(column: number, tests: ValueTests, cost: number): RowTest {
  const { whenAbsent } = tests;
  const verdicts = new TextVerdicts(tests);
  return decided(
    (cursor) => {
      const id = cursor.textAt(column);
      return id === 0 ? whenAbsent : verdicts.of(cursor, id);
    },
    {
      requires: whenAbsent
        ? []
        : [[{ kind: 'present', of: 'text', column }], ...textRequirements(column, tests)],
      cost,
    },
  );
}

function onNumberColumn(column: number, { values, isAll, whenAbsent }: ValueTests): RowTest {
  const tests = values.map(({ number }) => number);
  const clues = values.flatMap(({ literal: value }): Clue[] =>
    value === undefined ? [] : [{ kind: 'number', column, value }],
  );
  const present: Clue = { kind: 'present', of: 'number', column };
  const isFound = !isAll && clues.length === values.length;
  return decided(
    (cursor) => {
      const value = cursor.numberAt(column);
      if (Number.isNaN(value)) return whenAbsent;
      for (const matches of tests) if (matches(value) !== isAll) return !isAll;
      return isAll;
    },
    { requires: whenAbsent ? [] : [isFound ? clues : [present]], cost: 1 },
  );
}

/** There are only two values: both are decided beforehand. */
function onFlag(column: number, { tests, isAll, whenAbsent }: ValueTests): RowTest {
  const decide = (text: string): boolean => {
    const holds = ({ matches }: TextTest): boolean => matches(text, text);
    return isAll ? tests.every(holds) : tests.some(holds);
  };
  const verdicts = [whenAbsent, decide('false'), decide('true')];
  return decided((cursor) => verdicts[cursor.flagAt(column)] === true, { requires: [], cost: 1 });
}

/** Keywords look at every text. Where all are wanted each may be in a text of its own. */
function onAnyText(all: ValueTests, cost: number): RowTest {
  const { tests, isAll } = all;
  const each = isAll ? tests.map((test) => ({ tests: [test], isAll: false })) : [all];
  const verdicts = each.map((one) => new TextVerdicts(one));
  return decided((cursor) => verdicts.every((one) => isAnywhere(cursor, one)), {
    requires: textRequirements('any', all),
    cost,
  });
}

function isAnywhere(cursor: RowCursor, verdicts: TextVerdicts): boolean {
  for (const column of cursor.textColumns) {
    const id = cursor.textAt(column);
    if (id !== 0 && verdicts.of(cursor, id)) return true;
  }
  return false;
}

function textRequirements(
  column: number | 'any',
  { tests, isAll }: Pick<ValueTests, 'tests' | 'isAll'>,
): readonly Requirement[] {
  const needs = tests.map((test) =>
    test.needs?.map((literal): Clue => ({ kind: 'text', column, literal })),
  );
  const known = needs.filter((each) => each !== undefined);
  if (isAll) return known;
  return known.length === needs.length ? [known.flat()] : [];
}

/** The value names another field of the same event. */
function compileFieldReference(test: FieldTest, { slotOf }: RowTestContext): RowTest {
  const isCased = test.modifiers.includes('cased');
  const placement = placementOf(test);
  const place = slotOf(test.field);
  const pairs = test.values.map((value): RowMatcher => {
    const other = slotOf(String(value));
    if (place === undefined || other === undefined) return () => false;
    return (cursor) => {
      const [found, wanted] = [textsAt(cursor, place, isCased), textsAt(cursor, other, isCased)];
      return found.some((text) => wanted.some((each) => stands(text, each, placement)));
    };
  });
  const isAll = test.modifiers.includes('all');
  const matches: RowMatcher = isAll
    ? (cursor) => pairs.every((each) => each(cursor))
    : (cursor) => pairs.some((each) => each(cursor));
  return decided(matches, { requires: [], cost: 4 });
}

function stands(text: string, wanted: string, placement: ReturnType<typeof placementOf>): boolean {
  if (placement === 'contains') return text.includes(wanted);
  if (placement === 'startswith') return text.startsWith(wanted);
  return placement === 'endswith' ? text.endsWith(wanted) : text === wanted;
}

const NO_TEXTS: readonly string[] = [];
const FLAG_TEXTS: readonly (readonly string[])[] = [NO_TEXTS, ['false'], ['true']];

/** What stands at a place, as text: of a list each part. */
function textsAt(cursor: RowCursor, slot: FieldSlot, isCased: boolean): readonly string[] {
  const { kind, column } = slot;
  if (kind === 'flag') return FLAG_TEXTS[cursor.flagAt(column)] ?? NO_TEXTS;
  if (kind === 'number') {
    const value = cursor.numberAt(column);
    return Number.isNaN(value) ? NO_TEXTS : [String(value)];
  }
  const id = cursor.textAt(column);
  if (id === 0) return NO_TEXTS;
  const ids = cursor.texts.partsOf(id) ?? [id];
  return ids.map((each) => (isCased ? cursor.texts.textOf(each) : cursor.foldedOf(each)));
}
