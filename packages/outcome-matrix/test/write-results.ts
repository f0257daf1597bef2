/** Runs the matrix and writes RESULTS.md; `write-results.ts koa` runs what has "koa" in its name and prints it. */
import { writeFileSync } from 'node:fs';
import { applications, resultsOf } from '../src/index.ts';
import { runMatrix } from './run-matrix.ts';

const [part] = process.argv.slice(2);
const chosen = applications.filter(({ file }) => part === undefined || file.includes(part));
const text = resultsOf(await runMatrix(chosen));
if (part === undefined) writeFileSync(new URL('../RESULTS.md', import.meta.url), text);
else process.stdout.write(text);
