/** Which packages a process has loaded already: what is loaded before us is not observed. */
import { createRequire } from 'node:module';

const FOLDER = '/node_modules/';

/** Names of the packages with a CommonJS file in the module cache. ES modules leave no trace to read. */
export function loadedModules(): ReadonlySet<string> {
  const { cache } = createRequire(import.meta.url);
  const names = new Set<string>();
  for (const file of Object.keys(cache)) {
    const path = file.replaceAll('\\', '/');
    const at = path.lastIndexOf(FOLDER);
    if (at === -1) continue;
    const [first = '', second = ''] = path.slice(at + FOLDER.length).split('/', 2);
    names.add(first.startsWith('@') ? `${first}/${second}` : first);
  }
  return names;
}
