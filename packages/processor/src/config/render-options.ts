/** Renders the options as a table, for the README. */
import { describeOptions } from './describe-shape.ts';
import { configShape } from './shape.ts';

/** Marks around the table in the README; what stands between them is generated. */
export const OPTIONS_MARKS = ['<!-- options -->', '<!-- /options -->'] as const;

/** A row for every option: path, default, what is expected, what it means. */
export function renderOptions(): string {
  const rows = describeOptions(configShape).map(
    ({ path, default: preset, expected, doc }) =>
      `| \`${path}\` | ${preset === undefined ? '' : `\`${preset}\``} | ${expected.replaceAll('|', '\\|')} | ${doc} |`,
  );
  return ['| option | default | allowed | meaning |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

/** The README with its table made anew. Throws where the marks are missing. */
export function withOptions(readme: string): string {
  const [begin, end] = OPTIONS_MARKS;
  const [head, rest] = readme.split(begin);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined)
    throw new Error('the marks of the options are missing');
  return `${head}${begin}\n\n${renderOptions()}\n\n${end}${tail}`;
}
