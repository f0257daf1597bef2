/** The queue of security events: bounded, counted, and never what keeps a process alive. */
import { context } from '@opentelemetry/api';
import { ExportResultCode, suppressTracing } from '@opentelemetry/core';
import type {
  LogRecordExporter,
  LogRecordProcessor,
  ReadWriteLogRecord,
} from '@opentelemetry/sdk-logs';

/** Bounds of the queue. */
export interface SecurityEventQueueSettings {
  /** Events waiting at most; later ones are dropped and counted. Default 8192, at most 65536. */
  readonly eventsMax: number;
  /** Events in one export. Default 512, at most `eventsMax`. */
  readonly batchMax: number;
  /** Longest wait of an event before it is exported, in milliseconds. Default 1000. */
  readonly delayMs: number;
  /** Longest export, in milliseconds, after which its events count as failed. Default 30000. */
  readonly exportTimeoutMs: number;
}

/** The defaults of {@link SecurityEventQueueSettings}. */
export const DEFAULT_QUEUE_SETTINGS: SecurityEventQueueSettings = {
  eventsMax: 8192,
  batchMax: 512,
  delayMs: 1000,
  exportTimeoutMs: 30_000,
};

/** What became of the events so far. */
export interface SecurityEventCounts {
  readonly exported: number;
  /** Not queued because the queue was full or shut down. */
  readonly dropped: number;
  /** Given to the exporter, which could not deliver them. */
  readonly failed: number;
  readonly waiting: number;
}

/** A batch processor for security events alone, so that no flood of ordinary logs can push them out. */
export class SecurityEventQueue implements LogRecordProcessor {
  readonly #exporter: LogRecordExporter;
  readonly #settings: SecurityEventQueueSettings;
  #waiting: ReadWriteLogRecord[] = [];
  #timer: NodeJS.Timeout | undefined;
  #draining: Promise<void> | undefined;
  #closed = false;
  #exported = 0;
  #dropped = 0;
  #failed = 0;

  constructor(exporter: LogRecordExporter, settings: Partial<SecurityEventQueueSettings> = {}) {
    this.#exporter = exporter;
    this.#settings = { ...DEFAULT_QUEUE_SETTINGS, ...settings };
  }

  onEmit(record: ReadWriteLogRecord): void {
    if (this.#closed || this.#waiting.length >= this.#settings.eventsMax) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(record);
    if (this.#draining !== undefined) return;
    if (this.#waiting.length >= this.#settings.batchMax) void this.#drain();
    else this.#timer ??= setTimeout(() => void this.#drain(), this.#settings.delayMs).unref();
  }

  counts(): SecurityEventCounts {
    return {
      exported: this.#exported,
      dropped: this.#dropped,
      failed: this.#failed,
      waiting: this.#waiting.length,
    };
  }

  /** Resolves when all that was queued before the call has been given to the exporter and answered. */
  async forceFlush(): Promise<void> {
    await this.#drain();
    // A drain that ran already may have taken its last batch before the newest events came.
    if (this.#waiting.length > 0) await this.#drain();
    await this.#exporter.forceFlush();
  }

  /** Flushes and closes the exporter. Safe to call twice; later events are dropped and counted. */
  async shutdown(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.forceFlush();
    await this.#exporter.shutdown();
  }

  #drain(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#draining ??= this.#exportAll().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  async #exportAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#settings.batchMax);
      // One export at a time is the bound; the queue is where events wait.
      // oxlint-disable-next-line no-await-in-loop
      const delivered = await this.#exportBatch(batch);
      if (delivered) this.#exported += batch.length;
      else this.#failed += batch.length;
    }
  }

  async #exportBatch(batch: ReadWriteLogRecord[]): Promise<boolean> {
    // One provider fills this queue, so one resource is everybody's; it may still be detecting.
    await batch[0]?.resource.waitForAsyncAttributes?.();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#settings.exportTimeoutMs, false).unref();
      // Our own request must not become telemetry, or every export would cause the next.
      context.with(suppressTracing(context.active()), () => {
        try {
          this.#exporter.export(batch, ({ code }) => {
            clearTimeout(timer);
            resolve(code === ExportResultCode.SUCCESS);
          });
        } catch {
          clearTimeout(timer);
          resolve(false);
        }
      });
    });
  }
}
