/** Writes the table of false alerts of a simulated day into the README of the rules: a minute's work. */
import { readFileSync, writeFileSync } from 'node:fs';
import { loadRuleset } from '../src/service/load-ruleset.ts';
import { DAY_SEED, passDay, withDay } from '../test/benign-day/day-table.ts';

const loaded = loadRuleset({ rules: [], shipped_rules: true });
if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
const readme = new URL('../../rules/README.md', import.meta.url);
const result = passDay(loaded.ruleset, DAY_SEED);
writeFileSync(readme, withDay(readFileSync(readme, 'utf8'), loaded.ruleset, result));
