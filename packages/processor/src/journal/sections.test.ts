import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  appendText,
  readerOf,
  recordOf,
  TestJournal,
  textOf,
  unsyncedFileSystem,
} from '../../test/test-journal.ts';
import { SECTION } from '../model/sections.ts';
import { type FileSystem, nodeFileSystem } from '../pipeline/file-system.ts';
import type { Journal } from './journal.ts';
import type { JournalReader } from './journal-reader.ts';
import { headerBytesOf } from './record-format.ts';

const FACTS = 'what was seen';
const PAYLOAD = 'what is sent on';
const RECORD_BYTES = headerBytesOf(2) + FACTS.length + PAYLOAD.length;

describe('the sections of a record', () => {
  let files: TestJournal;

  beforeEach(() => (files = new TestJournal()));
  afterEach(() => files.close());

  /** One record between two others, in a journal that was closed; gives the file. */
  async function written(): Promise<{ readonly path: string; readonly at: number }> {
    const journal = await files.open();
    await appendText(journal, 'before');
    await journal.append(recordOf(PAYLOAD, { facts: FACTS, itemCount: 10 }));
    await appendText(journal, 'after');
    await journal.close();
    const path = join(files.folder, files.segmentFiles[0] ?? '');
    return { path, at: readFileSync(path).indexOf(FACTS) - headerBytesOf(2) };
  }

  function flip(path: string, at: number): void {
    const bytes = readFileSync(path);
    bytes[at] = (bytes[at] ?? 0) ^ 0x10;
    writeFileSync(path, bytes);
  }

  /** What a reader of some sections finds, as one text. */
  async function found(journal: Journal, name: string, types: readonly number[]): Promise<string> {
    return read(await readerOf(journal, name, types), types);
  }
  async function read(reader: JournalReader, types: readonly number[]): Promise<string> {
    const texts: string[] = [];
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
      texts.push(types.map((type) => textOf(entry, type)).join('+'));
      entry.release?.();
    }
    return texts.join(' | ');
  }

  it('are damaged one by one: who does not read what is damaged reads on', async () => {
    const { path, at } = await written();
    const intact = readFileSync(path);
    const factsAt = at + headerBytesOf(2);
    const payloadAt = factsAt + FACTS.length;
    for (let hit = at; hit < at + RECORD_BYTES; hit += 3) {
      writeFileSync(path, intact);
      flip(path, hit);
      const journal = await files.open({ fileSystem: unsyncedFileSystem });
      const [facts, payload] = [
        await found(journal, `facts-${hit}`, [SECTION.facts]),
        await found(journal, `payload-${hit}`, [SECTION.payload]),
      ];
      await journal.close();
      const isFactsHit = hit < payloadAt;
      const isPayloadHit = hit < factsAt || hit >= payloadAt;
      expect(facts, `byte ${hit - at}`).to.equal(isFactsHit ? ' | ' : ` | ${FACTS} | `);
      expect(payload, `byte ${hit - at}`).to.equal(
        isPayloadHit ? 'before | after' : `before | ${PAYLOAD} | after`,
      );
      const missing = (name: string): number =>
        files.counted.get(`journal.missing_items ${name}-${hit}`) ?? 0;
      expect([missing('facts'), missing('payload')]).to.deep.equal([
        isFactsHit ? 10 : 0,
        isPayloadHit ? 10 : 0,
      ]);
    }
  });

  it('cost those who read them where they are damaged while the journal is open', async () => {
    const journal = await files.open({ limits: { recentBytesMax: 0 } });
    const [facts, payload] = [
      await readerOf(journal, 'facts', [SECTION.facts]),
      await readerOf(journal, 'payload', [SECTION.payload]),
    ];
    await journal.append(recordOf(PAYLOAD, { facts: FACTS }));
    const path = join(files.folder, files.segmentFiles[0] ?? '');
    flip(path, readFileSync(path).indexOf(PAYLOAD));
    expect(await read(facts, [SECTION.facts])).to.equal(FACTS);
    expect(await read(payload, [SECTION.payload])).to.equal('');
    expect(files.counted.get('journal.damaged')).to.equal(1);
  });

  it('are no record where they are torn out of one that nobody was told of', async () => {
    const { path, at } = await written();
    // Killed in the middle of the write: the cursor of what was acknowledged is not there yet.
    const cursors = readdirSync(files.folder).filter((name) => name.endsWith('.cursor'));
    for (const name of cursors) truncateSync(join(files.folder, name), 0);
    flip(path, at + RECORD_BYTES - 1);
    truncateSync(path, at + RECORD_BYTES);
    const journal = await files.open();
    expect(await found(journal, 'facts', [SECTION.facts])).to.equal('');
    expect(await found(journal, 'payload', [SECTION.payload])).to.equal('before');
    expect(files.counted.get('journal.missing_items facts')).to.equal(undefined);
  });

  it('are not read from disk by those who do not ask for them', async () => {
    let bytes = 0;
    const fileSystem: FileSystem = {
      ...nodeFileSystem,
      open: async (path, mode) => {
        const file = await nodeFileSystem.open(path, mode);
        const counting: typeof file.read = async (buffer, at) => {
          const length = await file.read(buffer, at);
          if (path.endsWith('.journal')) bytes += length;
          return length;
        };
        return { ...file, read: counting };
      },
    };
    const large = 'x'.repeat(300_000);
    const journal = await files.open({ fileSystem, limits: { recentBytesMax: 0 } });
    await journal.append(recordOf(large, { facts: FACTS }));
    await journal.append(recordOf('small', { facts: large }));
    expect(await found(journal, 'facts', [SECTION.facts])).to.equal(`${FACTS} | ${large}`);
    expect(bytes).to.be.within(300_000, 340_000);
    bytes = 0;
    expect(await found(journal, 'payload', [SECTION.payload])).to.equal(`${large} | small`);
    expect(bytes).to.be.within(300_000, 340_000);
  });
});
