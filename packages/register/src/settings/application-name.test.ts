import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { applicationName } from './application-name.ts';

describe('applicationName', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'application-name-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  /** The name of a script among these files, each with its text. */
  function named(files: Record<string, string>, script?: string): string | undefined {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return applicationName({ script: script && join(root, script), cwd: join(root, 'here') });
  }

  const shop = '{"name":"@acme/shop"}';

  it('is the nearest above the script', () => {
    const files = { 'package.json': '{"name":"outer"}', 'shop/package.json': shop };
    expect(named({ ...files, 'shop/src/server.js': '' }, 'shop/src/server.js')).equal('@acme/shop');
  });

  it('passes by a package.json without a usable name', () => {
    for (const [at, unnamed] of [
      '{"type":"module"}',
      '{',
      '7',
      '{"name":7}',
      '{"name":"a b\\n"}',
    ].entries()) {
      const files = { 'package.json': shop, [`s${at}/package.json`]: unnamed, [`s${at}/a.js`]: '' };
      expect(named(files, `s${at}/a.js`), unnamed).to.equal('@acme/shop');
    }
  });

  it('follows the link a script is started by', () => {
    named({ 'shop/package.json': shop, 'shop/a.js': '' });
    mkdirSync(join(root, 'bin'));
    symlinkSync(join(root, 'shop/a.js'), join(root, 'bin/a'));
    expect(named({}, 'bin/a')).to.equal('@acme/shop');
  });

  it('is that of the working folder where the script belongs to a package', () => {
    const files = {
      'here/package.json': shop,
      'here/node_modules/next/package.json': '{"name":"next"}',
    };
    expect(
      named({ ...files, 'here/node_modules/next/bin/next': '' }, 'here/node_modules/next/bin/next'),
    ).equal('@acme/shop');
    expect(named({}), 'no script').to.equal('@acme/shop');
    expect(named({}, 'absent.js'), 'a script that is not there').to.equal('@acme/shop');
  });

  it('reads no manifest that is larger than 1 MiB', () => {
    const files = { 'package.json': shop, 's/a.js': '' };
    const padded = (bytes: number): string => '{"name":"inner"}'.padEnd(bytes);
    expect(named({ ...files, 's/package.json': padded(2 ** 20 + 1) }, 's/a.js')).equal(
      '@acme/shop',
    );
    expect(named({ ...files, 's/package.json': padded(2 ** 20) }, 's/a.js')).to.equal('inner');
  });
});
