/** What the documents name must exist: scripts, commands, variables, exports, versions of Node. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { packageUrl, REPOSITORY_URL } from '../repository.ts';
import { filesUnder, isTest, type SourceFile, sourceFiles } from './sources.ts';

interface Manifest {
  readonly private?: boolean;
  readonly engines?: { readonly node?: string };
  readonly scripts?: Readonly<Record<string, string>>;
}

const documents = filesUnder('.', /\.md$/).filter(({ path }) => !path.startsWith('.'));
const sources = sourceFiles().filter(({ path }) => !isTest(path));

/** Each match in each document, as `path: text`, where it is not among what is known. */
function unknown(
  pattern: RegExp,
  isKnown: (name: string, document: SourceFile) => boolean,
): string[] {
  return documents.flatMap((document) =>
    [...document.text.matchAll(pattern)]
      .filter(([, name = '']) => !isKnown(name, document))
      .map(([text]) => `${document.path}: ${text}`),
  );
}

function manifestIn(folder: URL): Manifest {
  return JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as Manifest;
}

describe('the documents', () => {
  it('call only scripts that are there', () => {
    const known = new Set(Object.keys(manifestIn(REPOSITORY_URL).scripts ?? {}));
    expect(
      unknown(/npm (?:run )?(?:--silent )?([a-z]+(?::[a-z]+)?)\b(?= |`|\n)/g, isScript),
    ).to.deep.equal([]);

    function isScript(name: string): boolean {
      return known.has(name) || ['install', 'ci', 'pack', 'run', 'start'].includes(name);
    }
  });

  it('call only commands that `spanguard` knows', () => {
    const commandLine = sources.find(({ path }) =>
      path.endsWith('processor/src/cli/command-line.ts'),
    );
    const known = new Set(
      [...(commandLine?.text ?? '').matchAll(/^ {2}spanguard ([a-z]+)/gm)].map(([, name]) => name),
    );
    expect(known).to.include('run');
    expect(unknown(/(?:`|npx )spanguard ([a-z]+)/g, (name) => known.has(name))).to.deep.equal([]);
  });

  it('name only environment variables that are read, and all of them', () => {
    const settings = sources.find(({ path }) => path.endsWith('settings/read-settings.ts'));
    const names = /OPTION_NAMES[^[]*\[\]? = \[([^\]]+)\]/.exec(settings?.text ?? '')?.[1] ?? '';
    const read = new Set(
      [...names.matchAll(/'([a-z_]+)'/g)].map(([, name = '']) => `SPANGUARD_${name.toUpperCase()}`),
    );
    expect(read).to.include('SPANGUARD_USER_ID');
    expect(unknown(/\b(SPANGUARD_[A-Z_]+)\b/g, (name) => read.has(name))).to.deep.equal([]);
    const told = documents.map(({ text }) => text).join('\n');
    expect([...read].filter((name) => !told.includes(name))).to.deep.equal([]);
  });

  it('import in examples only what packages export', () => {
    const example = /import \{([^}]+)\} from '@spanguard\/([a-z-]+)'/g;
    const broken = documents.flatMap(({ path, text }) =>
      [...text.matchAll(example)].flatMap(([, names = '', name = '']) => {
        const index = readFileSync(new URL('src/index.ts', packageUrl(name)), 'utf8');
        const wanted = names.split(',').map((each) => each.trim().replace(/^type /, ''));
        return wanted
          .filter((each) => each !== '' && !new RegExp(`\\b${each}\\b`).test(index))
          .map((each) => `${path}: ${each} from ${name}`);
      }),
    );
    expect(broken).to.deep.equal([]);
  });

  it('name the Node of each package as its manifest does', () => {
    const broken = documents.flatMap(({ path, text }) => {
      const name = /^packages\/([a-z-]+)\/README\.md$/.exec(path)?.[1];
      const manifest = name === undefined ? undefined : manifestIn(packageUrl(name));
      if (manifest === undefined || manifest.private === true) return [];
      const needed = manifest.engines?.node;
      const versions = /\n## Versions\n([\s\S]*?)(?=\n## |$)/.exec(text)?.[1] ?? '';
      const named = /Node (?:>= )?(\d+(?:\.\d+)?)/.exec(versions)?.[1];
      return `>=${named}` === needed ? [] : [`${path}: Node ${named}, the manifest: ${needed}`];
    });
    expect(broken).to.deep.equal([]);
  });
});
