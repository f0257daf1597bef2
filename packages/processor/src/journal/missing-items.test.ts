import {
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { appendText, readerOf, readTexts, TestJournal, until } from '../../test/test-journal.ts';

/** Two records of three items each, as version 2 wrote them. */
const OLD_NAME = '0000000000000040-3132333435363738.journal';
const OLD_BYTES = Buffer.from(
  [
    'U1BBTkdVQVJELkpPVVJOQUwuMgoxMjM0NTY3OKyi+LoxMjM0NTY3OAACAAApAAAAAAAAAAkAAAACAAAAAwAA',
    'AAAAgKptt3lCswNeYrJkDFdbXW9sZCBvbmUxMjM0NTY3OAACAAAqAAAAAAAAAAkAAAACAAAAAwAAAAAAgKpt',
    't3lCqyb/JkVXy2ZbXW9sZCB0d28=',
  ].join(''),
  'base64',
);

describe('what damage takes from a journal', function () {
  let files: TestJournal;

  beforeEach(() => (files = new TestJournal()));
  afterEach(() => files.close());

  /** Four files of one record: of 1, 10, 100 and 1000 items. One consumer has read the first. */
  async function filled(): Promise<string[]> {
    const journal = await files.open({ limits: { segmentBytesMax: 1 } });
    const [done] = [await readerOf(journal, 'done'), await readerOf(journal, 'idle')];
    for (const [index, text] of ['a', 'b', 'c', 'd'].entries()) {
      await appendText(journal, text, 10 ** index);
    }
    await readTexts(done, 1);
    const paths = files.segmentFiles.map((name) => join(files.folder, name));
    await journal.close();
    return paths;
  }

  const missing = (consumer: string): number =>
    files.counted.get(`journal.missing_items ${consumer}`) ?? 0;

  /** What the two consumers read, when one more record of 10,000 items has come. */
  async function readOn(): Promise<{ readonly done: string; readonly idle: string }> {
    const journal = await files.open();
    const [done, idle] = [await readerOf(journal, 'done'), await readerOf(journal, 'idle')];
    await appendText(journal, 'e', 10_000);
    let [doneText, idleText] = ['', ''];
    while (!doneText.endsWith('e')) doneText += (await readTexts(done, 1)).join('');
    while (!idleText.endsWith('e')) idleText += (await readTexts(idle, 1)).join('');
    return { done: doneText, idle: idleText };
  }

  it('is nothing where nothing is damaged, and where a consumer had read it', async () => {
    const [first = ''] = await filled();
    rmSync(first);
    expect(await readOn()).to.deep.equal({ done: 'bcde', idle: 'bcde' });
    expect([missing('done'), missing('idle')]).to.deep.equal([0, 1]);
  });

  const damages: readonly [string, (path: string) => void][] = [
    ['is removed', (path) => rmSync(path)],
    ['is cut to zero', (path) => truncateSync(path, 0)],
    ['is cut in the middle', (path) => truncateSync(path, 60)],
    ['is filled with zeros', (path) => writeFileSync(path, Buffer.alloc(200))],
    [
      'becomes unreadable',
      (path) =>
        writeFileSync(
          path,
          readFileSync(path).map((one) => one ^ 1),
        ),
    ],
  ];
  for (const [title, damage] of damages) {
    it(`is told in items when a file ${title}`, async () => {
      const [, , third = ''] = await filled();
      damage(third);
      expect(await readOn()).to.deep.equal({ done: 'bde', idle: 'abde' });
      expect([missing('done'), missing('idle')]).to.deep.equal([100, 100]);
    });

    it(`is told in items when the last file ${title}, before anything new comes`, async () => {
      const [, , , last = ''] = await filled();
      damage(last);
      const journal = await files.open();
      const [done] = [await readerOf(journal, 'done'), await readerOf(journal, 'idle')];
      await readTexts(done, 2);
      await journal.close();
      expect(await readOn()).to.deep.equal({ done: 'e', idle: 'abce' });
      expect([missing('done'), missing('idle')]).to.deep.equal([1000, 1000]);
    });
  }

  it('is told at once where all files are gone', async () => {
    for (const path of await filled()) rmSync(path);
    const journal = await files.open();
    await readerOf(journal, 'done');
    await readerOf(journal, 'idle');
    expect([missing('done'), missing('idle')]).to.deep.equal([1110, 1111]);
  });

  it('is nothing where files are swapped, copied, or renamed', async () => {
    const [first = '', second = '', third = '', last = ''] = await filled();
    copyFileSync(second, join(files.folder, '0000000000009999-0011223344556677.journal'));
    renameSync(first, `${first}.aside`);
    renameSync(third, first);
    renameSync(`${first}.aside`, third);
    renameSync(last, join(files.folder, '0000000000000000-0011223344556677.journal'));
    expect(await readOn()).to.deep.equal({ done: 'bcde', idle: 'abcde' });
    expect([missing('done'), missing('idle')]).to.deep.equal([0, 0]);
  });

  it('is told once, not at each start', async () => {
    const [, second = ''] = await filled();
    rmSync(second);
    await readOn();
    await (await readerOf(await files.open(), 'done')).flushAndClose();
    expect(missing('done')).to.equal(10);
  });

  it('is not what went at a limit', async () => {
    const limits = { segmentBytesMax: 1, totalBytesMax: 250 };
    const journal = await files.open({ limits });
    const reader = await readerOf(journal, 'one');
    await journal.removeWhatIsRead();
    for (const text of ['a', 'b', 'c', 'd']) await appendText(journal, text, 10);
    await until(() => files.segmentFiles.length === 2);
    expect(await readTexts(reader, 2)).to.deep.equal(['c', 'd']);
    for (const text of ['e', 'f', 'g', 'h']) await appendText(journal, text, 10);
    await journal.close();
    const again = await readerOf(await files.open({ limits }), 'one');
    expect(await readTexts(again, 2)).to.deep.equal(['g', 'h']);
    expect(missing('one')).to.equal(0);
    expect(files.counted.get('journal.dropped_items bytes')).to.equal(40);
  });

  it('is nothing where the journal is of the version before, which is read', async () => {
    writeFileSync(join(files.folder, OLD_NAME), OLD_BYTES, { mode: 0o600 });
    writeFileSync(join(files.folder, 'one.cursor'), '41 ab2de132\n', { mode: 0o600 });
    const journal = await files.open();
    const [one, other] = [await readerOf(journal, 'one'), await readerOf(journal, 'other')];
    await appendText(journal, 'new', 5);
    expect(await readTexts(one, 2)).to.deep.equal(['old two', 'new']);
    expect(await readTexts(other, 3)).to.deep.equal(['old one', 'old two', 'new']);
    await journal.close();
    await appendText(await files.open(), 'newer', 5);
    expect([missing('one'), missing('other')]).to.deep.equal([0, 0]);
  });
});
