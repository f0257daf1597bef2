/** What stands before anything runs: data folder, journals, masking, metrics, and the intake. */
import { join } from 'node:path';
import { shownAlert } from '../alerts/shown-alert.ts';
import type { PlaceOf } from '../config/problem.ts';
import type { Config } from '../config/shape.ts';
import { alertId } from '../correlation/alert-id.ts';
import { DiskReserve } from '../journal/disk-reserve.ts';
import { Journal, type JournalOptions } from '../journal/journal.ts';
import { JOURNAL_LIMITS, type JournalLimits } from '../journal/journal-limits.ts';
import type { Alert, ShownAlert } from '../model/alert.ts';
import type { AskedRowKind } from '../model/facts/row-kinds.ts';
import type { Clock } from '../pipeline/clock.ts';
import {
  ConsumerRuntime,
  type ConsumerRuntimeOptions,
} from '../pipeline/consumer/consumer-runtime.ts';
import type { FileSystem } from '../pipeline/file-system.ts';
import type { HttpListenerDependencies } from '../pipeline/http/http-listener.ts';
import type { Intake } from '../pipeline/intake.ts';
import type { Logger } from '../pipeline/logger.ts';
import type { Admin, AdminServerOptions } from '../telemetry/admin-server.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { createMasking, createStages } from './create-stages.ts';
import type { DataFolder } from './data-folder.ts';
import { DeadLetters } from './dead-letters.ts';
import { LoopGuard } from './loop-guard.ts';
import { Outbox } from './outbox.ts';

/** The world a processor runs in. */
export interface ProcessorWorld {
  readonly clock: Clock;
  /** Where journals, cursors, snapshot and reserve lie. */
  readonly fileSystem: FileSystem;
  /** Opens what is locked, and holds the keys: on a real disk, whatever the rest lies on. */
  readonly openFolder: (path: string) => DataFolder;
  /** Whether analysis has a thread of its own, with a clock and a disk of its own. */
  readonly hasThreads: boolean;
  readonly logger: Logger;
  readonly stdout: (text: string) => void;
  readonly version: string;
  /** From 0 to 1, for the jitter of retries. */
  readonly random: () => number;
  /** Makes what answers those who look after it. */
  readonly createAdmin: (options: AdminServerOptions, needs: HttpListenerDependencies) => Admin;
  /** Adds the gauges of the process; what is returned ends the measuring. */
  readonly observeProcess: (metrics: Metrics) => () => void;
  /** Where an option is written, for what is said of it. */
  readonly placeOf?: PlaceOf;
}

/** What the processor calls itself in its own telemetry, unless it is told otherwise. */
export const SERVICE_NAME = 'spanguard';
/** Stands for the entity in the id of an alert that tells of several. */
const MORE = 'more';
const DEAD_LETTER_BYTES_MAX = 256 * 1024 * 1024;

/** Everything a processor is made of, before its ends are attached. */
export interface Foundation {
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
  /** Those that read the journals, by their names. */
  readonly consumers: Map<string, ConsumerRuntime>;
  /** What channels, and the outbox, may show and keep of an alert. */
  readonly show: (alert: Alert) => ShownAlert;
}

/** Recovers the journals and compiles the policy. Starts nothing. */
export async function layFoundation({
  config,
  world,
  folder,
  rowKinds = new Set(),
}: Pick<Foundation, 'config' | 'world' | 'folder'> & {
  /** Rows that rules ask for besides those of requests and events. Default: none. */
  readonly rowKinds?: ReadonlySet<AskedRowKind>;
}): Promise<Foundation> {
  const serviceName = config.service_name ?? SERVICE_NAME;
  const metrics = createMetrics({ serviceName });
  const alertKey = folder.key('alerts');
  const reserve = await DiskReserve.open({
    path: join(folder.path, 'reserve'),
    fileSystem: world.fileSystem,
    logger: world.logger,
  });
  const { clock, fileSystem, logger } = world;
  const journalWorld = { clock, fileSystem, logger, counters: metrics, reserve };
  const total = { totalBytesMax: config.journal.total_bytes_max, ageMsMax: config.journal.age_max };
  const journal = await openJournal(folder, 'journal', {
    ...journalWorld,
    limits: total,
    leavesReserve: true,
  });
  const alertJournal = await openJournal(folder, 'alerts', { ...journalWorld, limits: total });
  const { deadLetterJournal, deadLetters } = await openDeadLetters(config, folder, journalWorld);
  const masking = createMasking(config.redact, folder);
  const show = (alert: Alert): ShownAlert => shownAlert(alert, masking.policy);
  const loops = new LoopGuard({ counters: metrics, logger: world.logger });
  return {
    config,
    world,
    folder,
    reserve,
    metrics,
    show,
    loops,
    consumers: new Map(),
    journal,
    alertJournal,
    deadLetterJournal,
    deadLetters,
    outbox: await Outbox.open({
      journal: alertJournal,
      clock: world.clock,
      counters: metrics,
      logger: world.logger,
      show,
      moreId: (first) =>
        alertId(alertKey, { ruleId: first.rule.id, entity: [MORE], episode: first.id }),
    }),
    intake: createStages({
      masking,
      recordKey: folder.key('records'),
      entityKey: folder.key('entities'),
      loops,
      rowKinds,
      clock: world.clock,
      counters: metrics,
      logger: world.logger,
      journal,
    }),
  };
}

/** What journals work with. */
export type JournalWorld = Pick<
  JournalOptions,
  'clock' | 'fileSystem' | 'counters' | 'logger' | 'reserve' | 'leavesReserve'
>;

/** The folder of dead letters, alone: it can be read without all the rest. */
export async function openDeadLetters(
  { journal: { age_max: ageMsMax } }: Config,
  folder: DataFolder,
  world: JournalWorld,
): Promise<{ readonly deadLetterJournal: Journal; readonly deadLetters: DeadLetters }> {
  const limits = { ageMsMax, totalBytesMax: DEAD_LETTER_BYTES_MAX };
  const deadLetterJournal = await openJournal(folder, 'dead-letters', { ...world, limits });
  return { deadLetterJournal, deadLetters: new DeadLetters(deadLetterJournal, world.clock) };
}

function openJournal(
  folder: DataFolder,
  name: string,
  {
    limits,
    ...world
  }: JournalWorld & { readonly limits: Pick<JournalLimits, 'totalBytesMax' | 'ageMsMax'> },
): Promise<Journal> {
  return Journal.open({
    ...world,
    folder: join(folder.path, name),
    limits: { ...JOURNAL_LIMITS, ...limits },
  });
}

/** Closes files and gives the folder back: nothing is written afterwards. */
export async function closeFoundation(foundation: Foundation): Promise<void> {
  const { journal, alertJournal, deadLetterJournal, folder, metrics, outbox } = foundation;
  outbox.close();
  for (const each of [journal, alertJournal, deadLetterJournal]) await each.close();
  await metrics.shutdown();
  folder.release();
}

/** A consumer, and what it reads. */
export interface Placement extends Pick<
  ConsumerRuntimeOptions,
  'name' | 'consumer' | 'quarantine'
> {
  readonly journal: Journal;
  /** Name of its cursor. */
  readonly cursor: string;
  /** What it reads of a record. */
  readonly sections: readonly number[];
}

/** Puts a consumer behind a journal; metrics show it by its name. */
export async function attachConsumer(
  { consumers, metrics, world }: Foundation,
  { journal, cursor, sections, ...consumer }: Placement,
): Promise<ConsumerRuntime> {
  const runtime = new ConsumerRuntime({
    ...consumer,
    source: await journal.reader(cursor, sections),
    timeMs: () => journal.timeMs,
    clock: world.clock,
    counters: metrics,
    logger: world.logger,
  });
  consumers.set(consumer.name, runtime);
  return runtime;
}
