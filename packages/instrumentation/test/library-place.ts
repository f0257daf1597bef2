/** A place from which libraries load in the versions a test asks for, by `require` and by `import`. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { register, supportsSyncHooks } from 'import-in-the-middle/register-hooks.mjs';

/** How an application loads its libraries. */
export type Loading = 'require' | 'import';

/** Every way this Node lets instrumentations see. */
export const LOADINGS: readonly Loading[] = supportsSyncHooks()
  ? ['require', 'import']
  : ['require'];

/**
 * What a library is: the name of an alias in the manifest (`fastify-v4`), a folder (a `URL`), or the texts of its
 * files by their paths, `package.json` among them.
 */
export type Library = string | URL | Readonly<Record<string, string>>;

/** A place to load from. */
export interface Place {
  /** What `require(name)` gives there. */
  require(name: string): unknown;
  /** The namespace that `import(name)` gives there, through the loader hook where it is included. */
  import(name: string): Promise<unknown>;
}

/**
 * A folder beside the test in which `libraries` are found under the names given, everything else as from
 * `from` (the test's `import.meta.url`). An alias is copied: hooks know a package by its folder, and its
 * folder is named after the alias. Each way of loading has copies of its own: files inside a CommonJS
 * package load once.
 */
export function placeOf(
  from: string,
  libraries: Readonly<Record<string, Library>> = {},
  loading: Loading = 'require',
): Place {
  const key = `${keyOf(libraries)}-${loading}`;
  const folder = join(packageFolder(from), 'node_modules', '.places', key);
  mkdirSync(folder, { recursive: true });
  const entry = join(folder, 'load.mjs');
  if (!existsSync(entry)) writeFileSync(entry, 'export const load = (name) => import(name);\n');
  for (const [name, library] of Object.entries(libraries)) {
    const target = join(folder, 'node_modules', name);
    if (typeof library === 'string') copyAlias(createRequire(from), library, target);
    else writeLibrary(library, target);
  }
  const require = createRequire(entry);
  return {
    require: (name) => require(name) as unknown,
    import: async (name) => {
      // Node remembers what a file's imports resolve to; a new address asks the hooks again.
      const { load } = (await import(`${pathToFileURL(entry).href}?${(loads += 1)}`)) as {
        load: (name: string) => Promise<unknown>;
      };
      return load(name);
    },
  };
}

let loads = 0;

/** Lets instrumentations see what is imported from now on, for modules of these names and files. */
export function includeImports(modules: readonly (string | RegExp)[]): void {
  if (!supportsSyncHooks()) return;
  for (const each of modules) included.add(each);
  if (isHooked) return;
  isHooked = true;
  register({ shouldInclude } as Parameters<typeof register>[0]);
}

const included = new Set<string | RegExp>();
let isHooked = false;

function shouldInclude(url: string, specifier: string): boolean {
  for (const each of included) {
    if (each instanceof RegExp ? each.test(url) : each === specifier) return true;
  }
  return false;
}

function copyAlias(require: NodeJS.Require, alias: string, target: string): void {
  const source = folderOf(require, alias);
  const versionOf = (folder: string): string => readFileSync(join(folder, 'package.json'), 'utf8');
  if (existsSync(target)) {
    if (versionOf(target) === versionOf(source)) return;
    rmSync(target, { recursive: true });
  }
  mkdirSync(dirname(target), { recursive: true });
  // Under its name only when it is whole: another run of the tests may look at the same time.
  const draft = mkdtempSync(`${target}-`);
  cpSync(source, draft, { recursive: true });
  renameSync(draft, target);
}

function writeLibrary(library: URL | Readonly<Record<string, string>>, target: string): void {
  if (library instanceof URL) {
    cpSync(fileURLToPath(library), target, { recursive: true });
    return;
  }
  for (const [path, text] of Object.entries(library)) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), text);
  }
}

// A package need not export its manifest; its folder is found as Node finds it.
function folderOf(require: NodeJS.Require, name: string): string {
  for (const root of require.resolve.paths(name) ?? []) {
    const folder = join(root, name);
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  throw new Error(`${name} is not installed`);
}

function packageFolder(from: string): string {
  let folder = dirname(fileURLToPath(from));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

function keyOf(libraries: Readonly<Record<string, Library>>): string {
  const parts = Object.entries(libraries).map(([name, library]) =>
    typeof library === 'string' ? library : `own-${name}`,
  );
  return parts.toSorted().join('+').replaceAll('/', '-') || 'installed';
}
