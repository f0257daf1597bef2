/**
 * Runs the benchmarks and writes `RESULTS.md`: `npm run bench`; or some only, and prints: `npm run bench --
 * wire service`, `npm run bench -- service/logs`.
 */
import { writeFileSync } from 'node:fs';
import { applicationResults } from './cases/application.ts';
import { factsResults } from './cases/facts.ts';
import { indicatorsResults } from './cases/indicators.ts';
import { capacityResults } from './cases/capacity.ts';
import { serviceResults } from './cases/service.ts';
import { wireResults } from './cases/wire.ts';
import { renderResults } from './measure/render-results.ts';
import type { Result } from './measure/result.ts';

/** Runs what its name holds, or the part of it that is asked for. */
type Case = (part?: string) => Promise<Result[]>;

const CASES: Readonly<Record<string, Case>> = {
  wire: wireResults,
  facts: factsResults,
  indicators: indicatorsResults,
  service: serviceResults,
  capacity: capacityResults,
  application: applicationResults,
};

const wanted = process.argv.slice(2).map((name) => name.split('/', 2));
const unknown = wanted.map(([name = '']) => name).filter((name) => !Object.hasOwn(CASES, name));
if (unknown.length > 0)
  throw new Error(`unknown: ${unknown.join(', ')}; known: ${Object.keys(CASES).join(', ')}`);

const results: Result[] = [];
for (const [name, run] of Object.entries(CASES)) {
  const asked = wanted.length === 0 ? [[name]] : wanted.filter(([first]) => first === name);
  for (const [, part] of asked) {
    process.stderr.write(`bench: ${name} ...\n`);
    results.push(...(await run(part)));
  }
}
const page = renderResults(results, { date: new Date().toISOString().slice(0, 10) });
process.stdout.write(page);
if (wanted.length === 0) writeFileSync(new URL('../RESULTS.md', import.meta.url), page);
