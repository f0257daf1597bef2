/** The processor's own metrics: counters of the catalogue, read by Prometheus. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Counter } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Counters } from '../pipeline/counters.ts';
import { COUNTERS } from './catalogue.ts';

/** A value looked up when metrics are read. */
export interface Gauge {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly read: () => number;
}

/** Counts, and renders the counts. */
export interface Metrics extends Counters {
  /** Adds a gauge; the name must be new. */
  observe(gauge: Gauge): void;
  /** Answers a scrape in the Prometheus text format. */
  handleScrape(request: IncomingMessage, response: ServerResponse): void;
  shutdown(): Promise<void>;
}

/**
 * Metrics of one processor. Adding to a counter that the catalogue lacks is an error of ours and
 * throws at once, so that a test finds it.
 */
export function createMetrics({ serviceName }: { readonly serviceName: string }): Metrics {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    readers: [exporter],
  });
  const meter = provider.getMeter('@spanguard/processor');
  const counters = new Map<string, Counter>();
  for (const [name, description] of Object.entries(COUNTERS)) {
    counters.set(name, meter.createCounter(`spanguard.${name}`, description));
  }
  return {
    add: (name, value, labels) => {
      const counter = counters.get(name);
      if (counter === undefined) throw new Error(`the metrics catalogue has no counter "${name}"`);
      counter.add(value, labels);
    },
    observe: ({ name, description, unit, read }) => {
      meter
        .createObservableGauge(`spanguard.${name}`, { description, unit })
        .addCallback((result) => result.observe(read()));
    },
    handleScrape: (request, response) => exporter.getMetricsRequestHandler(request, response),
    shutdown: () => provider.shutdown(),
  };
}
