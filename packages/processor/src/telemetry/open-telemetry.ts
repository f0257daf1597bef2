/**
 * OpenTelemetry's metrics, as CommonJS: as an ES module its exporter imports `node:http`, and all that comes
 * with it (see `pipeline/http/node-http.ts`).
 */
import { createRequire } from 'node:module';

type Prometheus = typeof import('@opentelemetry/exporter-prometheus');
type Resources = typeof import('@opentelemetry/resources');
type SdkMetrics = typeof import('@opentelemetry/sdk-metrics');

const load = createRequire(import.meta.url);
const prometheus = load('@opentelemetry/exporter-prometheus') as Prometheus;
const resources = load('@opentelemetry/resources') as Resources;
const sdkMetrics = load('@opentelemetry/sdk-metrics') as SdkMetrics;

/** Renders metrics for Prometheus. */
export const PrometheusExporter: Prometheus['PrometheusExporter'] = prometheus.PrometheusExporter;
/** What a process calls itself. */
export const resourceFromAttributes: Resources['resourceFromAttributes'] =
  resources.resourceFromAttributes;
/** Where meters come from. */
export const MeterProvider: SdkMetrics['MeterProvider'] = sdkMetrics.MeterProvider;
