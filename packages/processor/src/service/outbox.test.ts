import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import { decodeAlert } from '../model/alert-codec.ts';
import { type FileSystem, nodeFileSystem } from '../pipeline/file-system.ts';
import { Journal } from '../journal/journal.ts';
import { JOURNAL_LIMITS } from '../journal/journal-limits.ts';
import type { Alert, ShownAlert } from '../model/alert.ts';
import { SECTION } from '../model/sections.ts';
import { noCounters } from '../pipeline/counters.ts';
import { silentLogger } from '../pipeline/logger.ts';
import { Outbox } from './outbox.ts';

function alertOf(id: string, { rule = 'r1', entity = 'one' } = {}): Alert {
  const texts = { name: rule, title: rule, description: '', action: '' };
  return {
    id,
    rule: { id: rule, level: 'high', tags: [], ...texts },
    entity: { kind: 'client', value: entity },
    count: 1,
    firstMs: 1,
    lastMs: 2,
    evidence: [],
    services: [],
  };
}

describe('the outbox', () => {
  let folder: string;
  let clock: FakeClock;
  let syncs: number;
  let journal: Journal;
  let outbox: Outbox;
  const counted = new Map<string, number>();

  /** The disk, with its syncs counted. */
  const disk: FileSystem = {
    ...nodeFileSystem,
    open: async (path, mode) => {
      const file = await nodeFileSystem.open(path, mode);
      return {
        ...file,
        sync: () => {
          syncs += 1;
          return file.sync();
        },
      };
    },
  };

  async function open(): Promise<void> {
    journal = await Journal.open({
      folder,
      fileSystem: disk,
      clock,
      counters: noCounters,
      logger: silentLogger,
      limits: JOURNAL_LIMITS,
    });
    outbox = await Outbox.open({
      journal,
      clock,
      counters: { add: (name, value) => void counted.set(name, (counted.get(name) ?? 0) + value) },
      logger: silentLogger,
      // Only the policy makes one; here it is to be told apart from what came in.
      show: (alert) => ({ ...alert, services: ['shown'] }) as unknown as ShownAlert,
      moreId: ({ id }) => `more-${id}`,
    });
  }
  async function close(): Promise<void> {
    outbox.close();
    await journal.close();
  }
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'spanguard-outbox-'));
    clock = new FakeClock();
    syncs = 0;
    counted.clear();
    await open();
  });
  afterEach(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** All that a channel would read. */
  async function contents(): Promise<Alert[]> {
    const reader = await journal.reader('test', [SECTION.payload]);
    const alerts: Alert[] = [];
    while (reader.hasMore) {
      const bytes = (await reader.next())?.section(SECTION.payload);
      const alert = bytes === undefined ? undefined : decodeAlert(bytes);
      if (alert !== undefined) alerts.push(alert);
    }
    reader.close();
    return alerts;
  }

  it('takes each alert once, as it may be shown', async () => {
    expect(await outbox.raise(alertOf('a'))).to.equal(true);
    expect(await outbox.raise(alertOf('a'))).to.equal(false);
    expect(await contents()).to.deep.equal([{ ...alertOf('a'), services: ['shown'] }]);
  });

  it('is not held up by a burst: five thousand alerts and a real one share a few syncs', async () => {
    const before = syncs;
    const burst = Array.from({ length: 5000 }, (_, index) =>
      outbox.raise(alertOf(`b${index}`, { entity: `client-${index}` })),
    );
    expect(await outbox.raise(alertOf('real', { rule: 'r2' }))).to.equal(true);
    expect((await Promise.all(burst)).filter(Boolean)).to.have.length(100);
    expect(syncs - before).to.be.most(3);
    expect((await contents()).map(({ id }) => id).at(-1)).to.equal('real');
    expect(counted.get('alerts.held')).to.equal(4900);
    clock.advance(60_000);
    await clock.advanceAsync(0);
    await close();
    await open();
    const [, more] = (await contents()).slice(-2);
    expect(more).to.include({ id: 'more-b100', count: 4900 });
  });

  it('tells at its end of what it still holds', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, index) => outbox.raise(alertOf(`b${index}`))));
    await close();
    await open();
    expect((await contents()).map(({ rule }) => rule.title).at(-1)).to.equal('2 more: r1');
  });

  it('knows after a restart what correlation may decide again, and forgets it when it may not', async () => {
    await outbox.raise(alertOf('a'));
    const saved = outbox.checkpoint();
    await outbox.raise(alertOf('b', { entity: 'two' }));
    saved();
    await close();
    await open();
    expect(await outbox.raise(alertOf('b', { entity: 'two' }))).to.equal(false);
    expect(await outbox.raise(alertOf('a'))).to.equal(true);
  });
});
