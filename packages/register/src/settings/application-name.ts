/** The name an application has in its package.json: better than `unknown_service:node`, which all share. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FOLDERS_MAX = 32;
const MANIFEST_BYTES_MAX = 1024 * 1024;
/** As npm allows it; anything else is no name to show. */
const NAME = /^(?:@[\w.~-]{1,100}\/)?[\w.~-]{1,214}$/;

/** Where to look. */
export interface ApplicationPlace {
  /** The script that Node runs; absent for `node -e`. */
  readonly script: string | undefined;
  readonly cwd: string;
}

/**
 * The nearest name in a package.json above the script; above the working folder where the script is a
 * package's own (`node_modules/next/...`) or there is none. Never throws.
 */
export function applicationName({ script, cwd }: ApplicationPlace): string | undefined {
  let folder = folderOf(script) ?? cwd;
  if (/[\\/]node_modules(?:[\\/]|$)/.test(folder)) folder = cwd;
  for (let depth = 0; depth < FOLDERS_MAX; depth += 1) {
    const name = nameIn(join(folder, 'package.json'));
    if (name !== undefined) return name;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
  return undefined;
}

function folderOf(script: string | undefined): string | undefined {
  if (script === undefined) return undefined;
  try {
    return dirname(realpathSync(script));
  } catch {
    return undefined;
  }
}

/** A package.json without a name, as `{"type":"module"}`, is no application's. */
function nameIn(manifest: string): string | undefined {
  try {
    if (statSync(manifest).size > MANIFEST_BYTES_MAX) return undefined;
    const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
    const name: unknown =
      typeof content === 'object' && content !== null && Reflect.get(content, 'name');
    return typeof name === 'string' && NAME.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}
