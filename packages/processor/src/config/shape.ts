/** The whole configuration: what the registries describe, and the options of the service itself. */
import { z } from 'zod';
import { EXPORTERS } from '../exporters/exporter-registry.ts';
import { componentMap } from '../options/component-map.ts';
import {
  byteSize,
  duration,
  endpoint,
  oneOf,
  optionalText,
  text,
  textList,
} from '../options/option-kinds.ts';
import type { ConfiguredConsumer } from '../pipeline/consumer/define-consumer.ts';
import { RECEIVERS } from '../receivers/receiver-registry.ts';
import { alertsShape } from './alerts-shape.ts';
import { CONSUMERS } from './consumer-registry.ts';
import { redactShape } from './redact-shape.ts';
import { sharedPlaces } from './shared-places.ts';

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

/** What stands under the type of each consumer. */
const consumers = Object.fromEntries(
  CONSUMERS.map(({ type, shape }) => [type, shape.prefault({} as never)]),
);

const before = {
  data: text({ default: './spanguard-data', doc: 'Folder of everything the processor keeps.' }),
  receivers: componentMap(RECEIVERS, {
    doc: 'Where telemetry comes in: any number, such as `otlp_http/public`. Without a name of its own, each type is there once.',
    isOnlyPlace: true,
  }),
  redact: redactShape,
};

const behind = {
  alerts: alertsShape.prefault({}),
  exporters: componentMap(EXPORTERS, {
    doc: 'Where telemetry goes: any number, such as `otlp_http/jaeger`.',
    isOnlyPlace: true,
  }),
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
};

/** The whole configuration file; the names of consumers are known at run time alone. */
const written: z.ZodObject<typeof before & typeof behind, z.core.$strict> = z.strictObject({
  ...before,
  ...consumers,
  ...behind,
});

/** The whole configuration, composed of what the registries describe. */
export const configShape = written.transform((values, context) => {
  const config = { ...values, consumers: consumersOf(values) };
  for (const { path, problem } of sharedPlaces(config)) {
    context.addIssue({ code: 'custom', path: [...path], params: { problem } });
  }
  return config;
});

/** A checked configuration, units in milliseconds and bytes. */
export type Config = z.output<typeof configShape>;

function consumersOf(values: object): ReadonlyMap<string, ConfiguredConsumer> {
  const all = new Map(Object.entries(values as Readonly<Record<string, ConfiguredConsumer>>));
  const types = CONSUMERS.map(({ type }) => type);
  return new Map([...all].filter(([name]) => types.includes(name)));
}
