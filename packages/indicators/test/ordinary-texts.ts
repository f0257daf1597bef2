/** Texts that people and programs write every day and that look like attacks to whoever reads only words. */
import { readFileSync } from 'node:fs';

/** By what makes them look like more than they are; `targets` are request targets. */
export function ordinaryTexts(): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(new URL('ordinary-texts.txt', import.meta.url), 'utf8');
  const sections = text.split(/^== /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [name = '', ...lines] = section.split('\n');
      return [name, lines.filter((line) => line !== '')];
    }),
  );
}
