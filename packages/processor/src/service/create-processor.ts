/** Puts a processor together from its configuration: the only place that knows every part. */
import { join } from 'node:path';
import { CorrelationEngine, type Ruleset } from '@spanguard/sigma';
import { ChannelWorker } from '../alerts/channel-worker.ts';
import type { Config } from '../config/shape.ts';
import { Correlator } from '../correlation/correlator.ts';
import { SnapshotFile } from '../correlation/snapshot-file.ts';
import { withReserve } from '../journal/disk-reserve.ts';
import type { Component } from '../pipeline/component.ts';
import { nodeFileSystem } from '../pipeline/file-system.ts';
import { AdminServer } from '../telemetry/admin-server.ts';
import { observeProcess } from '../telemetry/observe-process.ts';
import { createChannels } from './create-channels.ts';
import { createExporters } from './create-exporters.ts';
import { createReceivers } from './create-receivers.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import {
  agedSource,
  closeFoundation,
  type Foundation,
  layFoundation,
  type ProcessorWorld,
  SERVICE_NAME,
} from './foundation.ts';
import { loadRules } from './load-rules.ts';
import { machineAddresses, ownEndpoints } from './own-address.ts';
import { Processor } from './processor.ts';

/** A processor that may be started, or all that is wrong with what it was asked for. */
export type CreatedProcessor =
  | { readonly ok: true; readonly processor: Processor }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Opens the data folder, recovers the journals, compiles policy and rules. Starts nothing. */
export async function createProcessor(
  config: Config,
  world: ProcessorWorld,
): Promise<CreatedProcessor> {
  const rules = loadRules(config.correlate);
  if (!rules.ok) return rules;
  const problems = await ownEndpoints(config.exporters, config.receivers.otlp_http.endpoint, {
    addresses: machineAddresses,
    clock: world.clock,
  });
  if (problems.length > 0) return { ok: false, problems };
  for (const warning of rules.warnings) world.logger.warn({ warning }, 'a rule is doubtful');
  let folder: DataFolder;
  try {
    folder = openDataFolder(config.data);
  } catch (error) {
    return { ok: false, problems: [error instanceof Error ? error.message : String(error)] };
  }
  try {
    const foundation = await layFoundation(config, world, folder);
    return { ok: true, processor: await attach(foundation, rules.ruleset) };
  } catch (error) {
    folder.release();
    return { ok: false, problems: [error instanceof Error ? error.message : String(error)] };
  }
}

/** Attaches the ends, in the order they are started: consumers first, so that nothing piles up. */
async function attach(foundation: Foundation, ruleset: Ruleset): Promise<Processor> {
  const { config, world, metrics, journal, intake } = foundation;
  const exporters = await createExporters(config.exporters, {
    ...foundation,
    ...world,
    source: (consumer, cursor) => agedSource(foundation, { consumer, journal, cursor }),
  });
  const channels = await createChannelWorkers(foundation);
  const correlator = await createCorrelator(foundation, ruleset);
  const receivers = createReceivers(config.receivers, {
    intake,
    clock: world.clock,
    counters: metrics,
    logger: world.logger,
  });
  const parts: Component[] = [...exporters, ...channels, correlator, ...receivers.all];
  metrics.observe('journal.bytes', () => journal.bytes);
  metrics.observe('consumer.age_seconds', () =>
    [...foundation.ages].map(([consumer, { ageMs }]) => ({
      value: ageMs / 1000,
      labels: { consumer },
    })),
  );
  const endObserving = observeProcess(metrics);
  return new Processor({
    parts,
    receivers,
    counters: metrics,
    refusing: () => journal.refusing,
    admin: (notReady) =>
      new AdminServer(
        {
          ...config.admin.endpoint,
          allowedHosts: config.admin.allowed_hosts,
          notReady,
          scrape: (request, response) => metrics.handleScrape(request, response),
        },
        { clock: world.clock, counters: metrics, logger: world.logger },
      ),
    close: async () => {
      endObserving();
      await closeFoundation(foundation);
    },
  });
}

async function createChannelWorkers(foundation: Foundation): Promise<Component[]> {
  const { config, world, metrics, alertJournal, deadLetters, intake, show } = foundation;
  const channels = createChannels(config, {
    clock: world.clock,
    intake,
    serviceName: config.service_name ?? SERVICE_NAME,
    stdout: world.stdout,
    version: world.version,
  });
  return Promise.all(
    [...channels].map(async ([name, channel]) => {
      const source = await agedSource(foundation, {
        consumer: `channel ${name}`,
        journal: alertJournal,
        cursor: `channel-${name.replace('/', '-')}`,
      });
      return new ChannelWorker({
        name,
        channel,
        source,
        show,
        deadLetter: ({ bytes, reason }) =>
          deadLetters.keep(
            { stage: 'channel', name, reason, content: 'alert', itemCount: 1 },
            bytes,
          ),
        clock: world.clock,
        counters: metrics,
        logger: world.logger,
        random: world.random,
      });
    }),
  );
}

async function createCorrelator(foundation: Foundation, ruleset: Ruleset): Promise<Correlator> {
  const { config, world, folder, reserve, metrics, journal, outbox, deadLetters } = foundation;
  const engine = new CorrelationEngine(ruleset, {
    latenessMs: config.correlate.lateness,
    groupsMax: config.correlate.groups_max,
    // Facts are dated no later than they come in, so that a journal read again reads the same.
    now: () => world.clock.now(),
  });
  return new Correlator({
    engine,
    source: await agedSource(foundation, {
      consumer: 'correlation',
      journal,
      cursor: 'correlation',
      part: 'observations',
    }),
    raise: (alert) => outbox.raise(alert),
    checkpoint: () => outbox.checkpoint(),
    quarantine: (bytes, reason) =>
      deadLetters.keep(
        { stage: 'correlation', name: 'rules', reason, content: 'facts', itemCount: 1 },
        bytes,
      ),
    snapshots: new SnapshotFile(join(folder.path, 'windows.json'), nodeFileSystem, (work) =>
      withReserve(reserve, work),
    ),
    snapshotIntervalMs: config.correlate.snapshot_interval,
    alertKey: folder.key('alerts'),
    clock: world.clock,
    counters: metrics,
    logger: world.logger,
  });
}
