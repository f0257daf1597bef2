/** Puts a processor together from its configuration: the only place that knows every part. */
import { join } from 'node:path';
import { KeyTable, OtlpIndex } from '@spanguard/otlp';
import { compilePolicy, createPseudonyms } from '@spanguard/redaction';
import { CorrelationEngine, type Ruleset } from '@spanguard/sigma';
import { ChannelWorker } from '../alerts/channel-worker.ts';
import type { Config } from '../config/shape.ts';
import { Correlator } from '../correlation/correlator.ts';
import { SnapshotFile } from '../correlation/snapshot-file.ts';
import { BatchDetector } from '../detection/batch-detector.ts';
import { DETECTION_COLUMNS } from '../detection/columns.ts';
import { OtlpHttpExporter } from '../exporters/otlp-http/otlp-http-exporter.ts';
import { nodeFileSystem } from '../pipeline/file-system.ts';
import { Journal } from '../journal/journal.ts';
import { JOURNAL_LIMITS, type JournalLimits } from '../journal/journal-limits.ts';
import { SIGNALS } from '../model/signal.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Component } from '../pipeline/component.ts';
import type { Intake } from '../pipeline/intake.ts';
import type { Logger } from '../pipeline/logger.ts';
import { OtlpHttpReceiver } from '../receivers/otlp-http/otlp-http-receiver.ts';
import { BatchRedactor } from '../redaction/batch-redactor.ts';
import { AdminServer } from '../telemetry/admin-server.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { createChannels } from './create-channels.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { createIntake } from './intake.ts';
import { loadRules } from './load-rules.ts';
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

/** Observations of one batch; a batch with more is an attack in itself, and its first ones tell it. */
const OBSERVATIONS_MAX = 10_000;
const SERVICE_NAME = 'spanguard';
const DEAD_LETTER_BYTES_MAX = 256 * 1024 * 1024;

/** Everything a processor is made of, before its ends are attached. */
interface Foundation {
  readonly config: Config;
  readonly world: ProcessorWorld;
  readonly folder: DataFolder;
  readonly metrics: Metrics;
  readonly journal: Journal;
  readonly alertJournal: Journal;
  readonly deadLetters: Journal;
  readonly outbox: Outbox;
  readonly intake: Intake;
}

/** Opens the data folder, recovers the journals, compiles policy and rules. Starts nothing. */
export async function createProcessor(
  config: Config,
  world: ProcessorWorld,
): Promise<CreatedProcessor> {
  const rules = loadRules(config.correlate);
  if (!rules.ok) return rules;
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
  const total = { totalBytesMax: config.journal.total_bytes_max, ageMsMax: config.journal.age_max };
  const open = (name: string, limits: Partial<JournalLimits>): Promise<Journal> =>
    Journal.open({
      folder: join(folder.path, name),
      fileSystem: nodeFileSystem,
      clock: world.clock,
      counters: metrics,
      logger: world.logger,
      limits: { ...JOURNAL_LIMITS, ...limits },
    });
  const journal = await open('journal', total);
  const alertJournal = await open('alerts', total);
  const deadLetters = await open('dead-letters', {
    ...total,
    totalBytesMax: DEAD_LETTER_BYTES_MAX,
  });
  return {
    config,
    world,
    folder,
    metrics,
    journal,
    alertJournal,
    deadLetters,
    outbox: await Outbox.open(alertJournal, world.clock),
    intake: createStages({ config, world, folder, metrics, journal }),
  };
}

function createStages({
  config,
  world,
  folder,
  metrics,
  journal,
}: Pick<Foundation, 'config' | 'world' | 'folder' | 'metrics' | 'journal'>): Intake {
  const {
    profile,
    detectors,
    keys,
    url_query: urlQuery,
    pseudonym_key: configured,
  } = config.redact;
  const masterKey =
    configured === undefined ? folder.key('pseudonyms') : Buffer.from(configured.reveal());
  const pseudonyms = createPseudonyms({ masterKey });
  const policy = compilePolicy({ profile, detectors, keys, urlQuery }, { pseudonyms });
  return createIntake({
    keys: new KeyTable({ classify: policy.classifyKey, columns: DETECTION_COLUMNS }),
    index: new OtlpIndex(),
    detector: new BatchDetector({
      mask: {
        attribute: (name, value) => policy.redactAttribute(name, value),
        pseudonym: (value) => pseudonyms.pseudonym('user', value),
      },
      clock: world.clock,
      counters: metrics,
      observationsMax: OBSERVATIONS_MAX,
    }),
    redactor: new BatchRedactor(policy, metrics),
    journal,
    counters: metrics,
  });
}

/** Attaches the ends, in the order they are started: consumers first, so that nothing piles up. */
async function attach(foundation: Foundation, ruleset: Ruleset): Promise<Processor> {
  const { config, world, folder, metrics, journal, alertJournal, deadLetters, outbox, intake } =
    foundation;
  const exporters = await createExporters(foundation);
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
    admin: (notReady) =>
      new AdminServer({
        ...config.admin.endpoint,
        notReady,
        scrape: (request, response) => metrics.handleScrape(request, response),
      }),
    close: async () => {
      outbox.close();
      for (const each of [journal, alertJournal, deadLetters]) await each.close();
      await metrics.shutdown();
      folder.release();
    },
  });
}

async function createExporters({
  config,
  world,
  metrics,
  journal,
  deadLetters,
}: Foundation): Promise<Component[]> {
  return Promise.all(
    Object.entries(config.exporters).map(async ([name, exporter]) => {
      const source = await journal.reader(`exporter-${name.replace('/', '-')}`);
      return new OtlpHttpExporter(
        {
          name,
          endpoint: exporter.endpoint,
          headers: exporter.headers,
          encoding: exporter.encoding,
          compression: exporter.compression,
          signals: exporter.signals,
          timeoutMs: exporter.timeout,
          concurrency: exporter.concurrency,
          batchBytesMax: exporter.batch_bytes_max,
        },
        {
          source,
          deadLetter: async (entry) => {
            const result = await deadLetters.appendRecord({
              kind: 'batch',
              signal: SIGNALS.indexOf(entry.signal ?? 'traces'),
              itemCount: entry.itemCount,
              observations: new Uint8Array(0),
              payload: entry.bytes,
            });
            return result.kind === 'durable';
          },
          clock: world.clock,
          counters: metrics,
          logger: world.logger,
          random: world.random,
        },
      );
    }),
  );
}

async function createChannelWorkers({
  config,
  world,
  metrics,
  alertJournal,
  intake,
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
        clock: world.clock,
        counters: metrics,
        logger: world.logger,
      });
    }),
  );
}

async function createCorrelator(foundation: Foundation, ruleset: Ruleset): Promise<Correlator> {
  const { config, world, folder, metrics, journal, outbox } = foundation;
  const engine = new CorrelationEngine(ruleset, {
    latenessMs: config.correlate.lateness,
    groupsMax: config.correlate.groups_max,
  });
  return new Correlator({
    engine,
    source: await journal.reader('correlation', 'observations'),
    raise: (alert) => outbox.raise(alert),
    onSaved: () => outbox.release(),
    snapshots: new SnapshotFile(join(folder.path, 'windows.json'), nodeFileSystem),
    snapshotIntervalMs: config.correlate.snapshot_interval,
    alertKey: folder.key('alerts'),
    clock: world.clock,
    counters: metrics,
    logger: world.logger,
  });
}
