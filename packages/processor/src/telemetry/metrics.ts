/** The processor's own metrics: counters and gauges of the catalogue, read by Prometheus. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  COUNTER_NAMES,
  type CounterName,
  COUNTERS,
  type GaugeName,
  GAUGES,
} from '../pipeline/catalogue.ts';
import type { Counters } from '../pipeline/counters.ts';
import { LabelledSum, type Reading } from './labelled-sum.ts';
import { MeterProvider, PrometheusExporter, resourceFromAttributes } from './open-telemetry.ts';

/** Counts, and renders the counts. */
export interface Metrics extends Counters {
  /** Says how a gauge of the catalogue is read, once for each. */
  observe(name: GaugeName, read: () => number | readonly Reading[]): void;
  /** Answers a scrape in the Prometheus text format. */
  handleScrape(request: IncomingMessage, response: ServerResponse): void;
  shutdown(): Promise<void>;
}

/** Metrics of one processor. */
export function createMetrics({ serviceName }: { readonly serviceName: string }): Metrics {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    readers: [exporter],
  });
  const meter = provider.getMeter('@spanguard/processor');
  const sums = new Map<CounterName, LabelledSum>();
  for (const name of COUNTER_NAMES) {
    const { description, unit, labels } = COUNTERS[name];
    const sum = new LabelledSum(labels);
    sums.set(name, sum);
    meter
      .createObservableCounter(`spanguard.${name}`, { description, unit })
      .addCallback((result) => {
        for (const { value, labels: shown } of sum.readings()) result.observe(value, shown);
      });
  }
  return {
    add: (name, value, labels) => sums.get(name)?.add(value, labels),
    observe: (name, read) => {
      meter.createObservableGauge(`spanguard.${name}`, GAUGES[name]).addCallback((result) => {
        const found = read();
        if (typeof found === 'number') result.observe(found);
        else for (const { value, labels } of found) result.observe(value, labels);
      });
    },
    handleScrape: (request, response) => exporter.getMetricsRequestHandler(request, response),
    shutdown: () => provider.shutdown(),
  };
}
