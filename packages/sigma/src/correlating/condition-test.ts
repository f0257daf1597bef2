/**
 * The condition of a correlation as a function of what its window measures. More events can only
 * make it true, never false.
 */
import type { CorrelationCondition, RisingComparison } from '../rule.ts';

const COMPARE: Readonly<Record<RisingComparison, (measured: number, limit: number) => boolean>> = {
  gt: (measured, limit) => measured > limit,
  gte: (measured, limit) => measured >= limit,
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
