/** The inventory in a configuration. */
import { join } from 'node:path';
import { z } from 'zod';
import { SECTION } from '../model/sections.ts';
import { byteSize, duration, flag, wholeNumber } from '../options/option-kinds.ts';
import { defineConsumer, type DescribedConsumer } from '../pipeline/consumer/define-consumer.ts';
import { STORE_NAME } from '../store/store.ts';
import { InventoryConsumer } from './inventory-consumer.ts';
import { inventoryHere } from './inventory-here.ts';
import { inventoryThread } from './inventory-thread.ts';

/** Which APIs there are, and how they are used. */
export const inventoryDescription: DescribedConsumer = defineConsumer({
  type: 'inventory',
  stability: 'beta',
  isOnByDefault: true,
  config: z.strictObject({
    enabled: flag({
      default: true,
      doc: 'Whether the endpoints that are seen are kept in the store.',
    }),
    endpoints_max: wholeNumber({
      ...{ min: 10, max: 100_000, default: 10_000 },
      doc: 'Endpoints of all services together; what comes beyond is not kept, counted.',
    }),
    memory_max: byteSize({
      ...{ min: '4MiB', max: '4GiB', default: '64MiB' },
      doc: 'Memory of endpoints; beyond it those not asked for for longest are read from the store again when they are, counted.',
    }),
    waiting_max: byteSize({
      ...{ min: '64KiB', max: '1GiB', default: '16MiB' },
      doc: 'Facts on their way to the thread that keeps the inventory; with more, it reads no further for a while, counted, and the journal keeps what comes.',
    }),
    silence_max: duration({
      ...{ min: '5s', max: '1h', default: '2m' },
      doc: 'How long the thread that keeps the inventory may be busy without a word; then it is ended and begun again, counted. A record that this happens with three times becomes a dead letter.',
    }),
    save_interval: duration({
      ...{ min: '1s', max: '10m', default: '5s' },
      doc: 'How often what changed is written to the store; after a crash the journal is read again from there.',
    }),
    finding_close_after: duration({
      ...{ min: '1m', max: '365d', default: '7d' },
      doc: 'A finding whose cause was not seen for so long, while requests went on, is closed.',
    }),
    retention: duration({
      ...{ min: '1h', max: '3650d', default: '90d' },
      doc: 'An endpoint that was not asked for for so long is forgotten, counted.',
    }),
  }),
  about: () => ({
    name: 'inventory',
    sections: [SECTION.facts],
    rules: [],
    hasShippedRules: false,
  }),
  create: (written, { folder, hasThreads, ...needs }) =>
    new InventoryConsumer({
      ...needs,
      start: hasThreads
        ? inventoryThread({ clock: needs.clock, silenceMsMax: written.silence_max })
        : inventoryHere(needs),
      settings: {
        storePath: join(folder, STORE_NAME),
        saveIntervalMs: written.save_interval,
        closeAfterMs: written.finding_close_after,
        limits: {
          endpointsMax: written.endpoints_max,
          memoryBytesMax: written.memory_max,
          retentionMs: written.retention,
        },
      },
      waitingBytesMax: written.waiting_max,
    }),
});
