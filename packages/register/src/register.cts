/** `node --require @spanguard/register app.cjs`: what register.ts does, synchronously. */
const { isInternalThread } = require('node:worker_threads') as typeof import('node:worker_threads');

// The sources run as they are in development and compiled elsewhere; a require keeps its extension.
const extension = __filename.endsWith('.cts') ? 'ts' : 'js';

// Loader threads preload too; only threads that run application code are instrumented.
if (!isInternalThread) {
  try {
    const { openTelemetryAsCommonJs } = require(
      `./opentelemetry/one-flavour.${extension}`,
    ) as typeof import('./opentelemetry/one-flavour.ts');
    const release = openTelemetryAsCommonJs();
    const { start } = require(`./start.${extension}`) as typeof import('./start.ts');
    start({ env: process.env, stderr: process.stderr, release });
  } catch (error) {
    const { notInstrumented } = require(
      `./process/not-instrumented.${extension}`,
    ) as typeof import('./process/not-instrumented.ts');
    process.stderr.write(notInstrumented(error));
  }
}
