/** The fields that rules ask for. */
import { fieldsOf, testsOf } from '../checking/certainty.ts';
import type { ParsedRules } from '../parsing/parse-rules.ts';

/**
 * Names of all fields that rules test, group by, count or alias, each once: what to give a vocabulary for
 * rules of any kind of events. Fields of correlations that stand on correlations are among them.
 */
export function fieldsOfRules(parsed: readonly ParsedRules[]): readonly string[] {
  const names = new Set<string>();
  for (const { rules, filters, correlations } of parsed) {
    for (const { detection, extension } of [...rules, ...filters]) {
      for (const test of testsOf(detection)) for (const name of fieldsOf(test)) names.add(name);
      for (const name of extension.groupBy ?? []) names.add(name);
    }
    for (const { groupBy, condition, aliases } of correlations) {
      for (const name of groupBy) if (!aliases.has(name)) names.add(name);
      for (const alias of aliases.values()) for (const name of alias.values()) names.add(name);
      const counted = condition?.field ?? '';
      if (counted !== '' && !aliases.has(counted)) names.add(counted);
    }
  }
  return [...names];
}
