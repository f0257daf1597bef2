/** Every exporter a configuration asks for. A new kind is a folder in `exporters` and a line here. */
import type { OtlpHttpExporterConfig } from '../config/shape.ts';
import type { OtlpBackendSettings } from '../exporters/otlp-http/otlp-backend.ts';
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

/** What exporters need of the service. */
export interface ExporterNeeds {
  /** A source over the journal for a new consumer. */
  readonly source: SourceOf;
  readonly deadLetters: DeadLetters;
  readonly loops: LoopGuard;
  readonly clock: Clock;
  readonly metrics: Counters;
  readonly logger: Logger;
  readonly random: () => number;
}

/** Exporters by their names in the configuration. */
export type ExporterConfigs = Readonly<Record<string, OtlpHttpExporterConfig>>;

/** The exporters, each with a cursor of its own. */
export async function createExporters(
  configs: ExporterConfigs,
  { source, deadLetters, loops, clock, metrics, logger, random }: ExporterNeeds,
): Promise<readonly Component[]> {
  const exporters: Component[] = [];
  for (const [name, config] of Object.entries(configs)) {
    const exporter: OtlpHttpExporter = new OtlpHttpExporter(
      { name, batchBytesMax: config.batch_bytes_max, ...backendSettings(config) },
      {
        source: await source(`exporter ${name}`, `exporter-${name.replace('/', '-')}`),
        deadLetter: ({ signal, itemCount, bytes, reason }) =>
          deadLetters.keep({ stage: 'exporter', name, reason, content: signal, itemCount }, bytes),
        mark: loops.mark(name, () => exporter.stop()),
        clock,
        counters: metrics,
        logger,
        random,
      },
    );
    exporters.push(exporter);
  }
  return exporters;
}

/** Where an exporter's backend is and how it is talked to. */
export function backendSettings(config: OtlpHttpExporterConfig): OtlpBackendSettings {
  const { endpoint, headers, encoding, compression, signals, timeout, concurrency } = config;
  return { endpoint, headers, encoding, compression, signals, timeoutMs: timeout, concurrency };
}
