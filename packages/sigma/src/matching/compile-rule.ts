/** Detection rules to closures: everything is decided once, the stream only calls them. */
import type { Detection, DetectionRule, FilterRule, Search } from '../rule.ts';
import { Problems, SigmaError } from '../errors.ts';
import type { Condition } from '../parsing/condition.ts';
import { compileTest, type TestContext } from './compile-test.ts';
import type { EventMatcher } from './event-view.ts';

/** What compiling may be given. */
export interface CompileOptions {
  /** Values of `expand` placeholders: name without percent signs -> values. Default: none. */
  readonly placeholders?: ReadonlyMap<string, readonly string[]>;
  /** Sigma field -> attribute of the event, for rules written for other logs. Default: none. */
  readonly fieldMap?: ReadonlyMap<string, string>;
}

/**
 * Compile a detection rule (or filter) to a function that decides one event.
 *
 * @throws SigmaError with every placeholder, regular expression or encoding that fails.
 * @example
 * const matches = compileRule(rule);
 * matches({ get: (field) => attributes[field] });
 */
export function compileRule(
  rule: DetectionRule | FilterRule,
  options: CompileOptions = {},
): EventMatcher {
  const problems = new Problems(rule.file);
  problems.rule = rule.name || rule.title;
  const matches = compileDetection(rule.detection, options, problems);
  if (problems.list.length > 0) throw new SigmaError(problems.list);
  return matches;
}

function compileDetection(
  { searches, condition }: Detection,
  options: CompileOptions,
  problems: Problems,
): EventMatcher {
  const context: TestContext = {
    placeholders: options.placeholders ?? new Map(),
    problems,
  };
  const compiled = new Map<string, EventMatcher>();
  const fieldMap = options.fieldMap ?? new Map<string, string>();
  for (const [name, search] of searches) {
    compiled.set(name, compileSearch(search, fieldMap, context));
  }
  return compileCondition(condition, compiled);
}

/** Depth is bounded by the YAML's. */
function compileSearch(
  search: Search,
  fieldMap: ReadonlyMap<string, string>,
  context: TestContext,
): EventMatcher {
  if (search.kind === 'test') {
    const field = fieldMap.get(search.field) ?? search.field;
    return compileTest(field === search.field ? search : { ...search, field }, context);
  }
  const of = search.of.map((part) => compileSearch(part, fieldMap, context));
  return search.kind === 'all' ? every(of) : some(of);
}

/** Depth is bounded by the parser's. */
function compileCondition(
  condition: Condition,
  searches: ReadonlyMap<string, EventMatcher>,
): EventMatcher {
  if (condition.kind === 'search') return searches.get(condition.name) ?? (() => false);
  if (condition.kind === 'not') {
    const inner = compileCondition(condition.of, searches);
    return (event) => !inner(event);
  }
  const of = condition.of.map((part) => compileCondition(part, searches));
  return condition.kind === 'and' ? every(of) : some(of);
}

function every(of: readonly EventMatcher[]): EventMatcher {
  const [only] = of;
  if (of.length === 1 && only !== undefined) return only;
  return (event) => {
    for (const matches of of) if (!matches(event)) return false;
    return true;
  };
}

function some(of: readonly EventMatcher[]): EventMatcher {
  const [only] = of;
  if (of.length === 1 && only !== undefined) return only;
  return (event) => {
    for (const matches of of) if (matches(event)) return true;
    return false;
  };
}
