#!/usr/bin/env node
/** The `spanguard` command: the only file that reads the environment and sets the exit code. */
import { tooOldNode } from './cli/needed-node.ts';
import { startLean } from './cli/lean-start.ts';

// Whoever reads what is written may go before us. Telling nobody is no reason to fail, or to tell of that.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const tooOld = tooOldNode(process.versions.node);
if (tooOld === undefined) {
  // Before all that takes memory or time. The other commands are done before memory matters.
  if (process.argv.includes('run')) startLean(process);
  // Not imported above: an older Node would end with an error of the first name that it lacks.
  const { runCommandLine } = await import('./cli/command-line.ts');
  process.exitCode = await runCommandLine({
    argv: process.argv.slice(2),
    env: process.env,
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    signals: process,
  });
} else {
  process.stderr.write(`${tooOld}\n`);
  process.exitCode = 1;
}
