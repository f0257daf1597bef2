/** The results page: what was measured, where, and each ratio. */
import { cpus, release, type } from 'node:os';
import type { Result } from './result.ts';

/** Renders `RESULTS.md` from one run. */
export function renderResults(
  results: readonly Result[],
  { date }: { readonly date: string },
): string {
  const groups = [...new Set(results.map(({ group }) => group))];
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`;
  return [
    '<!-- Written by `npm run bench`. Do not edit. -->\n',
    '# Benchmark results\n',
    `${date}, Node ${process.versions.node}, ${type()} ${release()}, ${machine}.`,
    'Every figure of a group is of one run on one machine; the ratios are what counts.\n',
    ...groups.map((group) =>
      table(
        group,
        results.filter((result) => result.group === group),
      ),
    ),
  ].join('\n');
}

function table(group: string, rows: readonly Result[]): string {
  const lines = rows.map((row) => {
    const rivals = rows.filter(({ name }) => row.rivals?.includes(name));
    const ratios = rivals.map(({ name, value }) => `${(row.value / value).toFixed(2)} x ${name}`);
    return `| ${row.name} | ${figure(row.value)} ${row.unit} | ${ratios.join('<br>')} | ${row.note ?? ''} |`;
  });
  return [
    `## ${group}\n`,
    '| case | figure | ratio | note |',
    '| --- | ---: | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

function figure(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
