import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { mountSmallDisk, type SmallDisk } from '../../test/small-disk.ts';
import { appendText, readerOf, readTexts, TestJournal, until } from '../../test/test-journal.ts';
import { type FileSystem, nodeFileSystem } from '../pipeline/file-system.ts';
import { silentLogger } from '../pipeline/logger.ts';
import { DiskReserve } from './disk-reserve.ts';
import type { Journal } from './journal.ts';

const REFUSED = { kind: 'refused', reason: 'disk_full' };
const RECORD = 'x'.repeat(100_000);

describe('a journal whose disk is full', function () {
  let files: TestJournal;
  let disk: SmallDisk | undefined;

  afterEach(async () => {
    await files.close();
    disk?.unmount();
    disk = undefined;
  });

  /** The machine's files, but segments cannot be written while `isFull` says so. */
  function fullDisk(isFull: () => boolean, onCreate: () => void = () => undefined): FileSystem {
    return {
      ...nodeFileSystem,
      open: async (path, mode) => {
        const file = await nodeFileSystem.open(path, mode);
        if (mode !== 'create' || !path.endsWith('.journal')) return file;
        onCreate();
        const write: typeof file.write = (buffers, at) =>
          isFull()
            ? Promise.reject(Object.assign(new Error(), { code: 'ENOSPC' }))
            : file.write(buffers, at);
        return { ...file, write };
      },
    };
  }

  it('makes no file per append, and goes on when there is room', async () => {
    files = new TestJournal();
    let [created, isFull] = [0, true];
    const fileSystem = fullDisk(
      () => isFull,
      () => (created += 1),
    );
    const journal = await files.open({ fileSystem });
    for (let index = 0; index < 20; index += 1) {
      expect(await appendText(journal, 'x')).to.deep.equal(REFUSED);
    }
    expect(created).to.equal(1);
    expect(files.counted.get('journal.refused disk_full')).to.equal(20);
    isFull = false;
    files.clock.advance(999);
    expect((await appendText(journal, 'x')).kind).to.equal('refused');
    files.clock.advance(1);
    expect((await appendText(journal, 'x')).kind).to.equal('durable');
  });

  it('says so until it has tried for itself, though nobody sends anything', async () => {
    files = new TestJournal();
    let isFull = true;
    const journal = await files.open({ fileSystem: fullDisk(() => isFull) });
    expect(journal.refusing).to.equal(undefined);
    await appendText(journal, 'x');
    expect(journal.refusing).to.equal('disk_full');
    for (let probe = 0; probe < 3; probe += 1) {
      files.clock.advance(1000);
      expect(await appendText(journal, 'x')).to.deep.equal(REFUSED);
    }
    isFull = false;
    files.clock.advance(1000);
    await until(() => journal.refusing === undefined);
  });

  it('lets go of what is read, the file that was written last included', async () => {
    files = new TestJournal();
    let isFull = false;
    const journal = await files.open({ fileSystem: fullDisk(() => isFull) });
    const reader = await readerOf(journal, 'one');
    await journal.removeWhatIsRead();
    for (const text of ['a', 'b']) await appendText(journal, text);
    await readTexts(reader, 2);
    expect(files.segmentFiles).to.have.length(1);
    isFull = true;
    expect(await appendText(journal, 'c')).to.deep.equal(REFUSED);
    expect(files.segmentFiles).to.deep.equal([]);
  });

  /** A journal and one beside it, as alerts have it, on a real disk of eight megabytes. */
  async function onSmallDisk(): Promise<{
    journal: Journal;
    beside: Journal;
    reserve: DiskReserve;
  }> {
    const folder = join(disk?.path ?? '', 'journal');
    for (const name of ['journal', 'beside'])
      mkdirSync(join(disk?.path ?? '', name), { mode: 0o700 });
    files = new TestJournal(folder);
    const reserve = await openReserve();
    const journal = await files.open({ reserve, leavesReserve: true });
    const beside = await files.open({ reserve, folder: join(disk?.path ?? '', 'beside') });
    return { journal, beside, reserve };
  }

  function openReserve(): Promise<DiskReserve> {
    const path = join(disk?.path ?? '', 'reserve');
    return DiskReserve.open({ path, fileSystem: nodeFileSystem, logger: silentLogger });
  }

  /** Appends until the disk is full; gives how many records it took. */
  async function fill(journal: Journal): Promise<number> {
    for (let count = 0; ; count += 1) {
      if ((await appendText(journal, RECORD)).kind === 'refused') return count;
    }
  }

  it('has room for what makes room, when it has filled the disk itself', async function () {
    disk = mountSmallDisk(8);
    if (disk === undefined) this.skip();
    const { journal, beside, reserve } = await onSmallDisk();
    const [reader, slow] = [await readerOf(journal, 'one'), await readerOf(journal, 'two')];
    await journal.removeWhatIsRead();
    const count = await fill(journal);
    expect(count).to.be.within(60, 80);
    expect(reserve.isWhole).to.equal(false);
    expect((await appendText(beside, RECORD)).kind, 'an alert').to.equal('durable');
    await readTexts(reader, count);
    await readTexts(slow, count - 1);
    files.clock.advance(1000);
    expect(await appendText(journal, 'x'), 'while one consumer is behind').to.deep.equal(REFUSED);
    await readTexts(slow, 1);
    expect(files.counted.get('journal.cursor_failed')).to.equal(undefined);
    expect(files.segmentFiles).to.deep.equal([]);
    files.clock.advance(1000);
    expect((await appendText(journal, 'x')).kind).to.equal('durable');
    expect(reserve.isWhole).to.equal(true);
  });

  it('moves its cursors and lets go of what is read, when a stranger has filled the disk', async function () {
    disk = mountSmallDisk(8);
    if (disk === undefined) this.skip();
    const { journal, beside, reserve } = await onSmallDisk();
    const reader = await readerOf(journal, 'one');
    await journal.removeWhatIsRead();
    for (let index = 0; index < 10; index += 1) await appendText(journal, RECORD);
    disk.fill();
    expect(await appendText(journal, RECORD)).to.deep.equal(REFUSED);
    await readTexts(reader, 10);
    expect(files.segmentFiles).to.deep.equal([]);
    expect(files.counted.get('journal.cursor_failed')).to.equal(undefined);
    disk.fill();
    files.clock.advance(1000);
    await until(() => journal.refusing === 'disk_full');
    expect(await appendText(journal, 'x')).to.deep.equal(REFUSED);
    disk.empty();
    files.clock.advance(1000);
    expect((await appendText(journal, 'x')).kind).to.equal('durable');
    expect((await appendText(beside, 'x')).kind).to.equal('durable');
    expect(reserve.isWhole).to.equal(true);
  });

  it('takes nothing of what is kept for others, even where there is room for the moment', async () => {
    files = new TestJournal();
    const path = join(files.folder, 'reserve');
    const options = { path, fileSystem: nodeFileSystem, logger: silentLogger };
    const reserve = await DiskReserve.open(options);
    expect(statSync(path).size).to.be.within(1, 32 * 1024 * 1024);
    const journal = await files.open({ reserve, leavesReserve: true });
    await reserve.release();
    expect(existsSync(path)).to.equal(false);
    expect(journal.refusing).to.equal('disk_full');
    expect(await appendText(journal, 'x')).to.deep.equal(REFUSED);
    files.clock.advance(1000);
    expect((await appendText(journal, 'x')).kind).to.equal('durable');
    expect((await DiskReserve.open(options)).isWhole).to.equal(true);
  });

  it('says so from its start on where the disk is full by then', async function () {
    disk = mountSmallDisk(8);
    if (disk === undefined) this.skip();
    disk.fill();
    const { journal } = await onSmallDisk();
    expect(journal.refusing).to.equal('disk_full');
    disk.empty();
    files.clock.advance(1000);
    await until(() => journal.refusing === undefined);
    expect((await appendText(journal, 'x')).kind).to.equal('durable');
  });
});
