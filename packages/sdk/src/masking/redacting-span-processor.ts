/** Masks every span while it is still mutable. Put it first; it exports nothing itself. */
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { AttributeMasker } from './mask-attributes.ts';
import type { OnMaskingError } from './redacting-log-record-processor.ts';

const WITHHELD = '[masking_failed]';

/**
 * Masks and caps the name, status message, attributes, events and links of every recording span in
 * `onEnding`, which OpenTelemetry calls on all processors before any of them sees `onEnd`. An SDK
 * without `onEnding` is served in `onEnd`, where being the first processor is what makes it safe.
 * A span that cannot be masked leaves empty rather than unmasked.
 */
export class RedactingSpanProcessor implements SpanProcessor {
  readonly #masker: AttributeMasker;
  readonly #onError: OnMaskingError;
  #masked: ReadableSpan | undefined;

  constructor(masker: AttributeMasker, onError: OnMaskingError) {
    this.#masker = masker;
    this.#onError = onError;
  }

  onStart(): void {
    // What a span starts with may still change; it is masked once, at its end.
  }

  onEnding(span: Span): void {
    this.#maskSafely(span);
    this.#masked = span;
  }

  onEnd(span: ReadableSpan): void {
    if (this.#masked !== span) this.#maskSafely(span);
    this.#masked = undefined;
  }

  async forceFlush(): Promise<void> {
    // Holds nothing.
  }

  async shutdown(): Promise<void> {
    // Holds nothing.
  }

  #maskSafely(span: ReadableSpan): void {
    try {
      this.#mask(span);
    } catch (error) {
      withhold(span);
      this.#onError('sdk.mask_span', error);
    }
  }

  #mask(span: ReadableSpan): void {
    const masker = this.#masker;
    masker.attributes(span.attributes);
    rename(span, masker.text(span.name));
    if (span.status.message !== undefined) {
      span.status.message = masker.text(span.status.message);
    }
    for (const event of span.events) {
      event.name = masker.text(event.name);
      if (event.attributes !== undefined) masker.attributes(event.attributes);
    }
    for (const link of span.links) {
      if (link.attributes !== undefined) masker.attributes(link.attributes);
    }
  }
}

function withhold(span: ReadableSpan): void {
  for (const key of Object.keys(span.attributes)) delete span.attributes[key];
  span.events.length = 0;
  span.links.length = 0;
  rename(span, WITHHELD);
  if (span.status.message !== undefined) span.status.message = WITHHELD;
}

// `name` is read-only to readers of spans; `updateName` would refuse once the span has ended.
function rename(span: ReadableSpan, name: string): void {
  if (span.name !== name) Reflect.set(span, 'name', name);
}
