import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
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
import { errorCode, nodeFileSystem, type OpenMode } from './file-system.ts';

describe("the machine's files", () => {
  let folder = '';
  let file = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanguard-files-'));
    file = join(folder, 'file');
    writeFileSync(file, 'precious', { mode: 0o600 });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** How opening it went, and the file is whole in any case. */
  async function opening(path: string, mode: OpenMode): Promise<string> {
    try {
      await (await nodeFileSystem.open(path, mode)).close();
      return 'opened';
    } catch (error) {
      return errorCode(error);
    } finally {
      expect(readFileSync(file, 'utf8')).to.equal('precious');
    }
  }

  it('are made once, for their owner only', async () => {
    expect(await opening(join(folder, 'new'), 'create')).to.equal('opened');
    expect(statSync(join(folder, 'new')).mode & 0o777).to.equal(0o600);
    expect(await opening(file, 'create')).to.equal('EEXIST');
  });

  it('are cut, and written on from there', async () => {
    const opened = await nodeFileSystem.open(file, 'write');
    await opened.write([Buffer.from('abcdef')], 0);
    await opened.truncate(2);
    expect(await opened.size()).to.equal(2);
    await opened.write([Buffer.from('xy')], 2);
    await opened.sync();
    await opened.close();
    expect(readFileSync(file, 'utf8')).to.equal('abxy');
  });

  it('are never opened through a link', async () => {
    symlinkSync(file, join(folder, 'link'));
    expect(await opening(join(folder, 'link'), 'create')).to.equal('EEXIST');
    expect(await opening(join(folder, 'link'), 'read')).to.equal('ELOOP');
    expect(await opening(join(folder, 'link'), 'write')).to.equal('ELOOP');
  });

  it('are opened where nobody else may write them', async () => {
    expect(await opening(file, 'write')).to.equal('opened');
    chmodSync(file, 0o660);
    expect(await opening(file, 'read'), 'the group of a volume').to.equal('opened');
    chmodSync(file, 0o602);
    expect(await opening(file, 'read')).to.equal('ENOTOURS');
    expect(await opening(folder, 'read')).to.equal('ENOTOURS');
  });

  it('are opened where they are not somebody else’s', async function () {
    if (process.geteuid?.() !== 0) {
      saySkipped('root, to give files away');
      this.skip();
    }
    chownSync(file, 65_534, 65_534);
    expect(await opening(file, 'read')).to.equal('ENOTOURS');
    expect(await opening(file, 'write')).to.equal('ENOTOURS');
  });

  it('lie in folders that are no links, and that not everybody may write', async () => {
    const [real, link] = [join(folder, 'real'), join(folder, 'linked')];
    await nodeFileSystem.makeFolder(real);
    expect(statSync(real).mode & 0o777).to.equal(0o700);
    symlinkSync(real, link);
    const refused = (path: string): Promise<string> =>
      nodeFileSystem.makeFolder(path).then(() => 'taken', errorCode);
    expect(await refused(link)).to.equal('ENOTOURS');
    mkdirSync(join(folder, 'open'));
    chmodSync(join(folder, 'open'), 0o1777);
    expect(await refused(join(folder, 'open'))).to.equal('ENOTOURS');
    expect(await refused(real)).to.equal('taken');
  });
});
