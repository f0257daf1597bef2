/** Finds libraries that were loaded before us and can therefore not be observed. */
import { createRequire } from 'node:module';

/** Which of `moduleNames` are in the module cache already. Node's own modules are patched in place. */
export function loadedBefore(moduleNames: readonly string[]): readonly string[] {
  const { cache } = createRequire(import.meta.url);
  const paths = Object.keys(cache);
  return moduleNames.filter((name) => {
    const folder = `/node_modules/${name}/`;
    return paths.some((path) => path.replaceAll('\\', '/').includes(folder));
  });
}
