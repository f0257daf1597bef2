/** A set of rules that know each other: references resolved, everything compiled, once. */
import type { CorrelationRule, DetectionRule, FilterRule, RuleHeader } from '../rule.ts';
import { Problems, SigmaError, type SigmaErrorCode, type SigmaProblem, shown } from '../errors.ts';
import {
  checkDetection,
  describeMissing,
  type EventVocabulary,
} from '../checking/check-detection.ts';
import { type CompileOptions, compileRule } from '../matching/compile-rule.ts';
import type { EventMatcher } from '../matching/event-view.ts';
import type { ParsedRules } from '../parsing/parse-rules.ts';
import { compileHolds } from './condition-test.ts';
import { WINDOW_SLOTS_MAX } from './entry.ts';

/** Which correlation takes a rule's events, and as which of its inputs. */
export interface Consumer {
  readonly correlation: number;
  readonly input: number;
}

/** A detection rule, ready to run. */
export interface CompiledDetection {
  readonly rule: DetectionRule;
  readonly matches: EventMatcher;
  readonly consumers: Consumer[];
}

/** Where a correlation finds its fields in the events of one of its rules. */
export interface CorrelationInput {
  readonly groupFields: readonly string[];
  readonly countedField: string;
}

/** A correlation, ready to run. A detection rule that stands alone becomes one that needs 1 event. */
export interface CompiledCorrelation {
  readonly rule: RuleHeader;
  readonly type: CorrelationRule['type'];
  readonly inputs: readonly CorrelationInput[];
  readonly groupBy: readonly string[];
  /** Whether events that lack a field of it are a group of their own; else they do not count. */
  readonly groupsAbsent: boolean;
  readonly spanMs: number;
  readonly quietMs: number;
  /** More events can only help. */
  readonly holds: (measured: number) => boolean;
  /** Whether it alerts itself, or only feeds others. */
  readonly emits: boolean;
  readonly consumers: Consumer[];
  /** Changes when a snapshot's state no longer fits. */
  readonly definition: string;
}

/** What compiling a set may be given. */
export interface RulesetOptions extends CompileOptions {
  /**
   * What detection rules that stand alone are grouped by when they do not say; events that lack a field of
   * it are told all the same. Default: nothing.
   */
  readonly standaloneGroupBy?: readonly string[];
  /** Their quiet period in milliseconds when they do not say. Default: 10 minutes. */
  readonly standaloneQuietMs?: number;
  /**
   * What events there are: rules that ask for others are refused where that decides them, and warned
   * of otherwise. Default: anything may come.
   */
  readonly vocabulary?: EventVocabulary;
}

/** A ruleset, or everything that is wrong with it. */
export type RulesetResult =
  | {
      readonly ok: true;
      readonly ruleset: Ruleset;
      /** What its rules may not mean as it is written. */
      readonly warnings: readonly SigmaProblem[];
    }
  | { readonly ok: false; readonly errors: readonly SigmaProblem[] };

/** Correlations may stand on correlations this many levels deep. */
export const CHAIN_DEPTH_MAX = 8;

/** Largest number of distinct values a condition may ask for. */
export const DISTINCT_LIMIT_MAX: number = (WINDOW_SLOTS_MAX * 3) / 4;

const STANDALONE_QUIET_MS = 600_000;

/** See the head of this file. */
export class Ruleset {
  readonly detections: readonly CompiledDetection[];
  /** A correlation stands after those it looks at. */
  readonly correlations: readonly CompiledCorrelation[];

  private constructor(
    detections: readonly CompiledDetection[],
    correlations: readonly CompiledCorrelation[],
  ) {
    this.detections = detections;
    this.correlations = correlations;
  }

  /** Combine the rules of any number of files. Never throws. */
  static from(parsed: readonly ParsedRules[], options: RulesetOptions = {}): RulesetResult {
    const builder = new RulesetBuilder(options);
    const detections = parsed.flatMap(({ rules }) => rules);
    const correlations = parsed.flatMap((each) => each.correlations);
    builder.name([...detections, ...correlations]);
    builder.addDetections(
      detections,
      parsed.flatMap(({ filters }) => filters),
    );
    builder.addCorrelations(correlations);
    builder.addStandalone();
    if (builder.errors.length > 0) return { ok: false, errors: builder.errors };
    const ruleset = new Ruleset(builder.detections, builder.correlations);
    return { ok: true, ruleset, warnings: builder.warnings };
  }

  /** Headers of all rules that can alert. */
  get alerting(): readonly RuleHeader[] {
    return this.correlations.filter(({ emits }) => emits).map(({ rule }) => rule);
  }
}

/** The rules a correlation looks at, with where it finds its fields in their events. */
interface Inputs {
  readonly targets: readonly (DetectionRule | CorrelationRule)[];
  readonly inputs: readonly CorrelationInput[];
  /** Whether every one of the rules has to happen. */
  readonly needsAll: boolean;
}

class RulesetBuilder {
  readonly errors: SigmaProblem[] = [];
  readonly warnings: SigmaProblem[] = [];
  readonly detections: CompiledDetection[] = [];
  readonly correlations: CompiledCorrelation[] = [];
  readonly #byName = new Map<string, DetectionRule | CorrelationRule>();
  readonly #consumers = new Map<RuleHeader, Consumer[]>();
  /** Rules that a correlation uses up: they do not alert by themselves. */
  readonly #usedUp = new Set<RuleHeader>();
  readonly #options: RulesetOptions;

  constructor(options: RulesetOptions) {
    this.#options = options;
  }

  name(rules: readonly (DetectionRule | CorrelationRule)[]): void {
    for (const rule of rules) {
      for (const name of new Set([rule.id, rule.name, rule.key])) {
        if (name === '') continue;
        const other = this.#byName.get(name);
        if (other === undefined) this.#byName.set(name, rule);
        else {
          const where = `${other.file}:${other.at.line}`;
          this.#fail('SIGMA_DUPLICATE', rule, `${shown(name)} already names the rule at ${where}`);
        }
      }
    }
  }

  addDetections(rules: readonly DetectionRule[], filters: readonly FilterRule[]): void {
    const narrowing = filters.map((filter) => {
      this.#check(filter);
      const targets = this.#targets(filter);
      this.#checkNarrowing(filter, rules, targets);
      return { filter, matches: this.#compile(filter), targets };
    });
    for (const rule of rules) {
      this.#check(rule);
      const all = [this.#compile(rule)];
      for (const { filter, matches, targets } of narrowing) {
        if (appliesTo(filter, rule, targets)) all.push(matches);
      }
      const [only = (): boolean => false] = all;
      const matches: EventMatcher =
        all.length === 1 ? only : (event) => all.every((each) => each(event));
      this.detections.push({ rule, matches, consumers: this.#consumersOf(rule) });
    }
  }

  addCorrelations(rules: readonly CorrelationRule[]): void {
    const referenced = new Map(rules.map((rule) => [rule, this.#resolve(rule)]));
    for (const [rule, targets] of referenced) {
      if (rule.generate) continue;
      for (const target of targets) this.#usedUp.add(target);
    }
    // A rule is only used up when nobody who looks at it wants it to alert as well.
    for (const [rule, targets] of referenced) {
      if (rule.generate) for (const target of targets) this.#usedUp.delete(target);
    }
    for (const { rule, targets } of this.#inOrder(referenced)) this.#addCorrelation(rule, targets);
  }

  addStandalone(): void {
    for (const { rule, consumers } of this.detections) {
      if (this.#usedUp.has(rule)) continue;
      const groupBy = rule.extension.groupBy ?? this.#options.standaloneGroupBy ?? [];
      const quietMs = rule.extension.quietMs ?? this.#options.standaloneQuietMs;
      const index = this.correlations.length;
      const groupsAbsent = rule.extension.groupBy === undefined;
      const inputs = [{ groupFields: groupBy, countedField: '' }];
      this.#checkInputs(rule, { targets: [rule], inputs, needsAll: true });
      this.correlations.push({
        ...{ rule, type: 'event_count', groupBy, spanMs: 1_000, consumers: [], emits: true },
        groupsAbsent,
        inputs,
        quietMs: quietMs ?? STANDALONE_QUIET_MS,
        holds: (count) => count > 0,
        definition: JSON.stringify(['standalone', groupBy, quietMs]),
      });
      consumers.push({ correlation: index, input: 0 });
    }
  }

  #addCorrelation(
    rule: CorrelationRule,
    targets: readonly (DetectionRule | CorrelationRule)[],
  ): void {
    const { type, groupBy, timespanMs, condition, aliases } = rule;
    const fieldOf = (name: string, input: number): string =>
      aliases.get(name)?.get(rule.rules[input] ?? '') ?? name;
    const inputs = targets.map((_, input) => ({
      groupFields: groupBy.map((name) => fieldOf(name, input)),
      countedField: fieldOf(condition?.field ?? '', input),
    }));
    this.#checkLimits(rule);
    this.#checkInputs(rule, { targets, inputs, needsAll: type.startsWith('temporal') });
    const correlation = this.correlations.length;
    for (const [input, target] of targets.entries()) {
      this.#consumersOf(target).push({ correlation, input });
    }
    this.correlations.push({
      ...{ rule, type, inputs, groupBy, groupsAbsent: false, spanMs: timespanMs },
      quietMs: rule.extension.quietMs ?? timespanMs,
      holds: compileHolds(condition, targets.length),
      emits: !this.#usedUp.has(rule),
      consumers: this.#consumersOf(rule),
      definition: JSON.stringify([type, rule.rules, inputs, timespanMs, condition ?? null]),
    });
  }

  #checkLimits(rule: CorrelationRule): void {
    if (rule.type !== 'value_count') return;
    const most = Math.max(...(rule.condition?.comparisons ?? []).map(({ limit }) => limit), 0);
    if (most <= DISTINCT_LIMIT_MAX) return;
    const sentence = `condition asks for ${most} distinct values, at most ${DISTINCT_LIMIT_MAX}`;
    this.#fail('SIGMA_LIMIT', rule, sentence);
  }

  #check(rule: DetectionRule | FilterRule): void {
    const { vocabulary, fieldMap = new Map<string, string>() } = this.#options;
    if (vocabulary === undefined) return;
    const [errors, warnings] = [problemsOf(rule), problemsOf(rule)];
    checkDetection(rule, vocabulary, { errors, warnings, fieldMap });
    this.errors.push(...errors.list);
    this.warnings.push(...warnings.list);
  }

  /** A filter narrows the events of detection rules: all else it names it leaves as it is. */
  #checkNarrowing(
    filter: FilterRule,
    rules: readonly DetectionRule[],
    targets: ReadonlySet<DetectionRule | CorrelationRule>,
  ): void {
    for (const target of targets) {
      if (target.kind === 'detection') continue;
      const sentence = `rules names the correlation ${shown(target.name || target.title)}, expected a detection rule`;
      this.#fail('SIGMA_NOT_SUPPORTED', filter, sentence);
    }
    if (filter.rules !== 'any' || rules.some((rule) => appliesTo(filter, rule, targets))) return;
    const problems = problemsOf(filter);
    problems.add('SIGMA_RULE_DOUBTFUL', filter.at, 'no rule is for the log source of the filter');
    this.warnings.push(...problems.list);
  }

  /** A correlation whose events lack what it groups by or counts never alerts. */
  #checkInputs(rule: RuleHeader, { targets, inputs, needsAll }: Inputs): void {
    const lacking = targets.flatMap((target, index) => {
      const { groupFields = [], countedField = '' } = inputs[index] ?? {};
      const fields =
        target.kind === 'correlation' ? target.groupBy : this.#options.vocabulary?.fields;
      const names = [...groupFields, countedField].filter(Boolean);
      const missing = fields && names.find((name) => !fields.includes(name));
      return missing === undefined ? [] : [{ target, missing, fields }];
    });
    const isDead = lacking.length === targets.length || needsAll;
    for (const { target, missing, fields = [] } of lacking) {
      const whose = shown(target.name || target.title);
      const effect = isDead ? 'the rule never alerts' : 'those events do not count';
      const sentence = `no event of ${whose} has the field ${describeMissing(missing, fields)}; ${effect}`;
      const problems = problemsOf(rule);
      problems.add(isDead ? 'SIGMA_RULE_DECIDED' : 'SIGMA_RULE_DOUBTFUL', rule.at, sentence);
      (isDead ? this.errors : this.warnings).push(...problems.list);
    }
  }

  #resolve(rule: CorrelationRule): readonly (DetectionRule | CorrelationRule)[] {
    return rule.rules.flatMap((name) => this.#find(name, rule) ?? []);
  }

  #find(name: string, from: RuleHeader): DetectionRule | CorrelationRule | undefined {
    const found = this.#byName.get(name);
    if (found === undefined) {
      const sentence = `rules names ${shown(name)}, expected the id or name of a rule in this set`;
      this.#fail('SIGMA_REFERENCE_UNKNOWN', from, sentence);
    }
    return found;
  }

  #targets(filter: FilterRule): ReadonlySet<DetectionRule | CorrelationRule> {
    if (filter.rules === 'any') return new Set();
    return new Set(filter.rules.flatMap((name) => this.#find(name, filter) ?? []));
  }

  /** Inner before outer. What never becomes ready refers to itself, or is too deep. */
  #inOrder(
    referenced: ReadonlyMap<CorrelationRule, readonly (DetectionRule | CorrelationRule)[]>,
  ): { rule: CorrelationRule; targets: readonly (DetectionRule | CorrelationRule)[] }[] {
    const ordered: { rule: CorrelationRule; targets: (DetectionRule | CorrelationRule)[] }[] = [];
    const ready = new Set<RuleHeader>();
    let waiting = [...referenced];
    for (let depth = 0; depth < CHAIN_DEPTH_MAX && waiting.length > 0; depth += 1) {
      const next = waiting.filter(([, targets]) =>
        targets.every((target) => target.kind === 'detection' || ready.has(target)),
      );
      for (const [rule, targets] of next) {
        ready.add(rule);
        ordered.push({ rule, targets: [...targets] });
      }
      waiting = waiting.filter(([rule]) => !ready.has(rule));
    }
    for (const [rule] of waiting) {
      const sentence = `refers to itself, or stands on more than ${CHAIN_DEPTH_MAX} correlations`;
      this.#fail('SIGMA_REFERENCE_CYCLE', rule, sentence);
    }
    return ordered;
  }

  #consumersOf(rule: RuleHeader): Consumer[] {
    const known = this.#consumers.get(rule) ?? [];
    this.#consumers.set(rule, known);
    return known;
  }

  #compile(rule: DetectionRule | FilterRule): EventMatcher {
    try {
      return compileRule(rule, this.#options);
    } catch (error) {
      if (!(error instanceof SigmaError)) throw error;
      this.errors.push(...error.problems);
      return () => false;
    }
  }

  #fail(code: SigmaErrorCode, rule: RuleHeader, sentence: string): void {
    const problems = problemsOf(rule);
    problems.add(code, rule.at, sentence);
    this.errors.push(...problems.list);
  }
}

function problemsOf(rule: RuleHeader): Problems {
  const problems = new Problems(rule.file);
  problems.rule = rule.name || rule.title;
  return problems;
}

/** A filter for any rule narrows those of its own log source only. */
function appliesTo(
  { rules, logSource }: FilterRule,
  rule: DetectionRule,
  targets: ReadonlySet<RuleHeader>,
): boolean {
  if (rules !== 'any') return targets.has(rule);
  const same = (wanted: string, found: string): boolean => wanted === '' || wanted === found;
  return (
    same(logSource.category, rule.logSource.category) &&
    same(logSource.product, rule.logSource.product) &&
    same(logSource.service, rule.logSource.service)
  );
}
