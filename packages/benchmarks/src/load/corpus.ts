/** The telemetry every case works on: 16 batches of 512 spans, a third of them requests, about 725 bytes a span, 5 % to redact. */
import { gzipSync } from 'node:zlib';
import { traceRequest } from '@spanguard/testkit';

/** Batches in rotation: more than fit a processor's second-level cache. */
export const BATCHES = 16;
/** Spans of one batch. */
export const SPANS_PER_BATCH = 512;

/** The batches, made from fixed seeds. */
export function corpus(): Uint8Array[] {
  return Array.from({ length: BATCHES }, (_, seed) =>
    traceRequest({ seed, spans: SPANS_PER_BATCH, spansPerTrace: 3 }),
  );
}

/** The batches as an exporter would send them. */
export function gzippedCorpus(): Uint8Array[] {
  return corpus().map((batch) => gzipSync(batch));
}
