/** Starts OpenTelemetry with security in this process. Never throws: the application starts either way. */
import { createRequire } from 'node:module';
import { diag } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { detectResources } from '@opentelemetry/resources';
import { startNodeSdk } from '@opentelemetry/sdk-node';
import { createExpressInstrumentation } from '@spanguard/instrumentation-express';
import { createHttpInstrumentation } from '@spanguard/instrumentation-http';
import { createPassportInstrumentation } from '@spanguard/instrumentation-passport';
import { startSecurity, type StartedSecurity } from '@spanguard/sdk';
import {
  createEventExporter,
  createLogRecordProcessors,
  createSpanProcessors,
} from './create-exporters.ts';
import { endWithProcess } from './end-with-process.ts';
import { resourceDetectors } from './resource-detectors.ts';
import { type Environment, readSecurityOptions } from './security-options.ts';

/** How long a flush may hold up the end of the process. */
const FLUSH_MS_MAX = 2000;
const STARTED: symbol = Symbol.for('spanguard.register.started');
/** Where these are loaded already, our hooks come too late for them. */
const HOOKED_MODULES = ['express', 'passport'] as const;

/** Starts once per process; says in one line on standard error where it could not. */
export function start(environment: Environment): void {
  if (Object.hasOwn(globalThis, STARTED)) return;
  Object.defineProperty(globalThis, STARTED, { value: true });
  if (environment['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return;
  try {
    startAll(environment);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `spanguard: could not start, your application is not instrumented: ${reason}\n`,
    );
  }
}

function startAll(environment: Environment): void {
  const { options, warnings } = readSecurityOptions(environment);
  const instrumentations = [
    createHttpInstrumentation(),
    createExpressInstrumentation(),
    createPassportInstrumentation(),
  ];
  const hasConfigFile = (environment['OTEL_CONFIG_FILE'] ?? '') !== '';
  // With a configuration file, providers and exporters are the file's: events share its log pipeline.
  const eventExporter = hasConfigFile ? undefined : createEventExporter(environment);
  let detectors: ReturnType<typeof resourceDetectors> = [];
  const security = startSecurity({
    ...options,
    eventExporter,
    resource: () => detectResources({ detectors }),
  });
  detectors = resourceDetectors(environment, (resource) => security.maskResource(resource));
  const sdk = hasConfigFile
    ? startNodeSdk({ instrumentations })
    : startFromEnvironment(environment, { instrumentations, security, detectors });
  for (const warning of warnings) diag.warn(`spanguard: ${warning}`);
  warnOfLateStart(security);
  endWithProcess(process, {
    flush: async () => {
      await Promise.all([security.forceFlush(), sdk.shutdown()]);
      await security.shutdown();
    },
    onCrash: () => security.crashed(),
    flushMsMax: FLUSH_MS_MAX,
  });
}

interface Parts {
  readonly instrumentations: Instrumentation[];
  readonly security: StartedSecurity;
  readonly detectors: ReturnType<typeof resourceDetectors>;
}

/** The masking processors stand first: what they change, everybody behind them sees changed. */
function startFromEnvironment(
  environment: Environment,
  { instrumentations, security, detectors }: Parts,
): { shutdown: () => Promise<void> } {
  const spanProcessors = createSpanProcessors(environment);
  const logRecordProcessors = createLogRecordProcessors(environment);
  return startNodeSdk({
    instrumentations,
    resourceDetectors: detectors,
    spanProcessors: spanProcessors.length === 0 ? [] : [security.spanProcessor, ...spanProcessors],
    logRecordProcessors:
      logRecordProcessors.length === 0 ? [] : [security.logRecordProcessor, ...logRecordProcessors],
  });
}

function warnOfLateStart(security: StartedSecurity): void {
  const { cache } = createRequire(import.meta.url);
  const late = HOOKED_MODULES.filter((name) =>
    Object.keys(cache).some(
      (file) =>
        /[\\/]node_modules[\\/]/.test(file) &&
        file.replaceAll('\\', '/').includes(`/node_modules/${name}/`),
    ),
  );
  if (late.length === 0) return;
  process.stderr.write(
    `spanguard: ${late.join(' and ')} was loaded before us and is not watched; load @spanguard/register first\n`,
  );
  security.monitorDisabled('loaded_late');
}
