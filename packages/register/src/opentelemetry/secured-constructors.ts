/** Gives sdk-node constructors of ours, so that whatever it is configured with is masked first. */
import { createRequire } from 'node:module';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { ATTR_SERVICE_NAME } from '@spanguard/conventions';
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { StartedSecurity } from '@spanguard/sdk';
import type { EventExporter } from './event-exporter.ts';
import { withUnrefTimers } from './unref-timers.ts';

type SdkTrace = typeof import('@opentelemetry/sdk-trace');
type SdkLogs = typeof import('@opentelemetry/sdk-logs');
type SdkMetrics = typeof import('@opentelemetry/sdk-metrics');
type SdkNode = typeof import('@opentelemetry/sdk-node');

/** What sdk-node made while it started. */
export interface SdkParts {
  readonly flushed: { forceFlush(): Promise<void> }[];
  resource: Resource | undefined;
  /** `service.name` where nobody gave one. */
  readonly applicationName: string | undefined;
}

/** What the constructors need. */
export interface SecuringParts {
  readonly security: Pick<StartedSecurity, 'spanProcessor' | 'logRecordProcessor' | 'maskResource'>;
  readonly eventExporter: EventExporter;
}

/**
 * Loads sdk-node with its three providers and its batching log processor replaced by subclasses. A
 * declarative configuration takes no processors of ours, and sdk-node has no other place for them;
 * it takes its classes from the modules it requires, which are swapped while it loads and put back
 * at once. Only public constructor options are used.
 */
export function loadSecuredSdkNode(
  parts: SecuringParts,
  made: SdkParts,
): Pick<SdkNode, 'startNodeSdk'> {
  const load = createRequire(import.meta.url);
  // The very copies that sdk-node will require, wherever a package manager put them.
  const loadAsSdkNode = createRequire(load.resolve('@opentelemetry/sdk-node'));
  const swaps = [
    {
      name: '@opentelemetry/sdk-trace',
      secured: (real: SdkTrace) => securedTrace(real, parts, made),
    },
    { name: '@opentelemetry/sdk-logs', secured: (real: SdkLogs) => securedLogs(real, parts, made) },
    {
      name: '@opentelemetry/sdk-metrics',
      secured: (real: SdkMetrics) => securedMetrics(real, parts, made),
    },
  ].map(({ name, secured }) => {
    const real = loadAsSdkNode(name);
    const entry = loadAsSdkNode.cache[loadAsSdkNode.resolve(name)];
    if (entry === undefined) throw new Error(`${name} is not in the module cache`);
    return { entry, real, secured: { ...real, ...secured(real) } };
  });
  try {
    for (const { entry, secured } of swaps) entry.exports = secured;
    let sdkNode: SdkNode | undefined;
    withUnrefTimers(() => {
      sdkNode = load('@opentelemetry/sdk-node');
    });
    if (sdkNode === undefined) throw new Error('@opentelemetry/sdk-node did not load');
    return sdkNode;
  } finally {
    for (const { entry, real } of swaps) entry.exports = real;
  }
}

function securedTrace(real: SdkTrace, { security }: SecuringParts, made: SdkParts) {
  class TracerProvider extends real.TracerProvider {
    constructor(options: ConstructorParameters<SdkTrace['TracerProvider']>[0] = {}) {
      super({
        ...options,
        ...maskedResource(options.resource, security, made),
        spanProcessors: [security.spanProcessor, ...(options.spanProcessors ?? [])],
      });
      made.flushed.push(this);
    }
  }
  return { TracerProvider };
}

function securedLogs(real: SdkLogs, { security, eventExporter }: SecuringParts, made: SdkParts) {
  class LoggerProvider extends real.LoggerProvider {
    constructor(options: ConstructorParameters<SdkLogs['LoggerProvider']>[0] = {}) {
      super({
        ...options,
        ...maskedResource(options.resource, security, made),
        processors: [security.logRecordProcessor, ...(options.processors ?? [])],
      });
      made.flushed.push(this);
    }
  }
  class BatchLogRecordProcessor extends real.BatchLogRecordProcessor {
    constructor(options: ConstructorParameters<SdkLogs['BatchLogRecordProcessor']>[0]) {
      super(options);
      addExporter(options.exporter);
    }
  }
  class SimpleLogRecordProcessor extends real.SimpleLogRecordProcessor {
    constructor(options: ConstructorParameters<SdkLogs['SimpleLogRecordProcessor']>[0]) {
      super(options);
      addExporter(options.exporter);
    }
  }
  function addExporter(exporter: LogRecordExporter): void {
    eventExporter.add(exporter);
  }
  return { LoggerProvider, BatchLogRecordProcessor, SimpleLogRecordProcessor };
}

function securedMetrics(real: SdkMetrics, { security }: SecuringParts, made: SdkParts) {
  class MeterProvider extends real.MeterProvider {
    constructor(options: ConstructorParameters<SdkMetrics['MeterProvider']>[0] = {}) {
      super({ ...options, ...maskedResource(options.resource, security, made) });
      made.flushed.push(this);
    }
  }
  return { MeterProvider };
}

function maskedResource(
  resource: Resource | undefined,
  security: SecuringParts['security'],
  made: SdkParts,
): { resource?: Resource } {
  if (resource === undefined) return {};
  made.resource = named(resource, made.applicationName);
  return { resource: security.maskResource(made.resource) };
}

/** OpenTelemetry calls what has no name `unknown_service`, with the runtime behind it. */
function named(resource: Resource, name: string | undefined): Resource {
  // `attributes` complains while others are still being detected; this one never takes a promise.
  const [, given] = resource.getRawAttributes().find(([key]) => key === ATTR_SERVICE_NAME) ?? [];
  const isNamed = typeof given === 'string' && !given.startsWith('unknown_service');
  if (isNamed || name === undefined) return resource;
  return resource.merge(resourceFromAttributes({ [ATTR_SERVICE_NAME]: name }));
}
