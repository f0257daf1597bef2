/** Masks every log record before the processors after it see it. Put it first. */
import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { SECURITY_EVENT_SEVERITY } from '@spanguard/conventions';
import type { AttributeMasker } from './mask-attributes.ts';

/** Told where masking failed; must not throw and must not log per call. */
export type OnMaskingError = (where: string, error: unknown) => void;

const BODY_KEY = 'body';
const WITHHELD = '[masking_failed]';

/**
 * Masks and caps body, attributes, severity text and event name of every log record. A record that cannot
 * be masked leaves empty rather than unmasked.
 */
export class RedactingLogRecordProcessor implements LogRecordProcessor {
  readonly #masker: AttributeMasker;
  readonly #onError: OnMaskingError;

  constructor(masker: AttributeMasker, onError: OnMaskingError) {
    this.#masker = masker;
    this.#onError = onError;
  }

  onEmit(record: ReadWriteLogRecord): void {
    try {
      this.#mask(record);
    } catch (error) {
      for (const key of Object.keys(record.attributes)) delete record.attributes[key];
      record.body = WITHHELD;
      if (isForeign(record.eventName)) record.eventName = WITHHELD;
      this.#onError('sdk.mask_log_record', error);
    }
  }

  async forceFlush(): Promise<void> {
    // Holds nothing.
  }

  async shutdown(): Promise<void> {
    // Holds nothing.
  }

  #mask(record: ReadWriteLogRecord): void {
    const masker = this.#masker;
    masker.attributes(record.attributes);
    const { body, eventName, severityText } = record;
    if (isForeign(eventName)) record.eventName = masker.text(eventName);
    if (typeof body === 'string') record.body = masker.text(body);
    else if (body !== undefined) record.body = masker.value(BODY_KEY, body);
    if (severityText !== undefined) record.severityText = masker.text(severityText);
  }
}

// Names of ours are words of a vocabulary; an application's may be made of anything.
function isForeign(eventName: string | undefined): eventName is string {
  return eventName !== undefined && !Object.hasOwn(SECURITY_EVENT_SEVERITY, eventName);
}
