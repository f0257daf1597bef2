/** Reads and compiles the rules a configuration asks for. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ATTR_CLIENT_PREFIX,
  ATTR_SERVICE_NAME,
  FACT_FIELDS,
  SECURITY_EVENT_SEVERITY,
} from '@spanguard/conventions';
import { RULES_URL } from '@spanguard/rules';
import { type EventVocabulary, parseRules, type ParsedRules, Ruleset } from '@spanguard/sigma';
import { unreadable } from '../config/unreadable.ts';
import { ASKED_ROW_KINDS, REQUEST } from '../model/facts/row-kinds.ts';

/** Which rules. */
export interface RulesRequest {
  /** Files or folders. */
  readonly rules: readonly string[];
  readonly shipped_rules: boolean;
}

/** Compiled rules, or everything that is wrong with them, a line each. */
export type LoadedRules =
  | {
      readonly ok: true;
      readonly ruleset: Ruleset;
      readonly count: number;
      /** Where a rule may not mean what is written, a line each. */
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/** What rules are checked against: a rule for other events would only seem to watch. */
const VOCABULARY: EventVocabulary = {
  fields: FACT_FIELDS.map(({ name }) => name),
  logSource: { product: 'spanguard', category: 'security_event' },
  values: new Map([
    ['event', [REQUEST, ...ASKED_ROW_KINDS, ...Object.keys(SECURITY_EVENT_SEVERITY)]],
  ]),
};

/** A rule that stands alone is told for each client and service, not once for all of them. */
const STANDALONE_GROUP_BY = [ATTR_CLIENT_PREFIX, ATTR_SERVICE_NAME] as const;
const FILES_MAX = 10_000;
const WARNINGS_MAX = 100;
const RULE_FILE = /\.ya?ml$/;

/** Reads every `.yaml` and `.yml` under the given places; collects all problems. */
export function loadRules({ rules, shipped_rules: shipped }: RulesRequest): LoadedRules {
  const places = shipped ? [fileURLToPath(RULES_URL), ...rules] : rules;
  const problems: string[] = [];
  const parsed: ParsedRules[] = [];
  for (const file of places.flatMap((place) => ruleFiles(place, problems))) {
    const text = told(problems, file, () => readFileSync(file, 'utf8'));
    if (text === undefined) continue;
    const result = parseRules(text, { file });
    if (result.ok) parsed.push(result);
    else problems.push(...result.errors.map(({ message }) => message));
  }
  if (problems.length > 0) return { ok: false, problems };
  const result = Ruleset.from(parsed, {
    vocabulary: VOCABULARY,
    standaloneGroupBy: STANDALONE_GROUP_BY,
  });
  if (!result.ok) return { ok: false, problems: result.errors.map(({ message }) => message) };
  const { ruleset } = result;
  const warnings = bounded(result.warnings.map(({ message }) => message));
  return { ok: true, ruleset, count: ruleset.alerting.length, warnings };
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
      .filter((name) => RULE_FILE.test(name))
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
