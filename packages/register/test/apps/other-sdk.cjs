/** A set-up of OpenTelemetry by hand, as many applications have it. */
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { NodeSDK } = require('@opentelemetry/sdk-node');
const { SimpleSpanProcessor } = require('@opentelemetry/sdk-trace');

const exporter = new OTLPTraceExporter();
new NodeSDK({
  serviceName: 'by-hand',
  instrumentations: [new HttpInstrumentation()],
  spanProcessors: [new SimpleSpanProcessor({ exporter })],
}).start();
