/** Loads OpenTelemetry once, as CommonJS, for our ES modules too. Imports no package itself. */
import Module, { createRequire } from 'node:module';
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
  // Not imported by name: where Node lacks it, that would end the application before it began.
  const { registerHooks } = Module;
  if (typeof registerHooks !== 'function') throw new Error('Node 22.15 or newer is needed');
  const load = createRequire(import.meta.url);
  withUnrefTimers(() => {
    for (const name of PRELOADED) load(`${PREFIX}${name}`);
  });
  const hooks = registerHooks({
    resolve: (specifier, context, nextResolve) => {
      if (!specifier.startsWith(PREFIX)) return nextResolve(specifier, context);
      const { conditions } = context;
      const asRequire = [...conditions].filter((name) => !ESM_CONDITIONS.has(name));
      asRequire.push('require');
      // An array by its documentation; Node 22.15 gives a Set, and wants one back.
      const given: unknown = Array.isArray(conditions) ? asRequire : new Set(asRequire);
      return nextResolve(specifier, Object.assign({}, context, { conditions: given }));
    },
  });
  return () => hooks.deregister();
}

const ESM_CONDITIONS: ReadonlySet<string> = new Set(['import', 'module-sync']);
