/** Reads the sources of the repository for the tidy tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, relative, sep } from 'node:path';
import { REPOSITORY_URL } from '../repository.ts';

/** One source file. */
export interface SourceFile {
  /** Path from the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** One import or re-export of a file. */
export interface SourceImport {
  readonly from: SourceFile;
  /** As it is written. */
  readonly specifier: string;
}

const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'coverage', '.cache', '.git']);

/** Every TypeScript file under `packages/` and `examples/`. */
export function sourceFiles(): SourceFile[] {
  return ['packages', 'examples'].flatMap((folder) => filesUnder(folder, /\.(ts|cts|mts)$/));
}

/** Files under a folder of the repository whose path matches. */
export function filesUnder(folder: string, matching: RegExp): SourceFile[] {
  const root = fileURLToPath(REPOSITORY_URL);
  const found: SourceFile[] = [];
  const open = [join(root, folder)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of readdirSync(next, { withFileTypes: true })) {
      const full = join(next, entry.name);
      if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) open.push(full);
      if (!entry.isFile() || !matching.test(entry.name)) continue;
      found.push({
        path: relative(root, full).split(sep).join('/'),
        text: readFileSync(full, 'utf8'),
      });
    }
  }
  return found.toSorted((a, b) => a.path.localeCompare(b.path));
}

/** Tests, their suites and fixtures: freed of the length and import rules. */
export function isTest(path: string): boolean {
  return /\.test\.ts$|\.suite\.ts$|\/test\/|\/bench\//.test(path);
}

/** Static and dynamic imports with a literal specifier, those of types too. */
export function importsOf(file: SourceFile): SourceImport[] {
  const found: SourceImport[] = [];
  const code = file.text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
  const statement =
    /(?:^|\n)\s*(?:import|export)\s+(?:type\s+)?(?:[\w*{][^;'"`]*?\sfrom\s+)?['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/g;
  for (const match of code.matchAll(statement)) {
    const specifier = match[1] ?? match[2];
    if (specifier !== undefined) found.push({ from: file, specifier });
  }
  return found;
}
