/** Starts everything in order: settings, security runtime, OpenTelemetry, hooks, exit watch. */
import process from 'node:process';
import { loggingErrorHandler, setGlobalErrorHandler } from '@opentelemetry/core';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { createExpressInstrumentation } from '@spanguard/instrumentation-express';
import { createFastifyInstrumentation } from '@spanguard/instrumentation-fastify';
import { createHapiInstrumentation } from '@spanguard/instrumentation-hapi';
import { createHonoInstrumentation } from '@spanguard/instrumentation-hono';
import { createHttpInstrumentation } from '@spanguard/instrumentation-http';
import { createKoaInstrumentation } from '@spanguard/instrumentation-koa';
import { createPassportInstrumentation } from '@spanguard/instrumentation-passport';
import { createPasswordInstrumentation } from '@spanguard/instrumentation-password';
import { createTokenInstrumentation } from '@spanguard/instrumentation-token';
import { type StartedSecurity, startSecurity } from '@spanguard/sdk';
import { EventExporter } from './opentelemetry/event-exporter.ts';
import { watchExportRequests } from './opentelemetry/export-requests.ts';
import { isOtherSdkStarted } from './opentelemetry/other-sdk.ts';
import { installImportHooks } from './opentelemetry/import-hooks.ts';
import { loadSecuredSdkNode, type SdkParts } from './opentelemetry/secured-constructors.ts';
import { isExportFailure, Undelivered } from './opentelemetry/undelivered.ts';
import { watchExit } from './process/exit-watch.ts';
import { loadedBefore } from './process/late-load.ts';
import { notInstrumented } from './process/not-instrumented.ts';
import { applicationName } from './settings/application-name.ts';
import { type DeclarativeFile, readDeclarativeFile } from './settings/declarative-file.ts';
import { readSettings, writtenInEnvironment } from './settings/read-settings.ts';

/** What the two entries hand over. */
export interface StartParts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stderr: { write(text: string): unknown };
  /** Ends the loading of OpenTelemetry as one flavour. */
  readonly release: () => void;
}

const STARTED = Symbol.for('spanguard.register.started');

/** Starts once a process. Never throws: a failure is one line on stderr with its consequence. */
export function start({ env, stderr, release }: StartParts): void {
  try {
    if (Reflect.get(globalThis, STARTED) === true) return;
    Reflect.set(globalThis, STARTED, true);
    if (env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return;
    const file = declarativeFile(env);
    if (file?.disabled === true) return;
    if (isOtherSdkStarted()) {
      throw new Error(
        'OpenTelemetry was set up before @spanguard/register; ' +
          'remove that set-up, or add @spanguard/sdk to it as its README says',
      );
    }
    startEnabled({ env, stderr, release }, file);
  } catch (error) {
    stderr.write(notInstrumented(error));
  } finally {
    release();
  }
}

function startEnabled({ env, stderr }: StartParts, file: DeclarativeFile | undefined): void {
  const written = new Map([...writtenInEnvironment(env), ...(file?.written ?? [])]);
  const { options, shutdownMs, complaints } = readSettings(written, {
    env,
    redaction: file?.redaction,
  });
  for (const complaint of complaints) stderr.write(`spanguard: ${complaint}\n`);

  const made: SdkParts = {
    flushed: [],
    resource: undefined,
    applicationName: applicationName({ script: process.argv[1], cwd: process.cwd() }),
  };
  const eventExporter = new EventExporter();
  const security = startSecurity({
    ...options,
    eventExporter,
    eventsLeave: () => eventExporter.hasTargets,
    resource: () => made.resource,
  });
  // Before any instrumentation exists: their require hook remembers what a module exported.
  const { startNodeSdk } = loadSecuredSdkNode({ security, eventExporter }, made);
  const instrumentations: Instrumentation[] = [
    createHttpInstrumentation(),
    createExpressInstrumentation(),
    createFastifyInstrumentation(),
    createHapiInstrumentation(),
    createHonoInstrumentation(),
    createKoaInstrumentation(),
    createPassportInstrumentation(),
    createPasswordInstrumentation(),
    createTokenInstrumentation(),
  ];
  const late = loadedBefore(instrumentations);

  // Without this, messages of level info would go to the application's stdout.
  startNodeSdk({ instrumentations, logLevel: env['OTEL_LOG_LEVEL'] ?? 'warn' });
  if (made.flushed.length === 0) {
    // Hooks without an export would mark spans of others as ours, and their requests as told.
    void security.shutdown();
    throw new Error('OpenTelemetry did not start; it said why above, or every signal is off');
  }
  if (!security.hashesJoin) {
    stderr.write(
      'spanguard: no folder to keep a hash key in; users and sessions of several processes do not join; ' +
        'set SPANGUARD_HASH_KEY to the same 32 bytes or more for all of them\n',
    );
  }
  if (!eventExporter.hasTargets) {
    stderr.write('spanguard: no log exporter is configured, security events go nowhere\n');
  }
  tellUndelivered(stderr);
  installImportHooks(instrumentations);
  tellLate(late, security, stderr);
  const hearsSignals = watchExit({
    process,
    flush: () => flushAll(security, made),
    deadlineMs: shutdownMs,
    onCrash: () => security.crashed(),
  });
  if (!hearsSignals) {
    stderr.write('spanguard: this Node tells us of no signal; what is queued at one is lost\n');
  }
}

function tellUndelivered(stderr: StartParts['stderr']): void {
  const undelivered = new Undelivered((line) => stderr.write(line));
  // Where failures cannot be watched, upstream's handler tells of each, stack and all.
  if (!watchExportRequests((failure) => undelivered.failed(failure))) return;
  const logError = loggingErrorHandler();
  setGlobalErrorHandler((error) => {
    if (!isExportFailure(error)) logError(error);
  });
}

function declarativeFile(env: StartParts['env']): DeclarativeFile | undefined {
  const path = env['OTEL_CONFIG_FILE']?.trim();
  return path === undefined || path === '' ? undefined : readDeclarativeFile(path);
}

function tellLate(
  late: readonly string[],
  security: StartedSecurity,
  stderr: StartParts['stderr'],
): void {
  if (late.length === 0) return;
  stderr.write(
    `spanguard: ${late.join(', ')} was loaded before @spanguard/register and is not watched; ` +
      'start node with --import @spanguard/register\n',
  );
  security.monitorDisabled('loaded_before_register');
}

async function flushAll(security: StartedSecurity, made: SdkParts): Promise<void> {
  const flushes = made.flushed.map((provider) => provider.forceFlush());
  await Promise.allSettled([security.forceFlush(), ...flushes]);
}
