/** Every exporter that a configuration asks for, behind the journal. */
import type { Config } from '../config/shape.ts';
import type { Backend } from '../exporters/backend.ts';
import { BatchExporter } from '../exporters/batch-exporter.ts';
import type { ConfiguredExporter } from '../exporters/define-exporter.ts';
import { MarkedBackend } from '../exporters/marked-backend.ts';
import { SECTION } from '../model/sections.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Component } from '../pipeline/component.ts';
import type { ConsumerRuntime } from '../pipeline/consumer/consumer-runtime.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Logger } from '../pipeline/logger.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Placement } from './foundation.ts';
import type { LoopGuard } from './loop-guard.ts';

/** What the places themselves need. */
export interface PlaceNeeds {
  readonly clock: Clock;
  readonly metrics: Counters;
  readonly logger: Logger;
}

/** What exporters need of the service. */
export interface ExporterNeeds extends PlaceNeeds {
  /** Puts a consumer behind the journal. */
  readonly attach: (placement: Omit<Placement, 'journal'>) => Promise<ConsumerRuntime>;
  readonly deadLetters: DeadLetters;
  readonly loops: LoopGuard;
  readonly random: () => number;
}

/** The exporters that are on, each with a cursor of its own. */
export async function createExporters(
  config: Pick<Config, 'exporters'>,
  needs: ExporterNeeds,
): Promise<readonly Component[]> {
  const exporters: Component[] = [];
  for (const [name, created] of createBackends(config, needs)) {
    exporters.push(await attachExporter(name, created, needs));
  }
  return exporters;
}

async function attachExporter(
  name: string,
  { backend, about }: CreatedBackend,
  { attach, deadLetters, loops, clock, metrics, logger, random }: ExporterNeeds,
): Promise<Component> {
  // Only what goes over the network comes back by itself.
  const marked =
    about.target.kind === 'url'
      ? new MarkedBackend(backend, { mark: loops.mark(name, () => runtime.stop()), clock })
      : backend;
  const exporter = new BatchExporter(
    { ...about, name },
    {
      backend: marked,
      deadLetter: ({ signal, itemCount, bytes, reason }) =>
        deadLetters.keep({ stage: 'exporter', name, reason, content: signal, itemCount }, bytes),
      clock,
      counters: metrics,
      logger,
      random,
    },
  );
  const runtime: ConsumerRuntime = await attach({
    name: `exporter ${name}`,
    consumer: exporter,
    cursor: `exporter-${name.replace('/', '-')}`,
    sections: [SECTION.payload],
    quarantine: (entry, reason) =>
      deadLetters.keepEntry({ stage: 'exporter', name, reason }, entry),
  });
  return runtime;
}

/** A place that is made, and what its configuration says of it. */
export interface CreatedBackend {
  readonly backend: Backend;
  readonly about: ConfiguredExporter['about'];
}

/** The places that telemetry goes to, without their loops, by the names of the exporters that are on. */
export function createBackends(
  { exporters }: Pick<Config, 'exporters'>,
  { clock, metrics, logger }: PlaceNeeds,
): ReadonlyMap<string, CreatedBackend> {
  const on = [...exporters].filter(([, { isEnabled }]) => isEnabled);
  return new Map(
    on.map(([name, configured]) => {
      const gaveUp = (bound: string, count: number): void =>
        metrics.add('exporter.gave_up', count, { exporter: name, bound });
      const backend = configured.create({ name, clock, logger, gaveUp });
      return [name, { backend, about: configured.about }];
    }),
  );
}
