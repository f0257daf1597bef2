/** The telemetry every case works on, made from fixed seeds: about 725 bytes a span, a third requests, 5 % to redact. */
import {
  decodeRequest,
  encodeRequest,
  type LogRecord,
  logsRequest,
  type ResourceLogs,
  traceRequest,
} from '@spanguard/testkit';
import { FreshBatch } from './fresh-batch.ts';
import { securityEvents } from './security-events.ts';

/** Batches in rotation: more than fit a processor's second-level cache. */
export const BATCHES = 16;
/** Records of one batch. */
export const SPANS_PER_BATCH = 512;
/** Of log-heavy traffic, two fifths are security events. */
const EVENTS_PER_BATCH = Math.round((SPANS_PER_BATCH * 2) / 5);
const SMALL_BATCHES = 512;
const SMALL_SPANS_MAX = 10;

/** Batches of spans. */
export function corpus(): Uint8Array[] {
  return Array.from({ length: BATCHES }, (_, seed) =>
    traceRequest({ seed, spans: SPANS_PER_BATCH, spansPerTrace: 3 }),
  );
}

/** Batches of spans, to be sent again and again. */
export function traceBatches(): FreshBatch[] {
  return corpus().map((bytes) => new FreshBatch('traces', bytes));
}

/** Requests of 1 to 10 spans, as services with little traffic send them. */
export function smallTraceBatches(): FreshBatch[] {
  return Array.from({ length: SMALL_BATCHES }, (_, seed) => {
    const spans = 1 + (seed % SMALL_SPANS_MAX);
    return new FreshBatch('traces', traceRequest({ seed, spans }));
  });
}

/** Batches of log records of a shop, its security events among them. */
export async function logBatches(): Promise<FreshBatch[]> {
  const { resource, scope, records } = await securityEvents(BATCHES * EVENTS_PER_BATCH);
  return Array.from({ length: BATCHES }, (_, seed) => {
    const own = logsRequest({ seed, records: SPANS_PER_BATCH - EVENTS_PER_BATCH });
    const logRecords = records.slice(seed * EVENTS_PER_BATCH, (seed + 1) * EVENTS_PER_BATCH);
    const resourceLogs = (decodeRequest('logs', own).resourceLogs ?? []).map((each) =>
      datedAs(each, logRecords[0]),
    );
    const events = { resource, scopeLogs: [{ scope, logRecords }] };
    const bytes = encodeRequest('logs', { resourceLogs: [...resourceLogs, events] });
    return new FreshBatch('logs', bytes);
  });
}

/** What else is told is of the same time as the events. */
function datedAs(logs: ResourceLogs, event: LogRecord | undefined): ResourceLogs {
  const { timeUnixNano = 0, observedTimeUnixNano = 0 } = event ?? {};
  const scopeLogs = (logs.scopeLogs ?? []).map((scope) => ({
    ...scope,
    logRecords: (scope.logRecords ?? []).map((record) => ({
      ...record,
      timeUnixNano,
      observedTimeUnixNano,
    })),
  }));
  return { ...logs, scopeLogs };
}
