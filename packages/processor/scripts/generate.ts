/**
 * Writes what is made of the options and of the shipped rules: the tables in READMEs, and the JSON Schema.
 * Run by `npm run generate`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { withOptions } from '../src/config/render-options.ts';
import { renderSchema, SCHEMA_PATH } from '../src/config/render-schema.ts';
import { compileRules } from '../src/correlation/compile-rules.ts';
import { loadRules } from '../src/service/load-rules.ts';
import { withRules } from '../src/service/render-rules.ts';

const readme = new URL('../README.md', import.meta.url);
writeFileSync(readme, withOptions(readFileSync(readme, 'utf8')));
writeFileSync(new URL(`../../../${SCHEMA_PATH}`, import.meta.url), renderSchema());

const loaded = loadRules({ rules: [], shipped_rules: true });
const compiled = compileRules(loaded.ok ? loaded.texts : []);
if (!loaded.ok || !compiled.ok) throw new Error('the shipped rules do not compile');
const rulesReadme = new URL('../../rules/README.md', import.meta.url);
writeFileSync(rulesReadme, withRules(readFileSync(rulesReadme, 'utf8'), compiled.ruleset));
