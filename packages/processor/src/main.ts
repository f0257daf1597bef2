#!/usr/bin/env node
/** The `spanguard` command: the only file that reads the environment and sets the exit code. */
import { runCommandLine } from './cli/command-line.ts';

process.exitCode = await runCommandLine({
  argv: process.argv.slice(2),
  env: process.env,
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  signals: process,
});
