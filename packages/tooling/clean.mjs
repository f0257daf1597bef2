/** Removes everything that a build made. */
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

for (const folder of ['packages', 'examples']) {
  const url = new URL(`../../${folder}/`, import.meta.url);
  for (const name of readdirSync(url)) {
    rmSync(fileURLToPath(new URL(`${name}/dist`, url)), { recursive: true, force: true });
  }
}
rmSync(fileURLToPath(new URL('../../coverage', import.meta.url)), { recursive: true, force: true });
