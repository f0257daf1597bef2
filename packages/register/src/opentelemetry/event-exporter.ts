/** Where security events go: to every log exporter the user configured. */
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';

/** Exporters become known while the SDK starts, after the security runtime exists. */
export class EventExporter implements LogRecordExporter {
  readonly #targets: LogRecordExporter[] = [];

  add(target: LogRecordExporter): void {
    this.#targets.push(target);
  }

  get hasTargets(): boolean {
    return this.#targets.length > 0;
  }

  /** Succeeds when every target took the records. */
  export(records: ReadableLogRecord[], done: (result: ExportResult) => void): void {
    let pending = this.#targets.length;
    let worst: ExportResult = { code: ExportResultCode.SUCCESS };
    if (pending === 0) return done({ code: ExportResultCode.FAILED });
    for (const target of this.#targets) {
      target.export(records, (result) => {
        if (result.code !== ExportResultCode.SUCCESS) worst = result;
        pending -= 1;
        if (pending === 0) done(worst);
      });
    }
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#targets.map((target) => target.forceFlush()));
  }

  async shutdown(): Promise<void> {
    // The targets belong to the SDK's own processors, which close them.
  }
}
