/** Lets instrumentations see what the application imports. Installed last: only it pays for the hooks. */
import { createRequire, isBuiltin, register, registerHooks } from 'node:module';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import {
  register as registerSync,
  supportsSyncHooks,
} from 'import-in-the-middle/register-hooks.mjs';
import { watchedImports, watchedModules } from './watched-modules.ts';

/**
 * Installs the hooks for what the instrumentations declared, and nothing else. Node's synchronous hooks run in this thread; where it
 * lacks them (below 22.22.3, and 24.0 to 24.11.0) they run in a loader thread, which makes imports
 * slower but sees the same modules.
 */
export function installImportHooks(instrumentations: readonly Instrumentation[]): void {
  const include = [...watchedImports(instrumentations)];
  if (supportsSyncHooks()) {
    registerSync({ include });
    nameBuiltins();
  } else register('import-in-the-middle/hook.mjs', import.meta.url, { data: { include } });
  patchBuiltins(watchedModules(instrumentations));
}

// For `node --require @spanguard/register -e ...` Node asks its hooks for `module` with neither `node:`
// nor a format, and would then look for a file of that name.
function nameBuiltins(): void {
  registerHooks({
    load: (url, context, nextLoad) =>
      isBuiltin(url) ? nextLoad(url, { ...context, format: 'builtin' }) : nextLoad(url, context),
  });
}

// A module of Node's is one object for every importer, so requiring it once patches it for all; ES
// applications that only `import http` would otherwise depend on the order of their imports.
function patchBuiltins(moduleNames: readonly string[]): void {
  const load = createRequire(import.meta.url);
  for (const name of moduleNames) {
    if (isBuiltin(name)) load(name);
  }
}
