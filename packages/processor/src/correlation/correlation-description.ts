/** Correlation in a configuration. */
import { join } from 'node:path';
import { CorrelationEngine } from '@spanguard/sigma';
import { z } from 'zod';
import { byteSize, duration, flag, textList } from '../options/option-kinds.ts';
import { SECTION } from '../model/sections.ts';
import { defineConsumer, type DescribedConsumer } from '../pipeline/consumer/define-consumer.ts';
import { Correlator } from './correlator.ts';
import { SnapshotFile } from './snapshot-file.ts';

/** Rules over what was seen. */
export const correlationDescription: DescribedConsumer = defineConsumer({
  type: 'correlate',
  stability: 'stable',
  isOnByDefault: true,
  config: z.strictObject({
    enabled: flag({ default: true, doc: 'Whether rules run, and alerts are raised.' }),
    rules: textList('Files or folders of Sigma rules, besides the shipped ones.'),
    shipped_rules: flag({ default: true, doc: 'Whether the rules shipped with Spanguard run.' }),
    lateness: duration({
      min: '0s',
      max: '10m',
      default: '30s',
      doc: 'How late, in event time, an event may arrive and still count.',
    }),
    memory_max: byteSize({
      min: '1MiB',
      max: '16GiB',
      default: '256MiB',
      doc: 'Memory of all entities that rules count, together; beyond it those seen once leave first, then the least recent, counted.',
    }),
    snapshot_interval: duration({
      min: '1s',
      max: '10m',
      default: '10s',
      doc: 'How often windows are saved; after a crash the journal is replayed from there.',
    }),
  }),
  about: ({ rules, shipped_rules: hasShippedRules }) => ({
    name: 'correlation',
    sections: [SECTION.facts],
    rules,
    hasShippedRules,
  }),
  create: (written, { ruleset, folder, fileSystem, withRoom, key, ...needs }) =>
    new Correlator({
      ...needs,
      engine: new CorrelationEngine(ruleset, {
        latenessMs: written.lateness,
        groupBytesMax: written.memory_max,
        // Facts are dated no later than they come in, so that a journal read again reads the same.
        now: () => needs.clock.now(),
      }),
      snapshots: new SnapshotFile(join(folder, 'windows.snapshot'), fileSystem, withRoom),
      snapshotIntervalMs: written.snapshot_interval,
      alertKey: key('alerts'),
    }),
});
