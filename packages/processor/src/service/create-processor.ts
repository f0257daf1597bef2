/** Puts a processor together from its configuration: the only place that knows every part. */
import { join } from 'node:path';
import { CorrelationEngine, type Ruleset } from '@spanguard/sigma';
import { ChannelWorker } from '../alerts/channel-worker.ts';
import { shownAlert } from '../alerts/shown-alert.ts';
import type { Config } from '../config/shape.ts';
import { alertId } from '../correlation/alert-id.ts';
import { Correlator } from '../correlation/correlator.ts';
import { SnapshotFile } from '../correlation/snapshot-file.ts';
import { DiskReserve, withReserve } from '../journal/disk-reserve.ts';
import { Journal } from '../journal/journal.ts';
import { JOURNAL_LIMITS, type JournalLimits } from '../journal/journal-limits.ts';
import type { Alert } from '../model/alert.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Component } from '../pipeline/component.ts';
import { nodeFileSystem } from '../pipeline/file-system.ts';
import type { Intake } from '../pipeline/intake.ts';
import type { Logger } from '../pipeline/logger.ts';
import { OtlpHttpReceiver } from '../receivers/otlp-http/otlp-http-receiver.ts';
import { AdminServer } from '../telemetry/admin-server.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { createChannels } from './create-channels.ts';
import { createExporters } from './create-exporters.ts';
import { createMasking, createStages } from './create-stages.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { DeadLetters } from './dead-letters.ts';
import { loadRules } from './load-rules.ts';
import { LoopGuard } from './loop-guard.ts';
import { machineAddresses, ownEndpoints } from './own-address.ts';
import { Outbox } from './outbox.ts';
import { Processor } from './processor.ts';

/** The world a processor runs in. */
export interface ProcessorWorld {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stdout: (text: string) => void;
  readonly version: string;
  /** From 0 to 1, for the jitter of retries. */
  readonly random: () => number;
}

/** A processor that may be started, or all that is wrong with what it was asked for. */
export type CreatedProcessor =
  | { readonly ok: true; readonly processor: Processor }
  | { readonly ok: false; readonly problems: readonly string[] };

const SERVICE_NAME = 'spanguard';
/** Stands for the entity in the id of an alert that tells of several. */
const MORE = 'more';
const DEAD_LETTER_BYTES_MAX = 256 * 1024 * 1024;

/** Everything a processor is made of, before its ends are attached. */
interface Foundation {
  readonly config: Config;
  readonly world: ProcessorWorld;
  readonly folder: DataFolder;
  readonly reserve: DiskReserve;
  readonly metrics: Metrics;
  readonly journal: Journal;
  readonly alertJournal: Journal;
  readonly deadLetterJournal: Journal;
  readonly deadLetters: DeadLetters;
  readonly outbox: Outbox;
  readonly intake: Intake;
  readonly loops: LoopGuard;
  /** What channels, and the outbox, may show and keep of an alert. */
  readonly show: (alert: Alert) => Alert;
}

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
  let folder: DataFolder;
  try {
    folder = openDataFolder(config.data);
  } catch (error) {
    return { ok: false, problems: [error instanceof Error ? error.message : String(error)] };
  }
  try {
    const foundation = await lay(config, world, folder);
    return { ok: true, processor: await attach(foundation, rules.ruleset) };
  } catch (error) {
    folder.release();
    return { ok: false, problems: [error instanceof Error ? error.message : String(error)] };
  }
}

async function lay(config: Config, world: ProcessorWorld, folder: DataFolder): Promise<Foundation> {
  const serviceName = config.service_name ?? SERVICE_NAME;
  const metrics = createMetrics({ serviceName });
  const alertKey = folder.key('alerts');
  const total = { totalBytesMax: config.journal.total_bytes_max, ageMsMax: config.journal.age_max };
  const files = { fileSystem: nodeFileSystem, logger: world.logger };
  const reserve = await DiskReserve.open({ path: join(folder.path, 'reserve'), ...files });
  const open = (
    name: string,
    limits: Partial<JournalLimits>,
    leavesReserve = false,
  ): Promise<Journal> =>
    Journal.open({
      ...files,
      reserve,
      leavesReserve,
      folder: join(folder.path, name),
      clock: world.clock,
      counters: metrics,
      limits: { ...JOURNAL_LIMITS, ...limits },
    });
  const journal = await open('journal', total, true);
  const alertJournal = await open('alerts', total);
  const deadLetterJournal = await open('dead-letters', {
    ...total,
    totalBytesMax: DEAD_LETTER_BYTES_MAX,
  });
  const masking = createMasking(config.redact, folder);
  const show = (alert: Alert): Alert => shownAlert(alert, masking.policy);
  const loops = new LoopGuard({ counters: metrics, logger: world.logger });
  return {
    config,
    world,
    folder,
    reserve,
    metrics,
    show,
    loops,
    journal,
    alertJournal,
    deadLetterJournal,
    deadLetters: new DeadLetters(deadLetterJournal, world.clock),
    outbox: await Outbox.open({
      journal: alertJournal,
      clock: world.clock,
      counters: metrics,
      logger: world.logger,
      show,
      moreId: (first) =>
        alertId(alertKey, { ruleId: first.rule.id, entity: [MORE], episode: first.id }),
    }),
    intake: createStages({ masking, loops, clock: world.clock, counters: metrics, journal }),
  };
}

/** Attaches the ends, in the order they are started: consumers first, so that nothing piles up. */
async function attach(foundation: Foundation, ruleset: Ruleset): Promise<Processor> {
  const {
    config,
    world,
    folder,
    metrics,
    journal,
    alertJournal,
    deadLetterJournal,
    outbox,
    intake,
  } = foundation;
  const exporters = await createExporters(config.exporters, { ...foundation, ...world });
  const channels = await createChannelWorkers(foundation);
  const correlator = await createCorrelator(foundation, ruleset);
  const { otlp_http: receiving } = config.receivers;
  const receiver = new OtlpHttpReceiver(
    {
      ...receiving.endpoint,
      bodyBytesMax: receiving.body_bytes_max,
      wireBytesMax: receiving.wire_bytes_max,
      inFlightBytesMax: receiving.in_flight_bytes_max,
      connectionsMax: receiving.connections_max,
      headerTimeoutMs: receiving.header_timeout,
      requestTimeoutMs: receiving.request_timeout,
      bearerToken: receiving.bearer_token,
    },
    { intake, clock: world.clock, counters: metrics },
  );
  const parts: Component[] = [...exporters, ...channels, correlator, receiver];
  metrics.observe({
    name: 'journal.bytes',
    description: 'Bytes the journal takes on disk.',
    unit: 'By',
    read: () => journal.bytes,
  });
  return new Processor({
    parts,
    receiver,
    counters: metrics,
    refusing: () => journal.refusing,
    admin: (notReady) =>
      new AdminServer({
        ...config.admin.endpoint,
        notReady,
        scrape: (request, response) => metrics.handleScrape(request, response),
      }),
    close: async () => {
      outbox.close();
      for (const each of [journal, alertJournal, deadLetterJournal]) await each.close();
      await metrics.shutdown();
      folder.release();
    },
  });
}

async function createChannelWorkers({
  config,
  world,
  metrics,
  alertJournal,
  deadLetters,
  intake,
  show,
}: Foundation): Promise<Component[]> {
  const channels = createChannels(config, {
    clock: world.clock,
    intake,
    serviceName: config.service_name ?? SERVICE_NAME,
    stdout: world.stdout,
    version: world.version,
  });
  return Promise.all(
    channels.map(async (channel) => {
      const source = await alertJournal.reader(`channel-${channel.name}`);
      return new ChannelWorker({
        channel,
        source,
        show,
        deadLetter: ({ bytes, reason }) =>
          deadLetters.keep(
            { stage: 'channel', name: channel.name, reason, content: 'alert', itemCount: 1 },
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
  });
  return new Correlator({
    engine,
    source: await journal.reader('correlation', 'observations'),
    raise: (alert) => outbox.raise(alert),
    checkpoint: () => outbox.checkpoint(),
    quarantine: (bytes, reason) =>
      deadLetters.keep(
        { stage: 'correlation', name: 'rules', reason, content: 'observations', itemCount: 1 },
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
