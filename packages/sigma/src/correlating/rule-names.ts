/** The names rules have in a set, and who refers to whom. */
import { Problems, type SigmaErrorCode, type SigmaProblem, shown } from '../errors.ts';
import type { CorrelationRule, DetectionRule, FilterRule, RuleHeader } from '../rule.ts';

/** A rule that others can look at. */
export type NamedRule = DetectionRule | CorrelationRule;

/** A correlation with the rules it looks at, in its order. */
export interface Referring {
  readonly rule: CorrelationRule;
  readonly targets: readonly NamedRule[];
}

/** Correlations may stand on correlations this many levels deep. */
export const CHAIN_DEPTH_MAX = 8;

/** Problems of one rule, under its name. */
export function problemsOf(rule: RuleHeader): Problems {
  const problems = new Problems(rule.file);
  problems.rule = rule.name || rule.title;
  return problems;
}

/** One thing that is wrong with a rule. */
export function problemOf(
  rule: RuleHeader,
  code: SigmaErrorCode,
  sentence: string,
): readonly SigmaProblem[] {
  const problems = problemsOf(rule);
  problems.add(code, rule.at, sentence);
  return problems.list;
}

/** Looks rules up by id, name or key. What is wrong is added to `errors`. */
export class RuleNames {
  readonly #byName = new Map<string, NamedRule>();
  readonly #errors: SigmaProblem[];

  constructor(rules: readonly NamedRule[], errors: SigmaProblem[]) {
    this.#errors = errors;
    for (const rule of rules) {
      for (const name of new Set([rule.id, rule.name, rule.key])) this.#name(name, rule);
    }
  }

  /** The rules a correlation looks at. */
  targetsOf(rule: CorrelationRule): readonly NamedRule[] {
    return rule.rules.flatMap((name) => this.#find(name, rule) ?? []);
  }

  /** The rules a filter names: none where it is for any. */
  narrowedBy(filter: FilterRule): ReadonlySet<NamedRule> {
    if (filter.rules === 'any') return new Set();
    return new Set(filter.rules.flatMap((name) => this.#find(name, filter) ?? []));
  }

  /** Inner before outer. What never becomes ready refers to itself, or is too deep. */
  inOrder(referring: readonly Referring[]): readonly Referring[] {
    const ordered: Referring[] = [];
    const ready = new Set<RuleHeader>();
    let waiting = referring;
    for (let depth = 0; depth < CHAIN_DEPTH_MAX && waiting.length > 0; depth += 1) {
      const next = waiting.filter(({ targets }) =>
        targets.every((target) => target.kind === 'detection' || ready.has(target)),
      );
      for (const { rule } of next) ready.add(rule);
      ordered.push(...next);
      waiting = waiting.filter(({ rule }) => !ready.has(rule));
    }
    for (const { rule } of waiting) {
      const sentence = `refers to itself, or stands on more than ${CHAIN_DEPTH_MAX} correlations`;
      this.#errors.push(...problemOf(rule, 'SIGMA_REFERENCE_CYCLE', sentence));
    }
    return ordered;
  }

  #name(name: string, rule: NamedRule): void {
    if (name === '') return;
    const other = this.#byName.get(name);
    if (other === undefined) this.#byName.set(name, rule);
    else {
      const where = `${other.file}:${other.at.line}`;
      const sentence = `${shown(name)} already names the rule at ${where}`;
      this.#errors.push(...problemOf(rule, 'SIGMA_DUPLICATE', sentence));
    }
  }

  #find(name: string, from: RuleHeader): NamedRule | undefined {
    const found = this.#byName.get(name);
    if (found === undefined) {
      const sentence = `rules names ${shown(name)}, expected the id or name of a rule in this set`;
      this.#errors.push(...problemOf(from, 'SIGMA_REFERENCE_UNKNOWN', sentence));
    }
    return found;
  }
}
