/** Correlation in a configuration. */
import { join } from 'node:path';
import { z } from 'zod';
import { byteSize, duration, flag, textList } from '../options/option-kinds.ts';
import { SECTION } from '../model/sections.ts';
import { defineConsumer, type DescribedConsumer } from '../pipeline/consumer/define-consumer.ts';
import { AnalysisConsumer } from './analysis-consumer.ts';
import { analysisHere } from './analysis-here.ts';
import { analysisThread } from './analysis-thread.ts';

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
    waiting_max: byteSize({
      min: '64KiB',
      max: '1GiB',
      default: '16MiB',
      doc: 'Facts on their way to the thread that runs the rules; with more, correlation reads no further for a while, counted, and the journal keeps what comes.',
    }),
    silence_max: duration({
      min: '5s',
      max: '1h',
      default: '2m',
      doc: 'How long the thread that runs the rules may be busy with one record, or one saving, without a word; then it is ended and begun again, counted. A record that this happens with three times becomes a dead letter.',
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
  create: (written, { rules, folder, key, hasThreads, ...needs }) =>
    new AnalysisConsumer({
      ...needs,
      start: hasThreads
        ? analysisThread({ clock: needs.clock, silenceMsMax: written.silence_max })
        : analysisHere(needs),
      settings: {
        rules,
        latenessMs: written.lateness,
        groupBytesMax: written.memory_max,
        snapshotPath: join(folder, 'windows.snapshot'),
        snapshotIntervalMs: written.snapshot_interval,
        alertKey: key('alerts'),
      },
      waitingBytesMax: written.waiting_max,
    }),
});
