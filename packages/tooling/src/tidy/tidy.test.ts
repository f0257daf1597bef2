import { readFileSync, readdirSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { expect } from 'chai';
import { packageUrl, REPOSITORY_URL } from '../repository.ts';
import { EMPTY_NAMES, PACKAGE_MAY_IMPORT, PROCESSOR_FOLDER_MAY_IMPORT } from './import-rules.ts';
import { filesUnder, importsOf, isTest, type SourceFile, sourceFiles } from './sources.ts';

const LINES_MAX = 400;
const LINE_CHARACTERS_MAX = 110;

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const all = sourceFiles();
const shipped = all.filter(({ path }) => path.startsWith('packages/') && !isTest(path));
const written = all.filter(({ path }) => !path.includes('/generated/'));

describe('the sources', () => {
  it('import only the packages that their package may import', () => {
    const broken = shipped
      .filter(({ path }) => /^packages\/[^/]+\/src\//.test(path))
      .flatMap(importsOf)
      .filter(({ from, specifier }) => {
        const target = /^@spanguard\/([a-z-]+)/.exec(specifier)?.[1];
        return target !== undefined && !allowedPackages(from).includes(target);
      });
    expect(broken.map(describeImport)).to.deep.equal([]);
  });

  it('import only what their manifest names', () => {
    const broken = shipped
      .filter(({ path }) => /^packages\/[^/]+\/src\//.test(path))
      .flatMap(importsOf)
      .filter(({ from, specifier }) => {
        const name = packageNameOf(specifier);
        return name !== undefined && !declaredDependencies(manifestOf(from)).has(name);
      });
    expect(broken.map(describeImport)).to.deep.equal([]);
  });

  it('of the processor meet only in model and pipeline', () => {
    const broken = shipped.flatMap(importsOf).filter(({ from, specifier }) => {
      const folder = processorFolder(from.path);
      const target = processorFolder(resolved(from, specifier));
      if (folder === undefined || target === undefined || folder === target) return false;
      return !(PROCESSOR_FOLDER_MAY_IMPORT[folder] ?? []).includes(target);
    });
    expect(broken.map(describeImport)).to.deep.equal([]);
  });

  it('have no import cycle', () => {
    expect(cycles(shipped)).to.deep.equal([]);
  });

  it('have kebab-case names that say what they hold', () => {
    const broken = written.filter(({ path }) => {
      const parts = path.split('/').slice(2);
      return parts.some((part) => {
        const stem = part.replace(/(\.(test|suite|bench|as))?\.[cm]?ts$/, '');
        return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem) || EMPTY_NAMES.includes(stem);
      });
    });
    expect(broken.map(({ path }) => path)).to.deep.equal([]);
  });

  it('have tests that do not depend on how fast a machine is', () => {
    // Patience only ends a test that would wait for ever: `.mocharc.json` has it for all.
    const ownPatience = ['packages/processor/test/loss.test.ts'];
    const clocks = ['packages/register/test/matrix.test.ts'];
    const broken = all
      .filter(({ path }) => /\.(?:test|suite)\.ts$/.test(path) && !path.includes('/tidy/'))
      .flatMap(({ path, text }) => [
        ...(!ownPatience.includes(path) && /\.timeout\(/.test(text) ? [`${path}: timeout`] : []),
        ...(!clocks.includes(path) && /performance\.now\(|hrtime/.test(text)
          ? [`${path}: clock`]
          : []),
      ]);
    expect(broken).to.deep.equal([]);
  });

  it('stay within the length of a file', () => {
    const broken = written
      .filter(({ path }) => !isTest(path))
      .filter(({ text }) => text.split('\n').length > LINES_MAX + 1);
    expect(broken.map(({ path, text }) => `${path}: ${text.split('\n').length}`)).to.deep.equal([]);
  });

  it('stay within the length of a line, strings and addresses aside', () => {
    const broken = written.flatMap(({ path, text }) =>
      text
        .split('\n')
        .map((line, index) => ({ at: `${path}:${index + 1}`, line }))
        .filter(({ line }) => line.length > LINE_CHARACTERS_MAX && !/['"`/]/.test(line)),
    );
    expect(broken.map(({ at }) => at)).to.deep.equal([]);
  });

  it('begin with a sentence that says what they are', () => {
    const broken = shipped.filter(
      ({ path, text }) =>
        !path.includes('/generated/') && !/^(#!.*\n)?(\/\/ Generated.*\n\n)?\/\*\*/.test(text),
    );
    expect(broken.map(({ path }) => path)).to.deep.equal([]);
  });

  it('read the environment and set the exit code only in entry points', () => {
    const broken = shipped.filter(
      ({ path, text }) =>
        path.startsWith('packages/processor/src/') &&
        path !== 'packages/processor/src/main.ts' &&
        /process\.(env|exit|exitCode)\b/.test(text),
    );
    expect(broken.map(({ path }) => path)).to.deep.equal([]);
  });

  // A type that says what was done to a value is worth what its one maker is.
  for (const [type, maker] of [
    ['RedactedBatch', 'packages/processor/src/redaction/'],
    ['RecordToAppend', 'packages/processor/src/model/'],
    ['ShownAlert', 'packages/processor/src/alerts/shown-alert.ts'],
  ] as const) {
    it(`make a ${type} only where it is made: ${maker}`, () => {
      const cast = new RegExp(`as ${type}\\b`);
      const broken = shipped.filter(({ path, text }) => cast.test(text) && !path.startsWith(maker));
      expect(broken.map(({ path }) => path)).to.deep.equal([]);
    });
  }

  it('of the journal know numbers and bytes, and nothing of what they mean', () => {
    const known = ['record.ts', 'sections.ts'].map(
      (name) => `packages/processor/src/model/${name}`,
    );
    const broken = shipped.flatMap(importsOf).filter(({ from, specifier }) => {
      if (processorFolder(from.path) !== 'journal') return false;
      const target = resolved(from, specifier);
      return processorFolder(target) === 'model' && !known.includes(target);
    });
    expect(broken.map(describeImport)).to.deep.equal([]);
  });

  it('have no default export and no marks of unfinished work', () => {
    const broken = written.filter(
      ({ path, text }) =>
        !path.startsWith('packages/tooling/') &&
        (/^export default\b/m.test(text) || /\b(TODO|FIXME|XXX|HACK)\b/.test(text)),
    );
    expect(broken.map(({ path }) => path)).to.deep.equal([]);
  });

  it('type attribute names only where conventions are made', () => {
    const names = new Set(
      [
        ...readFileSync(new URL('model.yaml', packageUrl('conventions')), 'utf8').matchAll(
          /id: (security\.\S+)/g,
        ),
      ].map((match) => match[1] ?? ''),
    );
    const broken = shipped
      .filter(
        ({ path }) => !/^packages\/(conventions|testkit|benchmarks|tooling|rules)\//.test(path),
      )
      .flatMap(({ path, text }) =>
        [...text.matchAll(/'(security\.[a-z_.]+)'/g)]
          .filter((match) => names.has(match[1] ?? ''))
          .map((match) => `${path}: ${match[1]}`),
      );
    expect(broken).to.deep.equal([]);
  });
});

describe('the packages', () => {
  const names = readdirSync(new URL('packages/', REPOSITORY_URL)).filter(
    (name) => !name.startsWith('.'),
  );
  const headings = ['Purpose', 'Start', 'Options', 'Emits', 'Limits', 'Versions', 'Errors'];

  it('are all in the import table', () => {
    expect(names).to.have.members(Object.keys(PACKAGE_MAY_IMPORT));
  });

  for (const name of names) {
    it(`have references that follow their dependencies: ${name}`, () => {
      const manifest = readManifest(name);
      const wanted = [...declaredDependencies(manifest, { development: false })]
        .filter(
          (dependency) => dependency.startsWith('@spanguard/') && dependency !== manifest.name,
        )
        .map((dependency) => `../${dependency.slice('@spanguard/'.length)}`);
      const text = readFileSync(new URL('tsconfig.json', packageUrl(name)), 'utf8');
      const { references } = JSON.parse(text) as { references: { path: string }[] };
      expect(references.map(({ path }) => path)).to.have.members(wanted);
    });

    it(`have a README with the headings of all: ${name}`, () => {
      const text = readFileSync(new URL('README.md', packageUrl(name)), 'utf8');
      const found = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
      expect(found).to.deep.equal(headings);
      expect(text).to.match(new RegExp(`^# @spanguard/${name}\n`));
    });
  }

  it('are all referenced by the root', () => {
    const text = readFileSync(new URL('tsconfig.json', REPOSITORY_URL), 'utf8');
    const { references } = JSON.parse(text) as { references: { path: string }[] };
    expect(references.map(({ path }) => path)).to.have.members(
      names.map((name) => `packages/${name}`),
    );
  });
});

describe('the top level', () => {
  it('holds what it should and nothing else', () => {
    const folders = readdirSync(REPOSITORY_URL, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .filter((name) => !['node_modules', 'coverage', 'spanguard-data', 'tarballs'].includes(name));
    expect(folders.filter((name) => !name.startsWith('.'))).to.have.members([
      'packages',
      'collector-config',
      'examples',
    ]);
  });

  it('has documents whose links to files lead somewhere', () => {
    const documents = filesUnder('', /\.md$/);
    const broken = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map((match) => posix.normalize(posix.join(dirname(path), match[1] ?? '')))
        .filter((target) => !exists(target))
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).to.deep.equal([]);
  });
});

function exists(path: string): boolean {
  try {
    readdirSync(new URL(path, REPOSITORY_URL));
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOTDIR';
  }
}

function readManifest(name: string): Manifest {
  return JSON.parse(readFileSync(new URL('package.json', packageUrl(name)), 'utf8')) as Manifest;
}

function packageOf({ path }: SourceFile): string {
  return path.split('/')[1] ?? '';
}

function manifestOf(file: SourceFile): Manifest {
  return readManifest(packageOf(file));
}

function allowedPackages(file: SourceFile): readonly string[] {
  return PACKAGE_MAY_IMPORT[packageOf(file)] ?? [];
}

function declaredDependencies(manifest: Manifest, { development = false } = {}): Set<string> {
  return new Set([
    manifest.name,
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
    ...(development || manifest.private === true
      ? Object.keys(manifest.devDependencies ?? {})
      : []),
  ]);
}

/** The npm package of a specifier; undefined for relative ones, Node's own and `#` imports. */
function packageNameOf(specifier: string): string | undefined {
  if (/^(\.|#|node:)/.test(specifier)) return undefined;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

function resolved(from: SourceFile, specifier: string): string {
  if (specifier.startsWith('#processor/')) return `packages/processor/src/${specifier.slice(11)}`;
  if (!specifier.startsWith('.')) return specifier;
  return posix.normalize(posix.join(dirname(from.path), specifier));
}

function processorFolder(path: string): string | undefined {
  return /^packages\/processor\/src\/([^/]+)\//.exec(path)?.[1];
}

function describeImport({ from, specifier }: { from: SourceFile; specifier: string }): string {
  return `${from.path} imports ${specifier}`;
}

/** Files that reach themselves through run-time imports, depth first with a stack of our own. */
function cycles(files: readonly SourceFile[]): string[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      importsOf(file)
        .filter(({ typeOnly }) => !typeOnly)
        .map(({ specifier }) => resolved(file, specifier)),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  for (const start of edges.keys()) {
    const path: string[] = [];
    const stack: { node: string; next: number }[] = [{ node: start, next: 0 }];
    while (stack.length > 0) {
      const top = stack.at(-1);
      if (top === undefined) break;
      if (top.next === 0) path.push(top.node);
      const target = done.has(top.node) ? undefined : edges.get(top.node)?.[top.next];
      top.next += 1;
      if (target === undefined) {
        done.add(top.node);
        path.pop();
        stack.pop();
      } else if (path.includes(target)) {
        found.push([...path.slice(path.indexOf(target)), target].join(' -> '));
      } else if (edges.has(target) && !done.has(target)) {
        stack.push({ node: target, next: 0 });
      }
    }
  }
  return found;
}
