/** Every exporter a configuration asks for. A new kind is a folder in `exporters` and a line here. */
import type { OtlpHttpExporterConfig } from '../config/shape.ts';
import { BatchExporter } from '../exporters/batch-exporter.ts';
import { MarkedBackend } from '../exporters/otlp-http/marked-backend.ts';
import { OtlpBackend, type OtlpBackendSettings } from '../exporters/otlp-http/otlp-backend.ts';
import { SECTION } from '../model/sections.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Component } from '../pipeline/component.ts';
import type { ConsumerRuntime } from '../pipeline/consumer/consumer-runtime.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Logger } from '../pipeline/logger.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Placement } from './foundation.ts';
import type { LoopGuard } from './loop-guard.ts';

/** What exporters need of the service. */
export interface ExporterNeeds {
  /** Puts a consumer behind the journal. */
  readonly attach: (placement: Omit<Placement, 'journal'>) => Promise<ConsumerRuntime>;
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
  needs: ExporterNeeds,
): Promise<readonly Component[]> {
  const exporters: Component[] = [];
  for (const [name, config] of Object.entries(configs)) {
    exporters.push(await createExporter(name, config, needs));
  }
  return exporters;
}

async function createExporter(
  name: string,
  config: OtlpHttpExporterConfig,
  { attach, deadLetters, loops, clock, metrics, logger, random }: ExporterNeeds,
): Promise<Component> {
  const settings = backendSettings(config);
  const mark = loops.mark(name, () => runtime.stop());
  const exporter = new BatchExporter(
    { name, batchBytesMax: config.batch_bytes_max, ...settings },
    {
      backend: new MarkedBackend(new OtlpBackend(settings, clock), { mark, clock }),
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

/** Where an exporter's backend is and how it is talked to. */
export function backendSettings(config: OtlpHttpExporterConfig): OtlpBackendSettings {
  const { endpoint, headers, encoding, compression, signals, timeout, concurrency } = config;
  return { endpoint, headers, encoding, compression, signals, timeoutMs: timeout, concurrency };
}
