/** The version of the package. */
import { readFileSync } from 'node:fs';

/** As in package.json. */
export function version(): string {
  const manifest = new URL('../../package.json', import.meta.url);
  const { version: found } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return found;
}
