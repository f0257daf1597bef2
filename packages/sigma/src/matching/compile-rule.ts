/** Detection rules to tests of rows: what can be decided beforehand is, the stream only asks them. */
import type { Condition, Detection, DetectionRule, FilterRule, Search } from '../rule.ts';
import { Problems, SigmaError } from '../errors.ts';
import type { FieldSlots } from '../rows/event-rows.ts';
import { compileTest, type RowTestContext, slotsByName } from './compile-test.ts';
import type { RowMatcher } from './decided-rows.ts';
import { every, matcherOf, NO_ROW, not, type RowTest, some } from './row-test.ts';
import { TestPool } from './test-pool.ts';

/** What compiling may be given. */
export interface CompileOptions {
  /** The fields events have; a rule's other fields are absent in all of them. */
  readonly fields: FieldSlots;
  /** Values of `expand` placeholders: name without percent signs -> values. Default: none. */
  readonly placeholders?: ReadonlyMap<string, readonly string[]>;
  /** Sigma field -> attribute of the event, for rules written for other logs. Default: none. */
  readonly fieldMap?: ReadonlyMap<string, string>;
  /** Shared by rules that run together, all compiled with the same options. Default: none is shared. */
  readonly pool?: TestPool;
}

/**
 * Compile a detection rule (or filter) to a function that decides the row a cursor stands at.
 *
 * @throws SigmaError with every placeholder, regular expression or encoding that fails.
 * @example
 * const matches = compileRule(rule, { fields });
 * cursor.open(rows);
 * matches(cursor); // the first row
 */
export function compileRule(rule: DetectionRule | FilterRule, options: CompileOptions): RowMatcher {
  return matcherOf(compileRowTest(rule, options));
}

/** As {@link compileRule}, with what rows that match must have. */
export function compileRowTest(
  rule: DetectionRule | FilterRule,
  { fields, placeholders = new Map(), fieldMap = new Map(), pool = new TestPool() }: CompileOptions,
): RowTest {
  const problems = new Problems(rule.file);
  problems.rule = rule.name || rule.title;
  const context = { placeholders, problems, slotOf: slotsByName(fields, fieldMap), pool };
  const compiled = compileDetection(rule.detection, context);
  if (problems.list.length > 0) throw new SigmaError(problems.list);
  return compiled;
}

function compileDetection({ searches, condition }: Detection, context: RowTestContext): RowTest {
  const compiled = new Map<string, RowTest>();
  for (const [name, search] of searches) compiled.set(name, compileSearch(search, context));
  return compileCondition(condition, compiled);
}

/** Depth is bounded by the YAML's. */
function compileSearch(search: Search, context: RowTestContext): RowTest {
  if (search.kind === 'test') return compileTest(search, context);
  const of = search.of.map((part) => compileSearch(part, context));
  return search.kind === 'all' ? every(of) : some(of);
}

/** Depth is bounded by the parser's. */
function compileCondition(condition: Condition, searches: ReadonlyMap<string, RowTest>): RowTest {
  if (condition.kind === 'search') return searches.get(condition.name) ?? NO_ROW;
  if (condition.kind === 'not') return not(compileCondition(condition.of, searches));
  const of = condition.of.map((part) => compileCondition(part, searches));
  return condition.kind === 'and' ? every(of) : some(of);
}
