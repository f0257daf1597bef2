/** `node --import @spanguard/register app.mjs`: starts OpenTelemetry and Spanguard before the application. */
import { env, stderr } from 'node:process';
import workerThreads from 'node:worker_threads';
import { openTelemetryAsCommonJs } from './opentelemetry/one-flavour.ts';
import { notInstrumented } from './process/not-instrumented.ts';

// Loader threads preload too; only threads that run application code are instrumented. Not imported by
// name: an older Node lacks it, and would not start the application.
if (!workerThreads.isInternalThread) {
  try {
    const release = openTelemetryAsCommonJs();
    // Imported after the line above on purpose: what it imports of OpenTelemetry is then one flavour.
    const { start } = await import('./start.ts');
    start({ env, stderr, release });
  } catch (error) {
    stderr.write(notInstrumented(error));
  }
}
