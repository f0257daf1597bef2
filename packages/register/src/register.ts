/** `node --import @spanguard/register app.mjs`: OpenTelemetry first, then the hooks for `import`. */
import { installImportHooks } from './import-hooks.ts';
import { start } from './start.ts';

start(process.env);
installImportHooks();
