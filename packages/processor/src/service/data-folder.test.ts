import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { saySkipped } from '../../test/say-skipped.ts';
import { mountSmallDisk } from '../../test/small-disk.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';

const STRANGER = 65_534;
const MODULE = new URL('./data-folder.ts', import.meta.url).href;
/** Opens the folder named by its argument, tells how that went, and stays. */
const HOLDER = `
  import { openDataFolder } from ${JSON.stringify(MODULE)};
  try { globalThis.held = openDataFolder(process.argv[1]); console.log('held'); }
  catch (error) { console.log(error.message); }
  setInterval(() => undefined, 1000);`;
const NODE = [process.execPath, '--conditions=@spanguard/source', '--input-type=module', '-e'];

describe('the data folder', function () {
  let root = '';
  let path = '';
  const opened: DataFolder[] = [];
  const holders: ChildProcess[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'spanguard-data-'));
    path = join(root, 'data');
  });
  afterEach(async () => {
    for (const folder of opened.splice(0)) folder.release();
    for (const holder of holders.splice(0)) await killed(holder);
    rmSync(root, { recursive: true, force: true });
  });

  function open(folder = path): DataFolder {
    const result = openDataFolder(folder);
    opened.push(result);
    return result;
  }

  /** What a process of its own says of the folder. */
  async function heldBy(command: readonly string[]): Promise<[string, ChildProcess]> {
    const [file, ...more] = [...command, ...NODE, HOLDER, path];
    const holder = spawn(file, more, { stdio: ['ignore', 'pipe', 'ignore'] });
    holders.push(holder);
    const [line] = (await once(holder.stdout, 'data')) as [Buffer];
    return [line.toString().trim(), holder];
  }

  async function killed(holder: ChildProcess): Promise<void> {
    if (holder.exitCode !== null || holder.signalCode !== null) return;
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  }

  const filesOf = (name: string): string[] =>
    readdirSync(path).filter((file) => file.startsWith(name));

  it('is one process’s alone, and another’s as soon as that one is killed', async () => {
    const [first, holder] = await heldBy([]);
    expect(first).to.equal('held');
    expect(() => open()).to.throw(/lock\.sqlite is held by another processor/);
    const [second] = await heldBy([]);
    expect(second).to.match(/is held by another processor/);
    await killed(holder);
    expect(() => open()).not.to.throw();
  });

  it('is one process’s alone where both are process 1 of their container', async function () {
    const apart = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
    if (spawnSync('unshare', [...apart.slice(1), 'true']).status !== 0) {
      saySkipped('the right to make a namespace of processes');
      this.skip();
    }
    const [first, holder] = await heldBy(apart);
    const [second] = await heldBy(apart);
    expect([first, second]).to.satisfy(
      ([one = '', two = '']: string[]) => one === 'held' && two.includes('is held by another'),
    );
    await killed(holder);
    let again = '';
    // The child of the killed one is killed by the kernel, some time.
    while (again !== 'held') [again] = await heldBy(apart);
  });

  it('is not held by a process that has the number of one that is gone', () => {
    mkdirSync(path);
    writeFileSync(join(path, 'lock'), '1');
    expect(() => open()).not.to.throw();
  });

  it('is held once even within a process, and free again when it is released', () => {
    const first = open();
    expect(() => open()).to.throw(/held by another processor/);
    first.release();
    first.release();
    expect(() => open()).not.to.throw();
  });

  it('makes a key once and keeps it, for its owner only', () => {
    const folder = open();
    const key = folder.key('pseudonyms');
    expect(key).to.have.length(32);
    expect(Buffer.from(folder.key('pseudonyms')).equals(key)).to.equal(true);
    expect(Buffer.from(folder.key('alerts')).equals(key)).to.equal(false);
    expect(statSync(join(path, 'pseudonyms.key')).mode & 0o777).to.equal(0o600);
    chmodSync(join(path, 'pseudonyms.key'), 0o644);
    expect(Buffer.from(folder.key('pseudonyms')).equals(key)).to.equal(true);
    expect(statSync(join(path, 'pseudonyms.key')).mode & 0o777).to.equal(0o600);
    expect(filesOf('pseudonyms')).to.deep.equal(['pseudonyms.key']);
  });

  it('starts on a disk that was full at its first start, with a whole key', function () {
    const disk = mountSmallDisk(2);
    if (disk === undefined) this.skip();
    try {
      disk.fill();
      path = join(disk.path, 'data');
      const folder = open();
      expect(() => folder.key('pseudonyms')).to.throw(/pseudonyms\.key cannot be made: ENOSPC/);
      expect(existsSync(join(path, 'pseudonyms.key'))).to.equal(false);
      folder.release();
      disk.empty();
      expect(open().key('pseudonyms')).to.have.length(32);
    } finally {
      for (const folder of opened.splice(0)) folder.release();
      disk.unmount();
    }
  });

  for (const bytes of [0, 1, 31, 33]) {
    it(`makes a key of ${bytes} bytes anew only where nothing was made with it`, () => {
      mkdirSync(join(path, 'journal'), { recursive: true });
      writeFileSync(join(path, 'pseudonyms.key'), Buffer.alloc(bytes));
      writeFileSync(join(path, 'alerts.key'), Buffer.alloc(bytes));
      const folder = open();
      expect(folder.key('pseudonyms')).to.have.length(32);
      folder.release();
      writeFileSync(join(path, 'journal', 'one.cursor'), 'whatever');
      expect(() => open().key('alerts')).to.throw(
        new RegExp(`alerts\\.key holds ${bytes} bytes, expected 32.*put it back from a backup`),
      );
      expect(readFileSync(join(path, 'alerts.key'))).to.have.length(bytes);
    });
  }

  it('is refused where everybody may write it, with what to do', () => {
    mkdirSync(path);
    chmodSync(path, 0o777);
    expect(() => open()).to.throw(/may be written by everybody \(mode 777\).*chmod 700/);
    chmodSync(path, 0o755);
    expect(() => open()).not.to.throw();
  });

  it('is taken from its group, as volumes of containers are given to it at each mount', () => {
    mkdirSync(path);
    chmodSync(path, 0o2775);
    open();
    expect(statSync(path).mode & 0o077).to.equal(0);
  });

  it('is refused where it, or a key in it, belongs to somebody else', function () {
    if (process.geteuid?.() !== 0) {
      saySkipped('root, to give files away');
      this.skip();
    }
    mkdirSync(path);
    writeFileSync(join(path, 'alerts.key'), Buffer.alloc(32), { mode: 0o600 });
    chownSync(join(path, 'alerts.key'), STRANGER, STRANGER);
    const folder = open();
    expect(() => folder.key('alerts')).to.throw(/alerts\.key belongs to user 65534/);
    folder.release();
    chownSync(path, STRANGER, STRANGER);
    expect(() => open()).to.throw(/belongs to user 65534.*Name a folder below it.*chown 0/);
  });

  it('takes no key from a link, nor from a file that everybody may write', () => {
    mkdirSync(path);
    writeFileSync(join(root, 'planted'), Buffer.alloc(32));
    symlinkSync(join(root, 'planted'), join(path, 'pseudonyms.key'));
    writeFileSync(join(path, 'alerts.key'), Buffer.alloc(32));
    chmodSync(join(path, 'alerts.key'), 0o666);
    const folder = open();
    expect(() => folder.key('pseudonyms')).to.throw(/pseudonyms\.key is a link/);
    expect(() => folder.key('alerts')).to.throw(/alerts\.key may be written by everybody/);
  });

  it('writes through no link that was put where its key is written aside', () => {
    mkdirSync(path);
    writeFileSync(join(root, 'target'), 'precious');
    symlinkSync(join(root, 'target'), join(path, 'alerts.key.new'));
    expect(open().key('alerts')).to.have.length(32);
    expect(readFileSync(join(root, 'target'), 'utf8')).to.equal('precious');
  });

  it('may be named by a link, but none of its folders may be one', () => {
    mkdirSync(join(root, 'real'), { mode: 0o700 });
    symlinkSync(join(root, 'real'), path);
    expect(open().path).to.equal(join(root, 'real'));
  });

  it('tells where it cannot be made', () => {
    writeFileSync(path, 'a file');
    expect(() => open()).to.throw(/data cannot be made \(E\w+.*name a folder/);
    expect(() => open(join(path, 'below'))).to.throw(/below cannot be made \(ENOTDIR/);
  });
});
