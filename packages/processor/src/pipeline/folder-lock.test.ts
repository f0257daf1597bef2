/** One holder at a time, across processes; nothing is left of one that let go. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { lockFolder } from './folder-lock.ts';

const MODULE = new URL('./folder-lock.ts', import.meta.url).href;
/** Tries to take the lock named by its argument, in a process of its own. */
const OTHER = `
  import { lockFolder } from ${JSON.stringify(MODULE)};
  try { lockFolder(process.argv[1])(); console.log('taken'); }
  catch (error) { console.log(error.message); }`;

function otherProcess(path: string): string {
  const { stdout } = spawnSync(
    process.execPath,
    ['--conditions=@spanguard/source', '--no-warnings', '--input-type=module', '-e', OTHER, path],
    { encoding: 'utf8' },
  );
  return stdout.trimEnd();
}

describe('the lock of a folder', () => {
  let path: string;
  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), 'folder-lock-')), 'lock.sqlite');
  });
  afterEach(() => {
    rmSync(join(path, '..'), { recursive: true });
  });

  it('is held by one process until that lets go', () => {
    const release = lockFolder(path);
    const held = `${path} is held by another processor: give each a folder of its own`;
    expect(otherProcess(path)).to.equal(held);
    expect(() => lockFolder(path)).to.throw(held);
    release();
    expect(otherProcess(path)).to.equal('taken');
  });

  it('may be let go twice, and taken again', () => {
    const release = lockFolder(path);
    release();
    release();
    lockFolder(path)();
  });

  it('is a file for its owner alone, into which nothing is written', () => {
    const release = lockFolder(path);
    const { mode, size } = statSync(path);
    expect([mode & 0o777, size]).to.deep.equal([0o600, 0]);
    release();
    expect(statSync(path).size).to.equal(0);
  });

  it('is not taken through a link, nor from a file that others may write', () => {
    const elsewhere = `${path}.elsewhere`;
    writeFileSync(elsewhere, '', { mode: 0o600 });
    symlinkSync(elsewhere, path);
    expect(() => lockFolder(path)).to.throw(path);
  });

  it('is refused where the file is no lock', () => {
    writeFileSync(path, 'something that was here before', { mode: 0o600 });
    expect(() => lockFolder(path)).to.throw(/cannot be locked \(.*\): it must be on/);
    expect(statSync(path).size).to.equal(30);
  });

  it('is refused where its folder is not there', () => {
    expect(() => lockFolder(join(path, 'nowhere', 'lock'))).to.throw(/ENOENT/);
  });
});
