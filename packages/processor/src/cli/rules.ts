/** `spanguard rules`: the workbench of who writes rules. */
import type { RuleHeader, Ruleset } from '@spanguard/sigma';
import { coverageOf, rulesByGroup } from '../service/render-rules.ts';
import { rulesWithTraffic, tryRule } from '../service/rule-trial.ts';
import { readRules, type RulesWorld } from './read-rules.ts';

/** What can be asked about rules. */
export const RULES_ACTIONS = ['list', 'lint', 'test', 'explain', 'coverage'] as const;

/** What the command works with. */
export interface RulesCommand extends RulesWorld {
  readonly action: (typeof RULES_ACTIONS)[number];
  /** Of rules; none stands for all. */
  readonly names: readonly string[];
}

/** Exit code 0 where all is well, 1 where a rule is broken, fails its test, or is not there. */
export function runRules(world: RulesCommand): number {
  const ruleset = readRules(world);
  if (ruleset === undefined) return 1;
  const unknown = world.names.filter(
    (name) => !ruleset.alerting.some((rule) => rule.name === name),
  );
  if (unknown.length > 0) {
    world.stderr(
      `no rule is called ${unknown.join(', ')}; spanguard rules list tells their names\n`,
    );
    return 1;
  }
  switch (world.action) {
    case 'list':
      return list(ruleset, world);
    case 'lint':
      return lint(ruleset, world);
    case 'test':
      return test(ruleset, world);
    case 'explain':
      return explain(ruleset, world);
    case 'coverage':
      return coverage(ruleset, world);
  }
}

function list(ruleset: Ruleset, { stdout, names }: RulesCommand): number {
  for (const [group, rules] of rulesByGroup(ruleset)) {
    const asked = rules.filter(({ name }) => isAsked(names, name));
    if (asked.length === 0) continue;
    stdout(`${group}\n`);
    for (const { name, level, title } of asked) stdout(`  ${name} (${level}): ${title}\n`);
  }
  return 0;
}

/** What is needed of a rule that others are to rely on, besides that it compiles. */
function lint(ruleset: Ruleset, { stdout, names }: RulesCommand): number {
  const withTraffic = new Set(rulesWithTraffic(ruleset).map(({ name }) => name));
  let problems = 0;
  for (const rule of ruleset.alerting.filter(({ name }) => isAsked(names, name))) {
    for (const lack of lacksOf(rule, withTraffic)) {
      problems += 1;
      stdout(
        `${rule.file}:${rule.at.line}:${rule.at.column}: ${rule.name || rule.title} ${lack}\n`,
      );
    }
  }
  if (problems === 0) stdout('nothing to complain of\n');
  return problems === 0 ? 0 : 1;
}

function lacksOf(
  { name, extension, tags, falsePositives, description }: RuleHeader,
  withTraffic: ReadonlySet<string>,
): readonly string[] {
  return [
    ...(name === '' ? ['has no name'] : []),
    ...(description === '' ? ['does not say what it sees: description'] : []),
    ...(extension.action === undefined ? ['does not say what to do: spanguard.action'] : []),
    ...(extension.entity === undefined ? ['does not say what it is about: spanguard.entity'] : []),
    ...(falsePositives.length === 0 ? ['does not say what else it may be: falsepositives'] : []),
    ...(tags.some((tag) => tag.startsWith('attack.t'))
      ? []
      : ['has no tag of ATT&CK: attack.t...']),
    ...(withTraffic.has(name) ? [] : ['has no traffic.yaml beside it']),
  ];
}

function test(ruleset: Ruleset, { stdout, names }: RulesCommand): number {
  let failed = 0;
  const rules = rulesWithTraffic(ruleset).filter(({ name }) => isAsked(names, name));
  for (const rule of rules) {
    const { told, alsoTold, problems } = tryRule(ruleset, rule);
    const also = alsoTold.length === 0 ? '' : `; so do ${alsoTold.join(', ')}`;
    if (problems.length === 0) stdout(`ok ${rule.name}: tells ${told.length} times${also}\n`);
    else failed += 1;
    for (const problem of problems) stdout(`not ok ${rule.name}: ${problem}\n`);
  }
  stdout(`${rules.length - failed} of ${rules.length} rules do what is written beside them\n`);
  return failed === 0 ? 0 : 1;
}

function explain(ruleset: Ruleset, { stdout, names }: RulesCommand): number {
  for (const rule of ruleset.alerting.filter(({ name }) => isAsked(names, name))) {
    const { extension } = rule;
    const lines = [
      `${rule.name} (${rule.level}): ${rule.title}`,
      rule.description.trim(),
      `About: ${extension.entity ?? 'what it is grouped by'}, told again after ${quiet(extension.quietMs)}`,
      `May be: ${rule.falsePositives.join('; ') || 'not said'}`,
      `To do: ${extension.action ?? 'not said'}`,
      `Spoofable: ${extension.spoofable === true ? 'yes' : 'no'}. False alerts: ${extension.budget ?? 'not said'}`,
      `Tags: ${rule.tags.join(' ')}`,
      `File: ${rule.file}:${rule.at.line}`,
    ];
    stdout(`${lines.join('\n  ')}\n\n`);
  }
  return 0;
}

function coverage(ruleset: Ruleset, { stdout }: RulesCommand): number {
  for (const [title, namespace] of [
    ['OWASP API Security Top 10', 'owasp_api.'],
    ['MITRE ATT&CK', 'attack.t'],
    ['CWE', 'cwe.'],
  ] as const) {
    stdout(`${title}\n`);
    for (const { tag, rules } of coverageOf(ruleset, namespace)) {
      stdout(`  ${tag} ${rules.length}: ${rules.join(', ')}\n`);
    }
  }
  return 0;
}

function isAsked(names: readonly string[], name: string): boolean {
  return names.length === 0 || names.includes(name);
}

function quiet(quietMs: number | undefined): string {
  return quietMs === undefined ? 'the time it counts over' : `${quietMs / 60_000} min of quiet`;
}
