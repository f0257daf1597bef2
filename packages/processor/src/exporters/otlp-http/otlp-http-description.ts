/** OTLP/HTTP backends in a configuration. */
import { z } from 'zod';
import { SIGNALS } from '../../model/signal.ts';
import {
  byteSize,
  duration,
  flag,
  httpUrl,
  oneOf,
  secretHeaders,
  someOf,
  wholeNumber,
} from '../../options/option-kinds.ts';
import { defineExporter, type DescribedExporter } from '../define-exporter.ts';
import { OtlpBackend } from './otlp-backend.ts';

/** Telemetry to a backend, as OTLP over HTTP. */
export const otlpHttpDescription: DescribedExporter = defineExporter({
  type: 'otlp_http',
  stability: 'stable',
  config: z.strictObject({
    enabled: flag({ default: true, doc: 'Whether telemetry goes to the backend.' }),
    endpoint: httpUrl('Base URL; `/v1/traces`, `/v1/metrics` and `/v1/logs` are appended.'),
    headers: secretHeaders('Headers of every request.'),
    encoding: oneOf(['protobuf', 'json'], { default: 'protobuf', doc: 'OTLP encoding to send.' }),
    compression: oneOf(['gzip', 'none', 'zstd'], {
      default: 'gzip',
      doc: 'Compression to send; zstd only where the backend takes it.',
    }),
    signals: someOf(SIGNALS, 'What the backend takes.'),
    timeout: duration({ min: '1s', max: '5m', default: '10s', doc: 'Limit of one attempt.' }),
    concurrency: wholeNumber({ min: 1, max: 64, default: 4, doc: 'Requests under way at once.' }),
    batch_bytes_max: byteSize({
      min: '64KiB',
      max: '64MiB',
      default: '4MiB',
      doc: 'Batches are merged up to this size, before compression.',
    }),
  }),
  about: (written) => ({
    target: { kind: 'url', option: 'endpoint', url: written.endpoint },
    signals: written.signals,
    concurrency: written.concurrency,
    batchBytesMax: written.batch_bytes_max,
  }),
  create: ({ timeout: timeoutMs, ...settings }, { clock }) =>
    new OtlpBackend({ ...settings, timeoutMs }, clock),
});
