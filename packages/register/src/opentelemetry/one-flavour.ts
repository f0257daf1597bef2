/** Loads OpenTelemetry once, as CommonJS, for our ES modules too. Imports no package itself. */
import { createRequire, registerHooks } from 'node:module';
import { withUnrefTimers } from './unref-timers.ts';

// Two flavours mean two of every class and singleton, and half again the start-up; the CommonJS one
// is what sdk-node's own dependencies and the application's `require` meet, and it loads faster.
const PREFIX = '@opentelemetry/';

const PRELOADED = [
  ...['api', 'core', 'resources', 'sdk-trace', 'sdk-logs', 'sdk-metrics', 'instrumentation'],
  ...['exporter-trace-otlp-proto', 'exporter-trace-otlp-http'],
  ...['exporter-logs-otlp-proto', 'exporter-logs-otlp-http'],
  ...['exporter-metrics-otlp-proto', 'exporter-metrics-otlp-http', 'configuration'],
];

/**
 * Makes every `import '@opentelemetry/...'` resolve as `require` would, until the function returned
 * is called. The application's own imports, which come later, are left alone.
 */
export function openTelemetryAsCommonJs(): () => void {
  const load = createRequire(import.meta.url);
  withUnrefTimers(() => {
    for (const name of PRELOADED) load(`${PREFIX}${name}`);
  });
  const hooks = registerHooks({
    resolve: (specifier, context, nextResolve) => {
      if (!specifier.startsWith(PREFIX)) return nextResolve(specifier, context);
      const conditions = context.conditions.filter((condition) => !ESM_CONDITIONS.has(condition));
      return nextResolve(specifier, { ...context, conditions: [...conditions, 'require'] });
    },
  });
  return () => hooks.deregister();
}

const ESM_CONDITIONS: ReadonlySet<string> = new Set(['import', 'module-sync']);
