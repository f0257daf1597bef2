/** Compiles the rules of a set one after the other, and collects what is wrong with them. */
import type { CorrelationRule, DetectionRule, FilterRule, RuleHeader } from '../rule.ts';
import { SigmaError, type SigmaProblem, shown } from '../errors.ts';
import {
  checkDetection,
  describeMissing,
  type EventVocabulary,
} from '../checking/check-detection.ts';
import { type CompileOptions, compileRowTest } from '../matching/compile-rule.ts';
import { every, NO_ROW, type RowTest } from '../matching/row-test.ts';
import { TestPool } from '../matching/test-pool.ts';
import type { FieldPlace } from './arrival.ts';
import type {
  CompiledCorrelation,
  CompiledDetection,
  Consumer,
  Hearing,
} from './compiled-rules.ts';
import { compileHolds } from './condition-test.ts';
import { type NamedRule, problemOf, problemsOf, RuleNames } from './rule-names.ts';
import { SLOTS_MAX } from './window-settings.ts';

/** What compiling a set may be given. */
export interface RulesetOptions extends Omit<CompileOptions, 'fields' | 'pool'> {
  /**
   * What detection rules that stand alone are grouped by when they do not say; events that lack a field of
   * it are told all the same. Default: nothing.
   */
  readonly standaloneGroupBy?: readonly string[];
  /** Their quiet period in milliseconds when they do not say. Default: 10 minutes. */
  readonly standaloneQuietMs?: number;
  /**
   * What events there are: rules that ask for others are refused where that decides them, and warned
   * of otherwise.
   */
  readonly vocabulary: EventVocabulary;
}

/** Largest number of distinct values a condition may ask for. */
export const DISTINCT_LIMIT_MAX: number = (SLOTS_MAX.value_count * 3) / 4;

const STANDALONE_QUIET_MS = 600_000;
/** Within it, and within so much of a span, one instant at which a condition holds is as good as another. */
const PART_MS_MAX = 1_000;
const PART_SHARE = 1 / 256;

/** Names of the fields a correlation needs, in the events of one of its rules. */
interface InputNames {
  readonly group: readonly string[];
  /** Empty where nothing is counted. */
  readonly counted: string;
}

/** The rules a correlation looks at, with the fields it needs of each. */
interface Inputs {
  readonly targets: readonly NamedRule[];
  readonly names: readonly InputNames[];
  /** Whether every one of the rules has to happen. */
  readonly needsAll: boolean;
}

/** See the head of this file. */
export class RulesetBuilder {
  readonly errors: SigmaProblem[] = [];
  readonly warnings: SigmaProblem[] = [];
  readonly detections: CompiledDetection[] = [];
  readonly correlations: CompiledCorrelation[] = [];
  readonly #names: RuleNames;
  readonly #consumers = new Map<RuleHeader, Consumer[]>();
  readonly #pool = new TestPool();
  readonly #hearing = new Map<RuleHeader, Hearing>();
  /** Rules that a correlation uses up: they do not alert by themselves. */
  readonly #usedUp = new Set<RuleHeader>();
  readonly #options: RulesetOptions;

  constructor(rules: readonly NamedRule[], options: RulesetOptions) {
    this.#options = options;
    this.#names = new RuleNames(rules, this.errors);
  }

  addDetections(rules: readonly DetectionRule[], filters: readonly FilterRule[]): void {
    const narrowing = filters.map((filter) => {
      this.#check(filter);
      const targets = this.#names.narrowedBy(filter);
      this.#checkNarrowing(filter, rules, targets);
      return { filter, test: this.#compile(filter), targets };
    });
    for (const rule of rules) {
      this.#check(rule);
      const own = this.#compile(rule);
      const filtering = narrowing.filter(({ filter, targets }) => appliesTo(filter, rule, targets));
      const test = every([own, ...filtering.map((each) => each.test)]);
      this.detections.push({ rule, test, consumers: this.#consumersOf(rule) });
    }
  }

  addCorrelations(rules: readonly CorrelationRule[]): void {
    const referring = rules.map((rule) => ({ rule, targets: this.#names.targetsOf(rule) }));
    for (const { rule, targets } of referring) {
      if (rule.generate) continue;
      for (const target of targets) this.#usedUp.add(target);
    }
    // A rule is only used up when nobody who looks at it wants it to alert as well.
    for (const { rule, targets } of referring) {
      if (rule.generate) for (const target of targets) this.#usedUp.delete(target);
    }
    for (const { rule, targets } of this.#names.inOrder(referring)) {
      this.#addCorrelation(rule, targets);
    }
  }

  addStandalone(): void {
    for (const { rule, consumers } of this.detections) {
      if (this.#usedUp.has(rule)) continue;
      const groupBy = rule.extension.groupBy ?? this.#options.standaloneGroupBy ?? [];
      const quietMs = rule.extension.quietMs ?? this.#options.standaloneQuietMs;
      const index = this.correlations.length;
      const groupsAbsent = rule.extension.groupBy === undefined;
      const names = { group: groupBy, counted: '' };
      this.#checkInputs(rule, { targets: [rule], names: [names], needsAll: true });
      this.correlations.push({
        ...{ rule, type: 'event_count', groupBy, spanMs: 1_000, emits: true },
        ...{ consumers: [], hearing: { counting: [], partMs: 0 } },
        groupsAbsent,
        inputs: [this.#placesIn(rule, names)],
        quietMs: quietMs ?? STANDALONE_QUIET_MS,
        holds: (count) => count > 0,
        definition: JSON.stringify(['standalone', groupBy, quietMs]),
      });
      consumers.push({ correlation: index, input: 0 });
    }
  }

  #addCorrelation(rule: CorrelationRule, targets: readonly NamedRule[]): void {
    const { type, groupBy, timespanMs, condition, aliases } = rule;
    const fieldOf = (name: string, input: number): string =>
      aliases.get(name)?.get(rule.rules[input] ?? '') ?? name;
    const names = targets.map((_, input) => ({
      group: groupBy.map((name) => fieldOf(name, input)),
      counted: fieldOf(condition?.field ?? '', input),
    }));
    this.#checkLimits(rule);
    this.#checkInputs(rule, { targets, names, needsAll: type.startsWith('temporal') });
    const correlation = this.correlations.length;
    const holds = compileHolds(condition, targets.length);
    const asksWhether = type.startsWith('temporal') || (type === 'event_count' && holds(1));
    for (const [input, target] of targets.entries()) {
      this.#consumersOf(target).push({ correlation, input });
      const hearing = this.#hearingOf(target);
      if (!asksWhether) hearing.counting.push({ correlation, input });
      else hearing.partMs = Math.min(hearing.partMs, timespanMs * PART_SHARE);
    }
    const nothing = { group: [], counted: '' };
    this.correlations.push({
      ...{ rule, type, groupBy, groupsAbsent: false, spanMs: timespanMs },
      inputs: targets.map((target, input) => this.#placesIn(target, names[input] ?? nothing)),
      quietMs: rule.extension.quietMs ?? timespanMs,
      holds,
      emits: !this.#usedUp.has(rule),
      consumers: this.#consumersOf(rule),
      hearing: this.#hearingOf(rule),
      definition: JSON.stringify([type, rule.rules, names, timespanMs, condition ?? null]),
    });
  }

  /** Where fields stand in the events of a rule: in rows, or in the groups of a correlation. */
  #placesIn(target: NamedRule, { group, counted }: InputNames): CompiledCorrelation['inputs'][0] {
    const placeOf = (name: string): FieldPlace => {
      if (target.kind === 'correlation') {
        const index = target.groupBy.indexOf(name);
        return index < 0 ? { from: 'nowhere' } : { from: 'group', index };
      }
      const slot = this.#options.vocabulary.fields.get(name);
      return slot === undefined ? { from: 'nowhere' } : { from: 'row', slot };
    };
    return { group: group.map(placeOf), counted: placeOf(counted) };
  }

  #checkLimits(rule: CorrelationRule): void {
    if (rule.type !== 'value_count') return;
    const most = Math.max(...(rule.condition?.comparisons ?? []).map(({ limit }) => limit), 0);
    if (most <= DISTINCT_LIMIT_MAX) return;
    const sentence = `condition asks for ${most} distinct values, at most ${DISTINCT_LIMIT_MAX}`;
    this.errors.push(...problemOf(rule, 'SIGMA_LIMIT', sentence));
  }

  #check(rule: DetectionRule | FilterRule): void {
    const { vocabulary, fieldMap = new Map<string, string>() } = this.#options;
    const [errors, warnings] = [problemsOf(rule), problemsOf(rule)];
    checkDetection(rule, vocabulary, { errors, warnings, fieldMap });
    this.errors.push(...errors.list);
    this.warnings.push(...warnings.list);
  }

  /** A filter narrows the events of detection rules: all else it names it leaves as it is. */
  #checkNarrowing(
    filter: FilterRule,
    rules: readonly DetectionRule[],
    targets: ReadonlySet<NamedRule>,
  ): void {
    for (const target of targets) {
      if (target.kind === 'detection') continue;
      const sentence = `rules names the correlation ${shown(target.name || target.title)}, expected a detection rule`;
      this.errors.push(...problemOf(filter, 'SIGMA_NOT_SUPPORTED', sentence));
    }
    if (filter.rules !== 'any' || rules.some((rule) => appliesTo(filter, rule, targets))) return;
    const sentence = 'no rule is for the log source of the filter';
    this.warnings.push(...problemOf(filter, 'SIGMA_RULE_DOUBTFUL', sentence));
  }

  /** A correlation whose events lack what it groups by or counts never alerts. */
  #checkInputs(rule: RuleHeader, { targets, names, needsAll }: Inputs): void {
    const all = [...this.#options.vocabulary.fields.keys()];
    const lacking = targets.flatMap((target, index) => {
      const { group = [], counted = '' } = names[index] ?? {};
      const fields = target.kind === 'correlation' ? target.groupBy : all;
      const missing = [...group, counted].find((name) => name !== '' && !fields.includes(name));
      return missing === undefined ? [] : [{ target, missing, fields }];
    });
    const isDead = lacking.length === targets.length || needsAll;
    for (const { target, missing, fields } of lacking) {
      const whose = shown(target.name || target.title);
      const effect = isDead ? 'the rule never alerts' : 'those events do not count';
      const sentence = `no event of ${whose} has the field ${describeMissing(missing, fields)}; ${effect}`;
      const code = isDead ? 'SIGMA_RULE_DECIDED' : 'SIGMA_RULE_DOUBTFUL';
      (isDead ? this.errors : this.warnings).push(...problemOf(rule, code, sentence));
    }
  }

  #consumersOf(rule: RuleHeader): Consumer[] {
    const known = this.#consumers.get(rule) ?? [];
    this.#consumers.set(rule, known);
    return known;
  }

  #hearingOf(rule: RuleHeader): Hearing {
    const known = this.#hearing.get(rule) ?? { counting: [], partMs: PART_MS_MAX };
    this.#hearing.set(rule, known);
    return known;
  }

  #compile(rule: DetectionRule | FilterRule): RowTest {
    try {
      const { vocabulary, ...options } = this.#options;
      return compileRowTest(rule, { ...options, fields: vocabulary.fields, pool: this.#pool });
    } catch (error) {
      if (!(error instanceof SigmaError)) throw error;
      this.errors.push(...error.problems);
      return NO_ROW;
    }
  }
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
