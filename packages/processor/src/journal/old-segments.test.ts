import { chmodSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { expect } from 'chai';
import {
  appendText,
  readerOf,
  readTexts,
  TestJournal,
  textOf,
  unsyncedFileSystem,
} from '../../test/test-journal.ts';
import { decodeAlert } from '../model/alert-codec.ts';
import { batchIn } from '../model/records.ts';
import { SECTION } from '../model/sections.ts';
import { silentLogger } from '../pipeline/logger.ts';
import { DeadLetters } from '../service/dead-letters.ts';

/** Three journals as version 3 of the format left them, of which one consumer has read the first record. */
const RECORDED = fileURLToPath(new URL('../../test/recorded/journal-3/', import.meta.url));
const TEXTS = [
  'first: read before',
  'second: with what was observed',
  'third: nothing observed',
] as const;

describe('a journal of an earlier version', () => {
  let files: TestJournal;

  beforeEach(() => (files = new TestJournal()));
  afterEach(() => files.close());

  /** Puts a recorded journal where it is opened; gives the path of its segment. */
  function recorded(name: 'journal' | 'alerts' | 'dead-letters'): string {
    cpSync(join(RECORDED, name), files.folder, { recursive: true });
    for (const file of readdirSync(files.folder)) chmodSync(join(files.folder, file), 0o600);
    return join(files.folder, files.segmentFiles[0] ?? '');
  }

  it('is delivered from where its consumers were, and goes on in the new form', async () => {
    recorded('journal');
    const journal = await files.open();
    const [one, other] = [
      await readerOf(journal, 'exporter-otlp_http'),
      await readerOf(journal, 'other'),
    ];
    const first = await other.next();
    expect(first && batchIn(first)).to.include({ signal: 'traces', itemCount: 3 });
    const second = await other.next();
    expect(second && batchIn(second)).to.include({ signal: 'logs', itemCount: 5 });
    expect([textOf(first), textOf(second)]).to.deep.equal(TEXTS.slice(0, 2));
    await appendText(journal, 'new');
    await journal.removeWhatIsRead();
    expect(await readTexts(one, 3)).to.deep.equal([TEXTS[1], TEXTS[2], 'new']);
    expect(await readTexts(other, 2)).to.deep.equal([TEXTS[2], 'new']);
    await journal.close();
    const again = await files.open();
    expect(await readTexts(await readerOf(again, 'late'), 1)).to.deep.equal(['new']);
    expect(Object.fromEntries(files.counted)).to.deep.equal({});
  });

  it('has nothing left for the rules, which is said once, with the count', async () => {
    recorded('journal');
    const lines: object[] = [];
    const logger = {
      ...silentLogger,
      warn: (fields: object, message: string) => void lines.push({ ...fields, message }),
    };
    const journal = await files.open({ logger });
    const reader = await readerOf(journal, 'correlation', [SECTION.facts]);
    for (const _ of TEXTS) {
      expect((await reader.next())?.section(SECTION.facts)).to.equal(undefined);
    }
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({ folder: files.folder, records: 2 });
  });

  it('loses the record whose bytes are damaged, and no other', async () => {
    const path = recorded('journal');
    const intact = readFileSync(path);
    const second = intact.indexOf(intact.subarray(20, 28), intact.indexOf(TEXTS[0]));
    const third = intact.indexOf(intact.subarray(20, 28), second + 1);
    for (let at = second; at < third; at += 2) {
      // The checksum of the observations alone: nothing reads those any more.
      if (at >= second + 48 && at < second + 52) continue;
      const damaged = Buffer.from(intact);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      writeFileSync(path, damaged);
      const journal = await files.open({ fileSystem: unsyncedFileSystem });
      const reader = await readerOf(journal, `reader-${at}`);
      const texts = [textOf(await reader.next()), textOf(await reader.next())];
      expect(texts, `byte ${at}`).to.deep.equal([TEXTS[0], TEXTS[2]]);
      await journal.close();
    }
  });

  it('tells the alerts that were not told yet', async () => {
    recorded('alerts');
    const reader = await readerOf(await files.open(), 'channel-webhook');
    const entry = await reader.next();
    expect(decodeAlert(entry?.section(SECTION.payload) ?? Buffer.alloc(0))).to.deep.include({
      id: 'ab'.repeat(16),
      count: 10,
    });
  });

  it('lists its dead letters with where they were going', async () => {
    recorded('dead-letters');
    const letters = new DeadLetters(await files.open(), files.clock);
    const found: unknown[] = [];
    for await (const { stage, name, reason, content, itemCount, at } of letters.list()) {
      found.push([stage, name, reason, content, itemCount, at]);
    }
    expect(found).to.deep.equal([
      ['exporter', 'otlp_http/jaeger', 'status 400', 'logs', 2, '2026-01-01T00:00:00.000Z'],
      ['channel', 'webhook', 'status 410', 'alert', 1, '2026-01-01T00:00:00.000Z'],
    ]);
  });

  it('is kept aside where it is older than all that is read', async () => {
    const path = recorded('journal');
    const bytes = readFileSync(path);
    bytes.write('1', 18);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 28)), 28);
    writeFileSync(path, bytes);
    await files.open();
    expect(files.segmentFiles).to.deep.equal([]);
  });
});
