/** Puts a processor together from its configuration: the only place that knows every part. */
import { ChannelWorker } from '../alerts/channel-worker.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config } from '../config/shape.ts';
import type { RuleText } from '../model/rule-text.ts';
import { SECTION } from '../model/sections.ts';
import type { Component } from '../pipeline/component.ts';
import type { ConsumerRuntime } from '../pipeline/consumer/consumer-runtime.ts';
import type { GaugeName } from '../pipeline/catalogue.ts';
import { checkConfig } from './check-config.ts';
import { createChannels } from './create-channels.ts';
import { createConsumers } from './create-consumers.ts';
import { createExporters } from './create-exporters.ts';
import { createReceivers } from './create-receivers.ts';
import type { DataFolder } from './data-folder.ts';
import {
  attachConsumer,
  closeFoundation,
  type Foundation,
  layFoundation,
  type ProcessorWorld,
  SERVICE_NAME,
} from './foundation.ts';
import { machineAddresses } from './own-address.ts';
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
  const checked = await checkConfig(config, { clock: world.clock, addresses: machineAddresses });
  if (!checked.ok) {
    const problems = checked.problems.map((problem) => formatProblem(problem, world.placeOf));
    return { ok: false, problems };
  }
  for (const warning of checked.warnings) world.logger.warn({ warning }, 'a rule is doubtful');
  let folder: DataFolder;
  try {
    folder = world.openFolder(config.data);
  } catch (error) {
    return { ok: false, problems: [error instanceof Error ? error.message : String(error)] };
  }
  try {
    const foundation = await layFoundation({ config, world, folder, rowKinds: checked.rowKinds });
    return { ok: true, processor: await attach(foundation, checked.rules) };
  } catch (error) {
    folder.release();
    return { ok: false, problems: [error instanceof Error ? error.message : String(error)] };
  }
}

/** Attaches the ends, in the order they are started: consumers first, so that nothing piles up. */
async function attach(
  foundation: Foundation,
  rules: ReadonlyMap<string, readonly RuleText[]>,
): Promise<Processor> {
  const { config, world, metrics, journal, intake } = foundation;
  const exporters = await createExporters(config, {
    ...foundation,
    ...world,
    attach: (placement) => attachConsumer(foundation, { ...placement, journal }),
  });
  const channels = await createChannelWorkers(foundation);
  const consumers = await createConsumers(foundation, rules);
  for (const each of [journal, foundation.alertJournal]) await each.removeWhatIsRead();
  const receivers = createReceivers(config, {
    intake,
    clock: world.clock,
    counters: metrics,
    logger: world.logger,
  });
  const parts: Component[] = [...exporters, ...channels, ...consumers, ...receivers.values()];
  metrics.observe('journal.bytes', () => journal.bytes);
  observeConsumers(foundation);
  const endObserving = world.observeProcess(metrics);
  return new Processor({
    parts,
    receivers,
    counters: metrics,
    refusing: () => journal.refusing,
    admin: (notReady) =>
      world.createAdmin(
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

/** How far behind each consumer is. */
function observeConsumers({ consumers, metrics }: Foundation): void {
  const each = (name: GaugeName, read: (consumer: ConsumerRuntime) => number): void =>
    metrics.observe(name, () =>
      [...consumers].map(([consumer, runtime]) => ({
        value: read(runtime),
        labels: { consumer },
      })),
    );
  each('consumer.age_seconds', ({ ageMs }) => ageMs / 1000);
  each('consumer.lag_records', ({ lag }) => lag.records);
  each('consumer.lag_bytes', ({ lag }) => lag.bytes);
  each('consumer.stalled_seconds', ({ stalledMs }) => stalledMs / 1000);
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
    [...channels].map(([name, channel]) =>
      attachConsumer(foundation, {
        name: `channel ${name}`,
        journal: alertJournal,
        cursor: `channel-${name.replace('/', '-')}`,
        sections: [SECTION.payload],
        consumer: new ChannelWorker({
          name,
          channel,
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
        }),
        quarantine: (entry, reason) =>
          deadLetters.keepEntry({ stage: 'channel', name, reason }, entry),
      }),
    ),
  );
}
