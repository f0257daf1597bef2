/** The table of the shipped rules in their README, and what they cover of ATT&CK and of OWASP's API list. */
import { basename, dirname } from 'node:path';
import type { RuleHeader, Ruleset } from '@spanguard/sigma';

/** Where the table stands. */
export const RULES_MARKS = ['<!-- rules -->', '<!-- /rules -->'] as const;

/** What one tag is covered by. */
export interface Coverage {
  readonly tag: string;
  readonly rules: readonly string[];
}

/** The rules by the folder of their group, in the order of names. */
export function rulesByGroup({ alerting }: Ruleset): ReadonlyMap<string, readonly RuleHeader[]> {
  const groups = new Map<string, RuleHeader[]>();
  for (const rule of alerting) {
    const group = basename(dirname(dirname(rule.file)));
    groups.set(group, [...(groups.get(group) ?? []), rule]);
  }
  return new Map([...groups].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Tags of a namespace (`attack.t`, `owasp_api.`), each with the rules that bear it. */
export function coverageOf({ alerting }: Ruleset, namespace: string): readonly Coverage[] {
  const byTag = new Map<string, string[]>();
  for (const { name, tags } of alerting) {
    for (const tag of tags.filter((each) => each.startsWith(namespace))) {
      byTag.set(tag, [...(byTag.get(tag) ?? []), name]);
    }
  }
  return [...byTag]
    .map(([tag, rules]) => ({ tag, rules }))
    .toSorted((one, other) => one.tag.localeCompare(other.tag, 'en', { numeric: true }));
}

/** A README with the tables in it. Throws where the marks are missing. */
export function withRules(readme: string, ruleset: Ruleset): string {
  const [begin, end] = RULES_MARKS;
  const [head, rest] = readme.split(begin);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined)
    throw new Error('the marks of the rules are missing');
  return `${head}${begin}\n\n${renderRules(ruleset)}\n\n${end}${tail}`;
}

function renderRules(ruleset: Ruleset): string {
  const groups = [...rulesByGroup(ruleset)].flatMap(([group, rules]) => [
    `### ${group}\n`,
    ...tableOf(
      ['rule', 'level', 'tells', 'may be'],
      rules.map(({ name, level, description, falsePositives }) => [
        `\`${name}\``,
        level,
        oneLine(description),
        oneLine(falsePositives.join('; ')),
      ]),
    ),
    '',
  ]);
  const matrix = ['owasp_api.', 'attack.t'].flatMap((namespace) =>
    coverageOf(ruleset, namespace).map(({ tag, rules }) => [
      `\`${tag}\``,
      String(rules.length),
      rules.length <= RULES_NAMED_MAX
        ? rules.join(', ')
        : `${rules.slice(0, RULES_NAMED_MAX).join(', ')}, ...`,
    ]),
  );
  return [...groups, '### Coverage\n', ...tableOf(['tag', 'rules', 'which'], matrix)].join('\n');
}

const RULES_NAMED_MAX = 6;

/** As prettier writes tables, so that neither undoes the other. */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)];
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
}
