/** Text for terminals: columns, and nothing in them that a terminal would obey. */
import { neutralise } from '@spanguard/verdict';

const CELL_CHARACTERS_MAX = 120;
const GAP = '  ';

/** Rows below their headings, as wide as they need; numbers stand to the right. */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [headings, ...rows].map((row) =>
    row.map((cell) => neutralise(String(cell), CELL_CHARACTERS_MAX)),
  );
  const widths = headings.map((_heading, column) =>
    cells.reduce((width, row) => Math.max(width, (row[column] ?? '').length), 0),
  );
  const isNumber = headings.map((_heading, column) =>
    rows.every((row) => typeof row[column] === 'number'),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          isNumber[column] === true
            ? cell.padStart(widths[column] ?? 0)
            : cell.padEnd(widths[column] ?? 0),
        )
        .join(GAP)
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** Names and what they are, a line each; what is empty is left out. */
export function renderFacts(facts: readonly (readonly [string, string])[]): string {
  const told = facts.filter(([, value]) => value !== '');
  const width = told.reduce((most, [name]) => Math.max(most, name.length), 0);
  return told
    .map(([name, value]) => `${name.padEnd(width)}${GAP}${neutralise(value, 4096)}\n`)
    .join('');
}
