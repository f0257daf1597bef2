/** The condition of a correlation as a function of what its window measures. */
import type { Comparison, CorrelationCondition, CorrelationType } from '../rule.ts';

const COMPARE: Readonly<Record<Comparison, (measured: number, limit: number) => boolean>> = {
  gt: (measured, limit) => measured > limit,
  gte: (measured, limit) => measured >= limit,
  lt: (measured, limit) => measured < limit,
  lte: (measured, limit) => measured <= limit,
  eq: (measured, limit) => measured === limit,
  neq: (measured, limit) => measured !== limit,
};

/** Without a condition every one of the correlation's rules must have happened. */
export function compileHolds(
  condition: CorrelationCondition | undefined,
  rules: number,
): (measured: number) => boolean {
  if (condition === undefined) return (measured) => measured >= rules;
  const tests = condition.comparisons.map(({ is, limit }) => {
    const compare = COMPARE[is];
    return (measured: number): boolean => compare(measured, limit);
  });
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (measured) => tests.every((holds) => holds(measured));
}

/** Whether more events can only make the condition true, never false. */
export function isMonotone(
  type: CorrelationType,
  condition: CorrelationCondition | undefined,
): boolean {
  if (type === 'value_avg') return false;
  return (condition?.comparisons ?? []).every(({ is }) => is === 'gt' || is === 'gte');
}
