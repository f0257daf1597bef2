import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import { InventoryConsumer } from '#processor/inventory/inventory-consumer.ts';
import { inventoryHere } from '#processor/inventory/inventory-here.ts';
import { inventoryThread } from '#processor/inventory/inventory-thread.ts';
import type { StartInventory } from '#processor/inventory/messages.ts';
import { noCounters } from '#processor/pipeline/counters.ts';
import { silentLogger } from '#processor/pipeline/logger.ts';
import { systemClock } from '#processor/pipeline/clock.ts';
import { openStoreBeside } from '#processor/store/store.ts';
import { encodeFacts } from '../../src/model/facts/encode-facts.ts';
import { runtimeOf, ScriptedSource } from '../scripted-source.ts';
import { until } from '../test-journal.ts';
import { factsOf } from './facts-of.ts';

const FACTS = encodeFacts(
  factsOf({ 'http.request.method': 'GET', 'http.route': '/a', 'http.response.status_code': 200 }),
);
const inThread = inventoryThread({ clock: systemClock, silenceMsMax: 600_000 });
const LIMITS = { endpointsMax: 10, memoryBytesMax: 1_000_000, retentionMs: 1e12 };

describe('the consumer of the inventory', () => {
  let folder: string;
  let storePath: string;
  let source: ScriptedSource;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanguard-inventory-'));
    storePath = join(folder, 'store.sqlite');
    source = new ScriptedSource();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const consumerOf = (start: StartInventory): InventoryConsumer =>
    new InventoryConsumer({
      ...{ counters: noCounters, logger: silentLogger, waitingBytesMax: 1_000_000, start },
      settings: { storePath, saveIntervalMs: 1000, limits: LIMITS, closeAfterMs: 1000 },
    });

  /** Requests of each endpoint, as a command would read them. */
  const stored = (): readonly number[] => {
    const store = openStoreBeside(storePath, { readOnly: true });
    const requests = store.endpoints.list().map(({ endpoint }) => endpoint.requests);
    store.close();
    return requests;
  };

  it('saves now and then, and only then moves its cursor', async () => {
    const clock = new FakeClock();
    const runtime = runtimeOf({ clock, source, consumer: consumerOf(inventoryHere({ clock })) });
    await runtime.start();
    source.put({ facts: FACTS });
    source.put({ facts: FACTS });
    await until(() => source.released.length === 2);
    expect([source.committed, stored()]).to.deep.equal([-1, []]);
    clock.advance(1000);
    await until(() => source.committed === 1);
    expect(stored()).to.deep.equal([2]);
    await runtime.shutdown({ atMs: clock.monotonic() + 1000 });
  });

  it('saves all at the end, in a thread of its own, and takes nothing twice', async () => {
    for (let life = 1; life <= 2; life += 1) {
      const consumer = consumerOf(inThread);
      source = new ScriptedSource();
      for (let at = 0; at < 5 * life; at += 1) source.put({ facts: FACTS });
      const runtime = runtimeOf({ clock: systemClock, source, consumer });
      await runtime.start();
      await until(() => source.released.length === 5 * life);
      await runtime.shutdown({ atMs: systemClock.monotonic() + 60_000 });
      expect(stored()).to.deep.equal([5 * life]);
    }
  });

  it('does not come up without a store', async () => {
    const clock = new FakeClock();
    const consumer = consumerOf(inThread);
    storePath = join(folder, 'missing', 'store.sqlite');
    const lost = consumerOf(inThread);
    const runtime = runtimeOf({ clock, source, consumer: lost });
    const error: unknown = await runtime.start().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error).with.property('code', 'ENOENT');
    await lost.close();
    await consumer.close();
  });

  it('gets over entries that it dies of, each after three deaths, though nothing is saved between', async () => {
    const clock = new FakeClock();
    const deadly = new Set([1, 2]);
    const deaths: number[] = [];
    const mortal: StartInventory = (settings, listener) => {
      const port = inventoryHere({ clock })(settings, listener);
      let isDead = false;
      return {
        post: (request) => {
          if (isDead) return;
          if (request.kind !== 'entry' || !deadly.has(request.sequence)) {
            port.post(request);
            return;
          }
          isDead = true;
          deaths.push(request.sequence);
          // Those before it are answered first.
          setImmediate(() => {
            port.end().then(() => listener.onDeath(new RangeError('dead')), listener.onDeath);
          });
        },
        end: () => port.end(),
      };
    };
    const runtime = runtimeOf({ clock, source, consumer: consumerOf(mortal) });
    await runtime.start();
    for (let at = 0; at < 4; at += 1) source.put({ facts: FACTS });
    // Saved only once all is behind it.
    while (source.committed < 3) {
      clock.advance(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(deaths).to.deep.equal([1, 1, 1, 2, 2, 2]);
    await runtime.shutdown({ atMs: clock.monotonic() + 1000 });
    expect(stored()).to.deep.equal([2]);
  });
});
