/** What the inventory and its store count. */
import { join } from 'node:path';
import { FakeClock } from '@spanguard/testkit';
import { InventoryConsumer } from '#processor/inventory/inventory-consumer.ts';
import { inventoryHere } from '#processor/inventory/inventory-here.ts';
import { silentLogger } from '#processor/pipeline/logger.ts';
import { SqliteDatabase } from '#processor/store/sqlite-database.ts';
import { encodeFacts } from '../../src/model/facts/encode-facts.ts';
import { FACTS_MS, type FactFields, factsOf } from '../inventory/facts-of.ts';
import { CLOSE_AFTER_MS, InventoryScene } from '../inventory/inventory-scene.ts';
import { runtimeOf, ScriptedSource } from '../scripted-source.ts';
import { until } from '../test-journal.ts';
import type { Scenario } from './scenario.ts';

const DAY_MS = 86_400_000;
const SETTINGS = {
  saveIntervalMs: 1000,
  closeAfterMs: 1000,
  limits: { endpointsMax: 10, memoryBytesMax: 4096, retentionMs: DAY_MS },
};

const request = (path: string, more: FactFields = {}): FactFields => ({
  ...{ 'http.request.method': 'GET', 'url.path': path, 'http.response.status_code': 200 },
  ...more,
});

/** In the order requests come to it. */
export const INVENTORY_SCENARIOS: readonly Scenario[] = [
  {
    name: 'endpoints that are learned, too many, too large, and not seen again',
    moves: [
      ...(['inventory.requests', 'inventory.unplaced', 'inventory.learned'] as const),
      ...(['inventory.refused', 'inventory.clipped'] as const),
      ...(['inventory.evicted', 'inventory.expired'] as const),
    ],
    happen: async ({ counters }) => {
      const scene = new InventoryScene(SETTINGS.limits, counters);
      scene.facts(request('/nowhere', { 'http.response.status_code': 404 }));
      for (let at = 0; at < 8; at += 1) scene.facts(request(`/articles/about-things-${at}`));
      for (let at = 0; at < 20; at += 1) {
        scene.facts(request('/', { 'http.route': '/', 'server.address': `host${at}.example` }));
        scene.facts(request('/', { 'http.route': `/route-${at}` }));
      }
      scene.save();
      scene.detector.clock.advance(2 * DAY_MS);
      scene.save().close();
    },
  },
  {
    name: 'a finding whose cause comes and goes',
    moves: ['posture.opened', 'posture.closed'],
    happen: async ({ counters }) => {
      const scene = new InventoryScene({}, counters);
      const plain = { 'tls.established': false, 'server.address': 'shop.example' };
      scene.facts(request('/a', plain)).save();
      const timestamp = FACTS_MS + CLOSE_AFTER_MS + 1;
      scene.facts(request('/a', { ...plain, 'tls.established': true, timestamp })).save();
      scene.close();
    },
  },
  {
    name: 'an inventory that is behind, facts it cannot read, and a store that fails',
    moves: ['inventory.waiting', 'inventory.unreadable', 'store.failed'],
    happen: async ({ counters, folder }) => {
      const clock = new FakeClock();
      const storePath = join(folder, 'store.sqlite');
      const source = new ScriptedSource();
      const consumer = new InventoryConsumer({
        ...{ counters, logger: silentLogger, waitingBytesMax: 1 },
        settings: { ...SETTINGS, storePath },
        // Answers come later than the next entry, as those of a thread do.
        start: (settings, listener) => {
          const port = inventoryHere({ clock })(settings, listener);
          return { ...port, post: (posted) => void setImmediate(() => port.post(posted)) };
        },
      });
      const runtime = runtimeOf({ clock, consumer, source, counters });
      await runtime.start();
      const database = new SqliteDatabase(storePath);
      database.script('DROP TABLE endpoint');
      database.close();
      const facts = encodeFacts(factsOf(request('/a')));
      for (const each of [facts, Uint8Array.of(1, 2, 3), facts]) source.put({ facts: each });
      await until(() => source.released.length === 3);
      clock.advance(SETTINGS.saveIntervalMs);
      await until(() => counters.labelsOf('store.failed') !== undefined);
      await runtime.shutdown({ atMs: clock.monotonic() });
    },
  },
];
