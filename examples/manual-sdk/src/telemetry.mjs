/** OpenTelemetry as many applications set it up, and the five lines that add Spanguard. */
import { createRequire } from 'node:module';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import {
  defaultResource,
  detectResources,
  processDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { withSecurityHooks } from '@spanguard/instrumentation-http';
import { startSecurity } from '@spanguard/sdk';

const resource = defaultResource()
  .merge(detectResources({ detectors: [processDetector] }))
  .merge(resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME ?? 'manual-sdk' }));

// Spanguard, 1: before the SDK. Security events have an exporter and a queue of their own.
const security = startSecurity({
  resource,
  eventExporter: new OTLPLogExporter(),
  settings: { trustedProxies: ['loopback'] },
});

const sdk = new NodeSDK({
  // Detected above and masked here: a command line may carry secrets. What NodeSDK detects by itself would
  // be added unmasked.
  resource: security.maskResource(resource),
  autoDetectResources: false,
  instrumentations: [
    // Spanguard, 2: your own hooks and options stay what they are.
    new HttpInstrumentation(
      withSecurityHooks({ ignoreIncomingRequestHook: ({ url }) => url === '/healthz' }),
    ),
  ],
  // Spanguard, 3 and 4: first in each list, so that everything behind them sees masked values only.
  spanProcessors: [
    security.spanProcessor,
    new BatchSpanProcessor({ exporter: new OTLPTraceExporter() }),
  ],
  logRecordProcessors: [
    security.logRecordProcessor,
    new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() }),
  ],
  metricReaders: [],
});
sdk.start();

// Modules of Node's are patched when they are first required; `import` then meets the same object.
createRequire(import.meta.url)('node:http');

process.once('SIGTERM', async () => {
  // Spanguard, 5: what is queued leaves before the process ends.
  await Promise.allSettled([security.shutdown(), sdk.shutdown()]);
  process.exit(0);
});
