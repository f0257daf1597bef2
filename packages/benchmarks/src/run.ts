/** Runs the benchmarks and writes `RESULTS.md`: `npm run bench`, or `npm run bench -- wire service`. */
import { writeFileSync } from 'node:fs';
import { applicationResults } from './cases/application.ts';
import { factsResults } from './cases/facts.ts';
import { serviceResults } from './cases/service.ts';
import { wireResults } from './cases/wire.ts';
import { renderResults } from './measure/render-results.ts';
import type { Result } from './measure/result.ts';

const CASES: Readonly<Record<string, () => Promise<Result[]>>> = {
  wire: wireResults,
  facts: factsResults,
  service: serviceResults,
  application: applicationResults,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(CASES, name));
if (unknown.length > 0)
  throw new Error(`unknown: ${unknown.join(', ')}; known: ${Object.keys(CASES).join(', ')}`);

const results: Result[] = [];
for (const [name, run] of Object.entries(CASES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`bench: ${name} ...\n`);
  results.push(...(await run()));
}
const page = renderResults(results, { date: new Date().toISOString().slice(0, 10) });
process.stdout.write(page);
if (wanted.length === 0) writeFileSync(new URL('../RESULTS.md', import.meta.url), page);
