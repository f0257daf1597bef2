/** Every option of the processor: shape, default, limit and sentence together. */
import { z } from 'zod';
import { alertsShape } from './alerts-shape.ts';
import { redactShape } from './redact-shape.ts';
import {
  byteSize,
  duration,
  endpoint,
  flag,
  httpUrl,
  oneOf,
  optionalText,
  secret,
  secretHeaders,
  text,
  textList,
  wholeNumber,
} from '../options/option-kinds.ts';

/** What every receiver holds requests to. */
const requestLimits = {
  body_bytes_max: byteSize({
    min: '1KiB',
    max: '256MiB',
    default: '16MiB',
    doc: 'Largest request, after decompression. OTLP recommends 64MiB; so large a one holds the only thread for a second and more.',
  }),
  wire_bytes_max: byteSize({
    min: '1KiB',
    max: '256MiB',
    default: '16MiB',
    doc: 'Largest request as it comes over the wire.',
  }),
};

/** And its clients. */
const clientLimits = {
  connections_max: wholeNumber({
    min: 1,
    max: 100_000,
    default: 2000,
    doc: 'Open connections, half of them of one client address; a further one closes the one idle for longest.',
  }),
  header_timeout: duration({
    min: '1s',
    max: '1m',
    default: '5s',
    doc: 'How long a client may take to send its headers.',
  }),
  request_timeout: duration({
    min: '1s',
    max: '5m',
    default: '10s',
    doc: 'How long a client may take to send a whole request.',
  }),
  body_bytes_per_second_min: byteSize({
    min: '1B',
    max: '1MiB',
    default: '1KiB',
    doc: 'Bytes a second that a body has to bring, over any 3 seconds; slower ones are told to come later.',
  }),
  allowed_hosts: textList(
    'Host names that clients may use besides localhost, loopback addresses and the endpoint; `*` for any. Checked where the endpoint is on loopback, or the list is not empty.',
  ),
};

const bearerToken = secret('Token every request must carry as `Authorization: Bearer`.');

const receivers = z.strictObject({
  otlp_http: z
    .strictObject({
      endpoint: endpoint({
        default: '127.0.0.1:4318',
        doc: 'Where OTLP/HTTP is received. Loopback unless you say otherwise.',
      }),
      ...requestLimits,
      in_flight_bytes_max: byteSize({
        min: '1MiB',
        max: '4GiB',
        default: '128MiB',
        doc: 'Bytes of request bodies held at once by all receivers, three quarters of it by one client address; above it requests are told to come later (503 and Retry-After, UNAVAILABLE and RetryInfo).',
      }),
      ...clientLimits,
      allowed_origins: textList(
        'Origins, such as `https://app.example.com`, whose requests with an Origin header are taken. Browsers send it, exporters do not.',
      ),
      bearer_token: bearerToken,
    })
    .prefault({}),
  otlp_grpc: z
    .strictObject({
      enabled: flag({ default: true, doc: 'Whether OTLP/gRPC is received.' }),
      endpoint: endpoint({
        default: '127.0.0.1:4317',
        doc: 'Where OTLP/gRPC is received, without TLS. Loopback unless you say otherwise.',
      }),
      ...requestLimits,
      ...clientLimits,
      bearer_token: bearerToken,
    })
    .prefault({}),
});

const correlate = z.strictObject({
  rules: textList('Files or folders of Sigma rules, besides the shipped ones.'),
  shipped_rules: flag({ default: true, doc: 'Whether the rules shipped with Spanguard run.' }),
  lateness: duration({
    min: '0s',
    max: '10m',
    default: '30s',
    doc: 'How late, in event time, an event may arrive and still count.',
  }),
  memory_max: byteSize({
    min: '1MiB',
    max: '16GiB',
    default: '256MiB',
    doc: 'Memory of all entities that rules count, together; beyond it those seen once leave first, then the least recent, counted.',
  }),
  snapshot_interval: duration({
    min: '1s',
    max: '10m',
    default: '10s',
    doc: 'How often windows are saved; after a crash the journal is replayed from there.',
  }),
});

const otlpHttpExporter = z.strictObject({
  endpoint: httpUrl('Base URL; `/v1/traces`, `/v1/metrics` and `/v1/logs` are appended.'),
  headers: secretHeaders('Headers of every request.'),
  encoding: oneOf(['protobuf', 'json'], { default: 'protobuf', doc: 'OTLP encoding to send.' }),
  compression: oneOf(['gzip', 'none', 'zstd'], {
    default: 'gzip',
    doc: 'Compression to send; zstd only where the backend takes it.',
  }),
  signals: z
    .array(z.enum(['traces', 'metrics', 'logs']))
    .min(1)
    .default(['traces', 'metrics', 'logs']),
  timeout: duration({ min: '1s', max: '5m', default: '10s', doc: 'Limit of one attempt.' }),
  concurrency: wholeNumber({ min: 1, max: 64, default: 4, doc: 'Requests under way at once.' }),
  batch_bytes_max: byteSize({
    min: '64KiB',
    max: '64MiB',
    default: '4MiB',
    doc: 'Batches are merged up to this size, before compression.',
  }),
});

const journal = z.strictObject({
  total_bytes_max: byteSize({
    min: '64MiB',
    max: '64TiB',
    default: '4GiB',
    doc: 'Disk the journal may take; beyond it the oldest is dropped, counted.',
  }),
  age_max: duration({
    min: '1m',
    max: '90d',
    default: '7d',
    doc: 'How long the journal keeps what a backend has not taken.',
  }),
});

const admin = z.strictObject({
  endpoint: endpoint({
    default: '127.0.0.1:13133',
    doc: 'Where `/healthz`, `/readyz` and `/metrics` answer.',
  }),
  allowed_hosts: textList(
    'Host names that clients may use besides localhost, loopback addresses and the endpoint; `*` for any. Checked as those of receivers are.',
  ),
});

/** The whole configuration file. */
export const configShape = z.strictObject({
  data: text({ default: './spanguard-data', doc: 'Folder of everything the processor keeps.' }),
  receivers: receivers.prefault({}),
  redact: redactShape,
  correlate: correlate.prefault({}),
  alerts: alertsShape.prefault({}),
  exporters: z
    .record(z.string().regex(/^otlp_http(\/[a-z0-9_-]{1,64})?$/), otlpHttpExporter)
    .prefault({}),
  journal: journal.prefault({}),
  admin: admin.prefault({}),
  shutdown_timeout: duration({
    min: '1s',
    max: '5m',
    default: '10s',
    doc: 'How long a graceful drain may take.',
  }),
  log_level: oneOf(['info', 'warn', 'error'], { default: 'info', doc: 'Least severe log shown.' }),
  service_name: optionalText('Name the processor gives itself in its own telemetry.'),
});

/** A checked configuration, units in milliseconds and bytes. */
export type Config = z.output<typeof configShape>;
/** One receiver's part of it. */
export type ReceiverConfig = Config['receivers'][keyof Config['receivers']];
/** One exporter's part of it. */
export type OtlpHttpExporterConfig = z.output<typeof otlpHttpExporter>;
