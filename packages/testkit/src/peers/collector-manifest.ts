/** What the Collector of the tests is made of. */

/** Manifest for the Collector's own builder. */
export const COLLECTOR_MANIFEST = `
dist: { name: otelcol, output_path: ./otelcol, version: 0.165.0 }
receivers:
  - gomod: go.opentelemetry.io/collector/receiver/otlpreceiver v0.165.0
processors:
  - gomod: go.opentelemetry.io/collector/processor/batchprocessor v0.165.0
  - gomod: github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor v0.165.0
exporters:
  - gomod: go.opentelemetry.io/collector/exporter/otlphttpexporter v0.165.0
  - gomod: go.opentelemetry.io/collector/exporter/otlpexporter v0.165.0
  - gomod: go.opentelemetry.io/collector/exporter/debugexporter v0.165.0
  - gomod: go.opentelemetry.io/collector/exporter/nopexporter v0.165.0
extensions:
  - gomod: github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage v0.165.0
  - gomod: github.com/open-telemetry/opentelemetry-collector-contrib/extension/healthcheckextension v0.165.0
providers:
  - gomod: go.opentelemetry.io/collector/confmap/provider/fileprovider v1.71.0
  - gomod: go.opentelemetry.io/collector/confmap/provider/yamlprovider v1.71.0
  - gomod: go.opentelemetry.io/collector/confmap/provider/envprovider v1.71.0
`;
