/** Reads and compiles the rules a configuration asks for. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RULES_URL } from '@spanguard/rules';
import { unreadable } from '../config/unreadable.ts';
import { compileRules, rowKindsOf } from '../correlation/compile-rules.ts';
import type { AskedRowKind } from '../model/facts/row-kinds.ts';
import type { RuleText } from '../model/rule-text.ts';

/** Which rules. */
export interface RulesRequest {
  /** Files or folders. */
  readonly rules: readonly string[];
  readonly shipped_rules: boolean;
}

/** Rules that can be run, or everything that is wrong with them, a line each. */
export type LoadedRules =
  | {
      readonly ok: true;
      /** As they were read and checked. */
      readonly texts: readonly RuleText[];
      /** Rows that they ask for besides those of requests and events. */
      readonly rowKinds: ReadonlySet<AskedRowKind>;
      /** Rules that can alert. */
      readonly count: number;
      /** Where a rule may not mean what is written, a line each. */
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

const FILES_MAX = 10_000;
const WARNINGS_MAX = 100;
const RULE_FILE = /\.ya?ml$/;
/** Stands beside a rule, and is none. */
const TRAFFIC_FILE = /(?:^|[\\/])traffic\.ya?ml$/;

/** Reads every `.yaml` and `.yml` under the given places but `traffic.yaml`; collects all problems. */
export function loadRules({ rules, shipped_rules: shipped }: RulesRequest): LoadedRules {
  const places = shipped ? [fileURLToPath(RULES_URL), ...rules] : rules;
  const problems: string[] = [];
  const texts: RuleText[] = [];
  for (const file of places.flatMap((place) => ruleFiles(place, problems))) {
    const text = told(problems, file, () => readFileSync(file, 'utf8'));
    if (text !== undefined) texts.push({ file, text });
  }
  const compiled = compileRules(texts);
  if (!compiled.ok) problems.push(...compiled.problems);
  if (problems.length > 0 || !compiled.ok) return { ok: false, problems };
  const { ruleset, warnings } = compiled;
  return {
    ok: true,
    texts,
    rowKinds: rowKindsOf(ruleset),
    count: ruleset.alerting.length,
    warnings: bounded(warnings),
  };
}

function bounded(warnings: readonly string[]): readonly string[] {
  const more = warnings.length - WARNINGS_MAX;
  if (more <= 0) return warnings;
  return [...warnings.slice(0, WARNINGS_MAX), `and ${more} more warnings about rules`];
}

function ruleFiles(place: string, problems: string[]): string[] {
  const files = told(problems, place, () => {
    if (statSync(place).isFile()) return [place];
    const names = readdirSync(place, { recursive: true, encoding: 'utf8' })
      .filter((name) => RULE_FILE.test(name) && !TRAFFIC_FILE.test(name))
      .toSorted();
    if (names.length > FILES_MAX) problems.push(`${place}: more than ${FILES_MAX} rule files`);
    return names.slice(0, FILES_MAX).map((name) => join(place, name));
  });
  return files ?? [];
}

/** What `read` gives, or undefined and one more problem: option, path, reason and remedy. */
function told<T>(problems: string[], path: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    problems.push(
      `correlate.rules: ${path} ${unreadable(error, 'a file or folder of Sigma rules')}`,
    );
    return undefined;
  }
}
