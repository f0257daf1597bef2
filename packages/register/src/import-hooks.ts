/** Hooks for `import`: in this thread where Node can, else in a loader thread. Installed after OpenTelemetry. */
import { register as registerLoader } from 'node:module';
import {
  register as registerSync,
  supportsSyncHooks,
} from 'import-in-the-middle/register-hooks.mjs';

/** The libraries we patch. Everything else is imported as if we were not there. */
const PATCHED = /[\\/]node_modules[\\/](?:express|passport)[\\/]/;

/** Installs the hooks. Synchronous ones exist from Node 22.22.3, 24.11.1 and 26 on. */
export function installImportHooks(): void {
  // The option is documented, and missing from the package's types.
  const options = { shouldInclude: (url: string): boolean => PATCHED.test(url) };
  if (supportsSyncHooks()) registerSync(options);
  else registerLoader('import-in-the-middle/hook.mjs', import.meta.url);
}
