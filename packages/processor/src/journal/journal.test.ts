import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import { silentLogger } from '../pipeline/logger.ts';
import { type FileSystem, nodeFileSystem } from '../pipeline/file-system.ts';
import type { AppendResult } from './append.ts';
import { Journal } from './journal.ts';
import { JOURNAL_LIMITS, type JournalLimits } from './journal-limits.ts';
import type { JournalReader } from './journal-reader.ts';
import { nextOf, readerOf, recordOf, textOf, until } from '../../test/test-journal.ts';
import { SECTION } from '../model/sections.ts';
import { headerOf } from './append.ts';
import { encodeHeader, encodePreamble, headerBytesOf, PREAMBLE_BYTES } from './record-format.ts';

const HEADER_BYTES = headerBytesOf(1);

describe('the journal', function () {
  let folder = '';
  let counted: Map<string, number>;
  const clock = new FakeClock();
  const open: Journal[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'journal-'));
    counted = new Map();
  });
  afterEach(async () => {
    for (const journal of open.splice(0)) await journal.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function opened(
    limits: Partial<JournalLimits> = {},
    fileSystem: FileSystem = nodeFileSystem,
  ): Promise<Journal> {
    const counters = {
      add: (name: string, value: number) =>
        void counted.set(name, (counted.get(name) ?? 0) + value),
    };
    const journal = await Journal.open({
      folder,
      fileSystem,
      clock,
      counters,
      logger: silentLogger,
      limits: { ...JOURNAL_LIMITS, ...limits },
    });
    open.push(journal);
    return journal;
  }

  function append(journal: Journal, text: string): Promise<AppendResult> {
    return journal.append(recordOf(text));
  }

  async function texts(reader: JournalReader, count: number): Promise<string[]> {
    const found: string[] = [];
    while (found.length < count) {
      const entry = await nextOf(reader);
      found.push(textOf(entry));
      reader.commit(entry?.sequence ?? 0);
    }
    return found;
  }

  const segmentFiles = (): string[] =>
    readdirSync(folder).filter((name) => name.endsWith('.journal'));

  it('hands records to every reader in the order of their appends', async () => {
    const journal = await opened();
    const [one, two] = [await readerOf(journal, 'one'), await readerOf(journal, 'two')];
    const results = await Promise.all(['a', 'b', 'c'].map((text) => append(journal, text)));
    expect(results.map(({ kind }) => kind)).to.deep.equal(['durable', 'durable', 'durable']);
    expect(await texts(one, 3)).to.deep.equal(['a', 'b', 'c']);
    expect(await texts(two, 3)).to.deep.equal(['a', 'b', 'c']);
  });

  it('gives back what a record says of itself, and the sections that its reader asks for', async () => {
    const journal = await opened();
    const all = await readerOf(journal, 'all', [SECTION.facts, SECTION.payload]);
    const facts = await readerOf(journal, 'facts', [SECTION.facts]);
    await journal.append(recordOf('x', { signal: 2, itemCount: 7, facts: 'seen' }));
    await append(journal, 'nothing seen');
    const entry = await all.next();
    expect(entry).to.include({ kind: 0, signal: 2, itemCount: 7 });
    expect([textOf(entry), textOf(entry, SECTION.facts)]).to.deep.equal(['x', 'seen']);
    const seen = await facts.next();
    expect([seen?.section(SECTION.payload), textOf(seen, SECTION.facts)]).to.deep.equal([
      undefined,
      'seen',
    ]);
    expect((await facts.next())?.section(SECTION.facts)).to.equal(undefined);
  });

  it('hands what was just written to those right behind, without reading it back', async () => {
    let reads = 0;
    const fileSystem: FileSystem = {
      ...nodeFileSystem,
      open: async (path, mode) => {
        const file = await nodeFileSystem.open(path, mode);
        return { ...file, read: (buffer, at) => ((reads += 1), file.read(buffer, at)) };
      },
    };
    const journal = await opened({ recentBytesMax: 5 }, fileSystem);
    const [all, observed] = [
      await readerOf(journal, 'one'),
      await readerOf(journal, 'two', [SECTION.facts]),
    ];
    for (const text of ['first', 'other']) {
      await append(journal, text);
      expect(await texts(all, 1)).to.deep.equal([text]);
      expect((await observed.next())?.section(SECTION.payload)).to.equal(undefined);
    }
    expect(reads, 'right behind').to.equal(0);
    for (const text of ['again', 'since']) await append(journal, text);
    expect(await texts(all, 2)).to.deep.equal(['again', 'since']);
    expect(reads, 'one behind').to.equal(1);
  });

  it('wakes a reader that waits, and ends one that is closed', async () => {
    const journal = await opened();
    const reader = await readerOf(journal, 'one');
    expect(await reader.next()).to.equal(undefined);
    const wait = reader.wait();
    await append(journal, 'late');
    expect(await wait).to.equal(true);
    expect(textOf(await reader.next())).to.equal('late');
    const last = reader.wait();
    reader.close();
    expect(await last).to.equal(false);
    expect(await reader.wait()).to.equal(false);
  });

  it('goes on from the cursor after a restart, and never gives a sequence twice', async () => {
    const first = await opened();
    await append(first, 'a');
    await append(first, 'b');
    expect(await texts(await readerOf(first, 'one'), 1)).to.deep.equal(['a']);
    await first.close();
    const second = await opened();
    const result = await append(second, 'c');
    expect(await texts(await readerOf(second, 'one'), 2)).to.deep.equal(['b', 'c']);
    expect(result).to.have.property('sequence').greaterThan(first.lastSequence);
  });

  it('never gives a sequence below a cursor again, however often it is started empty', async () => {
    const first = await opened();
    await append(first, 'a');
    await first.close();
    const second = await opened();
    await texts(await readerOf(second, 'one'), 1);
    await second.close();
    // Whether the segment is there still or gone with the restart: the cursor knows its sequence.
    for (const name of segmentFiles()) rmSync(join(folder, name));
    for (let start = 0; start < 3; start += 1) await (await opened()).close();
    const last = await opened();
    const reader = await readerOf(last, 'one');
    await append(last, 'acknowledged');
    expect(await texts(reader, 1)).to.deep.equal(['acknowledged']);
  });

  it('reads again what a damaged cursor was past, and never skips', async () => {
    const first = await opened();
    await append(first, 'a');
    await texts(await readerOf(first, 'one'), 1);
    await append(first, 'b');
    await first.close();
    const path = join(folder, 'one.cursor');
    const intact = readFileSync(path);
    for (const both of [false, true]) {
      for (let at = 0; at < 24; at += 1) {
        const damaged = Buffer.from(intact);
        for (const slot of both ? [0, 4096] : [4096]) {
          damaged[slot + at] = (damaged[slot + at] ?? 0) ^ 8;
        }
        writeFileSync(path, damaged);
        const journal = await opened();
        const entry = await (await readerOf(journal, 'one')).next();
        expect(textOf(entry), `byte ${at}`).to.equal('a');
        await journal.close();
      }
    }
  });

  it('counts the sequences in names of files kept aside', async () => {
    writeFileSync(join(folder, '0000000005000000.journal.unreadable'), 'whatever');
    const result = await append(await opened(), 'a');
    expect(result).to.have.property('sequence').above(5_000_000);
  });

  it('keeps every record but the damaged one, whichever byte is flipped', async () => {
    const journal = await opened();
    for (const text of ['first record', 'second record', 'third record'])
      await append(journal, text);
    await journal.close();
    const [name = ''] = segmentFiles();
    const intact = readFileSync(join(folder, name));
    const second = intact.indexOf('second record') - HEADER_BYTES;
    for (let at = second; at < second + HEADER_BYTES + 'second record'.length; at += 1) {
      const damaged = Buffer.from(intact);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      writeFileSync(join(folder, name), damaged);
      const again = await opened();
      expect(await texts(await readerOf(again, `reader-${at}`), 2), `byte ${at}`).to.deep.equal([
        'first record',
        'third record',
      ]);
      await again.close();
    }
    expect(counted.get('journal.damaged')).to.equal(HEADER_BYTES + 'second record'.length);
  });

  it('reads what is whole of a torn tail, at every length', async () => {
    const journal = await opened();
    await append(journal, 'whole');
    await append(journal, 'torn');
    await journal.close();
    const [name = ''] = segmentFiles();
    const intact = readFileSync(join(folder, name));
    const torn = intact.indexOf('torn') - HEADER_BYTES;
    for (let length = torn; length < intact.length; length += 1) {
      writeFileSync(join(folder, name), intact.subarray(0, length));
      const again = await opened();
      expect(await texts(await readerOf(again, `reader-${length}`), 1)).to.deep.equal(['whole']);
      await again.close();
    }
  });

  it('keeps a file of another version aside and starts', async () => {
    const head = encodePreamble(Buffer.alloc(8, 7));
    head.write('9', 18);
    head.writeUInt32LE(crc32(head.subarray(0, -4)), head.length - 4);
    writeFileSync(join(folder, '0000000000000001.journal'), head);
    const journal = await opened();
    expect((await append(journal, 'a')).kind).to.equal('durable');
    expect(readdirSync(folder)).to.include('0000000000000001.journal.unreadable');
  });

  it('keeps files without a readable record aside, and no more than sixteen of them', async () => {
    for (let index = 10; index < 30; index += 1) {
      writeFileSync(join(folder, `00000000000000${index}.journal`), 'whatever '.repeat(9));
    }
    writeFileSync(join(folder, '0000000000000099.journal'), '');
    await opened();
    const kept = readdirSync(folder).filter((name) => name.endsWith('.unreadable'));
    expect(kept).to.have.length(16).and.include('0000000000000029.journal.unreadable');
    expect(segmentFiles()).to.deep.equal([]);
  });

  it('reads everything whichever byte of the preamble is flipped', async () => {
    const journal = await opened();
    for (const text of ['a', 'b']) await append(journal, text);
    await journal.close();
    const [name = ''] = segmentFiles();
    const intact = readFileSync(join(folder, name));
    for (let at = 0; at < PREAMBLE_BYTES; at += 1) {
      const damaged = Buffer.from(intact);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(join(folder, name), damaged);
      const again = await opened();
      expect(await texts(await readerOf(again, `reader-${at}`), 2)).to.deep.equal(['a', 'b']);
      await again.close();
    }
  });

  it('takes no record from inside a payload', async () => {
    const inner = recordOf('forged');
    const header = headerOf(inner, { sequence: 1000, appendedAtMs: 0, itemsBefore: 0 });
    const forged = encodeHeader(header, Buffer.from('a guess!'));
    const journal = await opened();
    await append(journal, `outer${forged.toString('latin1')}forged`);
    await append(journal, 'last');
    await journal.close();
    const path = join(folder, segmentFiles()[0] ?? '');
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('outer')] = 0;
    writeFileSync(path, bytes);
    expect(await texts(await readerOf(await opened(), 'one'), 1)).to.deep.equal(['last']);
  });

  it('removes segments that all readers are done with, and no others', async () => {
    const journal = await opened({ segmentBytesMax: 100 });
    const [fast, slow] = [await readerOf(journal, 'fast'), await readerOf(journal, 'slow')];
    for (const text of ['a', 'b', 'c']) await append(journal, text.repeat(100));
    await journal.removeWhatIsRead();
    await texts(fast, 3);
    expect(segmentFiles()).to.have.length(3);
    await texts(slow, 2);
    clock.advance(250);
    await until(() => segmentFiles().length === 1);
    expect(await texts(slow, 1)).to.deep.equal(['c'.repeat(100)]);
  });

  it('removes nothing before every consumer has its reader', async () => {
    const limits = { segmentBytesMax: 100 };
    const first = await opened(limits);
    const fast = await readerOf(first, 'fast');
    await readerOf(first, 'slow');
    for (const text of ['a', 'b']) await append(first, text.repeat(100));
    await texts(fast, 2);
    await first.close();
    const second = await opened(limits);
    // Its file gone, the cursor is made anew, which syncs it: what it is past is not removed yet.
    await (await readerOf(second, 'fast')).commitDurably(Number.MAX_SAFE_INTEGER);
    expect(segmentFiles()).to.have.length(2);
    const slow = await readerOf(second, 'slow');
    await second.removeWhatIsRead();
    expect(await texts(slow, 2)).to.deep.equal(['a', 'b'].map((text) => text.repeat(100)));
    await slow.flushAndClose();
    await second.removeWhatIsRead();
    expect(segmentFiles()).to.deep.equal([]);
  });

  it('removes nothing while it closes: what one is done with, another may not be', async () => {
    const journal = await opened({ segmentBytesMax: 100 });
    const [fast] = [await readerOf(journal, 'fast'), await readerOf(journal, 'slow')];
    await journal.removeWhatIsRead();
    for (const text of ['a', 'b']) await append(journal, text.repeat(100));
    await nextOf(fast);
    fast.commit((await nextOf(fast))?.sequence ?? 0);
    await journal.close();
    const slow = await readerOf(await opened(), 'slow');
    expect(await texts(slow, 2)).to.deep.equal(['a', 'b'].map((text) => text.repeat(100)));
  });

  it('reads again where the disk fails for a moment, and passes over what it never reads', async () => {
    let failures = 0;
    const fileSystem: FileSystem = {
      ...nodeFileSystem,
      open: async (path, mode) => {
        const file = await nodeFileSystem.open(path, mode);
        const read: typeof file.read = (buffer, at) =>
          failures-- > 0 ? Promise.reject(new Error('EIO')) : file.read(buffer, at);
        return { ...file, read };
      },
    };
    const journal = await opened({ recentBytesMax: 0 }, fileSystem);
    const reader = await readerOf(journal, 'one');
    for (const text of ['a', 'b', 'c']) await append(journal, text);
    const outcome = (): Promise<string> => reader.next().then(textOf, String);
    failures = 4;
    for (let turn = 0; turn < 4; turn += 1) expect(await outcome()).to.equal('Error: EIO');
    expect(await outcome()).to.equal('a');
    failures = 5;
    for (let turn = 0; turn < 4; turn += 1) expect(await outcome()).to.equal('Error: EIO');
    expect(await outcome()).to.equal('c');
    expect(counted.get('journal.damaged')).to.equal(1);
    expect(counted.get('journal.missing_items')).to.equal(1);
  });

  it('drops the oldest at its limit of bytes, counted', async () => {
    const journal = await opened({ segmentBytesMax: 100, totalBytesMax: 570 });
    const reader = await readerOf(journal, 'one');
    for (const text of ['a', 'b', 'c', 'd']) await append(journal, text.repeat(100));
    await until(() => journal.bytes <= 570);
    expect(counted.get('journal.dropped_items')).to.equal(1);
    expect(await texts(reader, 3)).to.deep.equal(['b', 'c', 'd'].map((text) => text.repeat(100)));
  });

  it('drops what is too old', async () => {
    const journal = await opened({ segmentBytesMax: 100, ageMsMax: 1000 });
    await append(journal, 'a'.repeat(100));
    clock.advance(1001);
    await append(journal, 'b');
    await until(() => segmentFiles().length === 1);
    expect(counted.get('journal.dropped_items')).to.equal(1);
  });

  it('drops nothing for a wall clock that jumps, not even over restarts', async () => {
    const limits = { segmentBytesMax: 100, ageMsMax: 1000 };
    let journal = await opened(limits);
    await append(journal, 'a'.repeat(100));
    for (let start = 0; start < 3; start += 1) {
      await journal.close();
      clock.set(clock.now() + 30 * 86_400_000);
      journal = await opened(limits);
      await append(journal, 'b'.repeat(100));
    }
    expect(counted.get('journal.dropped_items')).to.equal(undefined);
    expect(await texts(await readerOf(journal, 'one'), 4)).to.have.length(4);
  });

  it('takes a record right at its limit and refuses one above it', async () => {
    const journal = await opened({ recordBytesMax: HEADER_BYTES + 100 });
    expect((await append(journal, 'x'.repeat(100))).kind).to.equal('durable');
    expect(await append(journal, 'x'.repeat(101))).to.deep.equal({
      kind: 'refused',
      reason: 'limit',
    });
  });

  it('refuses appends after it is closed', async () => {
    const journal = await opened();
    await journal.close();
    expect(await append(journal, 'x')).to.deep.equal({ kind: 'refused', reason: 'closed' });
  });
});
