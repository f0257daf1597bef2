/** The table of false alerts of a day in the README of the rules. */
import type { Ruleset } from '@spanguard/sigma';
import { alertsOf } from '#processor/service/rule-trial.ts';
import { simulateDay } from './simulate-day.ts';

/** What the rules tell of a benign day. */
export interface DayResult {
  readonly records: number;
  /** Alerts by rule. */
  readonly told: ReadonlyMap<string, number>;
}

/** Where the table stands. */
export const DAY_MARKS = ['<!-- day -->', '<!-- /day -->'] as const;
/** The day the README tells of. */
export const DAY_SEED = 1;

/** Lets a day pass. */
export function passDay(ruleset: Ruleset, seed: number): DayResult {
  const { requests, records } = simulateDay(seed);
  const told = new Map<string, number>();
  for (const { rule } of alertsOf(ruleset, requests)) {
    told.set(rule.name, (told.get(rule.name) ?? 0) + 1);
  }
  return { records, told };
}

/** A README with the table in it. Throws where the marks are missing. */
export function withDay(readme: string, ruleset: Ruleset, { records, told }: DayResult): string {
  const [begin, end] = DAY_MARKS;
  const [head, rest] = readme.split(begin);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined) throw new Error('the marks of the day are missing');
  const rows: [string, string][] = [
    ['requests, events and log lines', String(records)],
    ['rules that tell nothing', String(ruleset.alerting.length - told.size)],
    ...[...told].map(([name, count]): [string, string] => [`\`${name}\``, String(count)]),
  ];
  const total = [...told.values()].reduce((sum, count) => sum + count, 0);
  rows.push(['false alerts in all', String(total)]);
  rows.unshift(['a day has', 'count']);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [titles = '', ...lines] = rows.map(line);
  const table = [titles, rule, ...lines].join('\n');
  return `${head}${begin}\n\n${table}\n\n${end}${tail}`;
}
