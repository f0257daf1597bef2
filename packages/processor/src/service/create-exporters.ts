/** Every exporter that a configuration asks for, each with the loop that reads, sends and retries. */
import type { Config } from '../config/shape.ts';
import type { Backend } from '../exporters/backend.ts';
import type { ConfiguredExporter } from '../exporters/define-exporter.ts';
import { OtlpHttpExporter } from '../exporters/otlp-http/otlp-http-exporter.ts';
import type { JournalEntry } from '../journal/journal-reader.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Component } from '../pipeline/component.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Logger } from '../pipeline/logger.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { LoopGuard } from './loop-guard.ts';
import type { AgedSource } from './queue-age.ts';

/** Makes a source for a consumer: its name as metrics show it, and that of its cursor. */
export type SourceOf = (consumer: string, cursor: string) => Promise<AgedSource<JournalEntry>>;

/** What the places themselves need. */
export interface PlaceNeeds {
  readonly clock: Clock;
  readonly metrics: Counters;
  readonly logger: Logger;
}

/** What exporters need of the service. */
export interface LoopNeeds extends PlaceNeeds {
  /** A source over the journal for a new consumer. */
  readonly source: SourceOf;
  readonly deadLetters: DeadLetters;
  readonly loops: LoopGuard;
  readonly random: () => number;
}

/** The exporters that are on, each with a cursor of its own. */
export async function createExporters(
  config: Pick<Config, 'exporters'>,
  { source, deadLetters, loops, metrics, ...needs }: LoopNeeds,
): Promise<readonly Component[]> {
  const exporters: Component[] = [];
  for (const [name, { backend, about }] of createBackends(config, { ...needs, metrics })) {
    const exporter: OtlpHttpExporter = new OtlpHttpExporter(
      { ...about, name },
      {
        ...needs,
        backend,
        source: await source(`exporter ${name}`, `exporter-${name.replace('/', '-')}`),
        deadLetter: ({ signal, itemCount, bytes, reason }) =>
          deadLetters.keep({ stage: 'exporter', name, reason, content: signal, itemCount }, bytes),
        // Only what goes over the network comes back by itself.
        ...(about.target.kind === 'url' && { mark: loops.mark(name, () => exporter.stop()) }),
        counters: metrics,
      },
    );
    exporters.push(exporter);
  }
  return exporters;
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
