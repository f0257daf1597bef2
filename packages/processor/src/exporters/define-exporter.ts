/** Describes exporters: the front of `options/described-component.ts` for where telemetry goes. */
import type { z } from 'zod';
import type { Signal } from '../model/signal.ts';
import {
  type ComponentDescription,
  type ComponentOptions,
  type ConfiguredComponent,
  describeComponent,
  type DescribedComponent,
} from '../options/described-component.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Logger } from '../pipeline/logger.ts';
import type { Backend } from './backend.ts';

/** What an exporter hands to, and the option that says so: an address, or a folder that is its alone. */
export type ExportTarget =
  | { readonly kind: 'url'; readonly option: string; readonly url: string }
  | { readonly kind: 'folder'; readonly option: string; readonly path: string };

/** What has to be known of an exporter before it is there. */
export interface AboutExporter {
  readonly target: ExportTarget;
  /** What it takes; the rest passes it by. */
  readonly signals: readonly Signal[];
  /** Deliveries under way at once. */
  readonly concurrency: number;
  /** Batches are merged up to this, before compression. */
  readonly batchBytesMax: number;
}

/** What exporters need of the service. */
export interface ExporterNeeds {
  /** Its name in the configuration, such as `otlp_http/jaeger`. */
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Counts what it lets go of, once delivered, at a bound of its own: so many of what the bound is named for. */
  readonly gaveUp: (bound: string, count: number) => void;
}

/** A kind of exporter, as everybody else sees it. */
export type DescribedExporter = DescribedComponent<AboutExporter, ExporterNeeds, Backend>;

/** An exporter of a configuration. */
export type ConfiguredExporter = ConfiguredComponent<AboutExporter, ExporterNeeds, Backend>;

/** Describes a kind of exporter. It is there once it stands in `exporter-registry.ts`. */
export function defineExporter<S extends z.ZodType<ComponentOptions>>(
  description: ComponentDescription<S, AboutExporter, ExporterNeeds, Backend>,
): DescribedExporter {
  return describeComponent(description);
}
