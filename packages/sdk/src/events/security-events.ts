/** Security events as OpenTelemetry log records, on a path that no trace sampler can switch off. */
import { type Logger, logs, SeverityNumber } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
  LoggerProvider,
  type LogRecordExporter,
  type LogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import { SECURITY_EVENT_SEVERITY } from '@spanguard/conventions';
import type { SecurityEvent } from '@spanguard/instrumentation';
import { PACKAGE } from '../generated/package-name.ts';
import {
  type SecurityEventCounts,
  SecurityEventQueue,
  type SecurityEventQueueSettings,
} from './security-event-queue.ts';

/** What {@link SecurityEvents} are sent with. */
export interface SecurityEventsSettings {
  /** Where events go. Without one they go to the global LoggerProvider, sharing its queue. */
  readonly exporter?: LogRecordExporter | undefined;
  /** Asked at the first event: who emits them. Default: OpenTelemetry's default resource. */
  readonly resource?: (() => Resource | undefined) | undefined;
  readonly queue?: Partial<SecurityEventQueueSettings> | undefined;
  /** Runs before the queue: the redacting processor. */
  readonly redacting: LogRecordProcessor;
}

const TEXT_OF_SEVERITY: ReadonlyMap<number, string> = new Map([
  [SeverityNumber.INFO, 'INFO'],
  [SeverityNumber.WARN, 'WARN'],
  [SeverityNumber.FATAL, 'CRITICAL'],
]);

/**
 * Emits each event as a LogRecord with an EventName in the context of the request's span, so trace
 * and span ids are set even where the span is not sampled.
 */
export class SecurityEvents {
  readonly #settings: SecurityEventsSettings;
  readonly #queue: SecurityEventQueue | undefined;
  #provider: LoggerProvider | undefined;
  #logger: Logger | undefined;

  constructor(settings: SecurityEventsSettings) {
    this.#settings = settings;
    const { exporter, queue } = settings;
    if (exporter !== undefined) this.#queue = new SecurityEventQueue(exporter, queue);
  }

  emit({ name, attributes, context, timestamp }: SecurityEvent): void {
    const severityNumber = SECURITY_EVENT_SEVERITY[name];
    const severityText = TEXT_OF_SEVERITY.get(severityNumber);
    this.#loggerNow().emit({
      eventName: name,
      // Backends that list log lines show the body; an event without one is a blank line there.
      body: name,
      severityNumber,
      ...(severityText === undefined ? {} : { severityText }),
      attributes,
      context,
      timestamp,
    });
  }

  /** Whether somebody takes the events: a queue of our own, or a LoggerProvider that is no mere placeholder. */
  leave(): boolean {
    return this.#queue !== undefined || this.#loggerNow().enabled();
  }

  /** What became of the events; `undefined` where they share the global LoggerProvider's queue. */
  counts(): SecurityEventCounts | undefined {
    return this.#queue?.counts();
  }

  async forceFlush(): Promise<void> {
    await this.#queue?.forceFlush();
  }

  async shutdown(): Promise<void> {
    // The logger stays: what is emitted from now on is counted as dropped by the queue.
    await this.#queue?.shutdown();
  }

  // Provider and resource may be set after us, so they are asked for when the first event comes.
  #loggerNow(): Logger {
    this.#logger ??= (this.#ownProvider() ?? logs).getLogger(PACKAGE.name, PACKAGE.version);
    return this.#logger;
  }

  #ownProvider(): LoggerProvider | undefined {
    if (this.#queue === undefined) return undefined;
    const resource = this.#settings.resource?.();
    this.#provider ??= new LoggerProvider({
      ...(resource === undefined ? {} : { resource }),
      processors: [this.#settings.redacting, this.#queue],
    });
    return this.#provider;
  }
}
