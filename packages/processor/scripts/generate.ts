/** Writes what is made of the options: the table in the README, and the JSON Schema. Run by `npm run generate`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withOptions } from '../src/config/render-options.ts';
import { renderSchema, SCHEMA_PATH } from '../src/config/render-schema.ts';

const readme = new URL('../README.md', import.meta.url);
writeFileSync(readme, withOptions(readFileSync(readme, 'utf8')));
writeFileSync(new URL(`../../../${SCHEMA_PATH}`, import.meta.url), renderSchema());
