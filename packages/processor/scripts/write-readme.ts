/** Writes the table of options into the README. Run by `npm run generate`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withOptions } from '../src/config/render-options.ts';

const readme = new URL('../README.md', import.meta.url);
writeFileSync(readme, withOptions(readFileSync(readme, 'utf8')));
