/** A benign Monday of an API of middle size, as OTLP, in the order of time. The same seed gives the same day. */
import {
  encodeLogsRequest,
  encodeTracesRequest,
  type LogRecordData,
  type SpanData,
} from '@spanguard/otlp';
import { SeededRandom } from '@spanguard/testkit';
import type { TrafficRequest } from '#processor/service/rule-traffic.ts';
import { Day, type Happening } from './happening.ts';
import { checkHealth, connect, crawl, forget, runBatches } from './machines.ts';
import { administer, browse, synchronise, workInOffice } from './people.ts';

/** A day, ready to be sent. */
export interface SimulatedDay {
  readonly requests: readonly TrafficRequest[];
  /** Spans and log records in them. */
  readonly records: number;
}

const BEGIN_MS = Date.UTC(2026, 0, 5);
const BROWSERS = 700;
const PHONES = 120;
const OFFICE = 500;
/** Records of one service that are sent together, and how long they may wait for each other. */
const BATCH_RECORDS = 256;
const BATCH_MS = 5000;

/** Everybody's day. */
export function simulateDay(seed: number): SimulatedDay {
  const day = new Day(new SeededRandom(seed), BEGIN_MS);
  for (let index = 0; index < BROWSERS; index++) browse(day, index);
  for (let index = 0; index < PHONES; index++) synchronise(day, index);
  workInOffice(day, OFFICE);
  administer(day);
  crawl(day);
  checkHealth(day);
  runBatches(day);
  connect(day);
  forget(day);
  const happenings = day.happenings.toSorted((one, other) => one.timeMs - other.timeMs);
  return { requests: batched(happenings), records: happenings.length };
}

function batched(happenings: readonly Happening[]): readonly TrafficRequest[] {
  const requests: TrafficRequest[] = [];
  const open = new Map<string, Happening[]>();
  const close = (source: string): void => {
    const batch = open.get(source) ?? [];
    open.delete(source);
    if (batch.length > 0) requests.push(requestOf(batch, requests.length));
  };
  for (const happening of happenings) {
    const source = `${happening.service} ${isLog(happening) ? 'logs' : 'traces'}`;
    for (const [other, [first]] of open) {
      if (first !== undefined && happening.timeMs - first.timeMs > BATCH_MS) close(other);
    }
    open.set(source, [...(open.get(source) ?? []), happening]);
    if (open.get(source)?.length === BATCH_RECORDS) close(source);
  }
  for (const source of open.keys()) close(source);
  return requests;
}

function isLog({ event, line }: Happening): boolean {
  return event !== undefined || line !== undefined;
}

function requestOf(batch: readonly Happening[], number: number): TrafficRequest {
  const [first] = batch;
  if (first === undefined) throw new Error('a batch is never empty');
  const { service, timeMs } = first;
  const source = { resource: { 'service.name': service }, scopeName: 'day' };
  if (isLog(first)) {
    return { signal: 'logs', timeMs, bytes: encodeLogsRequest(source, batch.map(logOf)) };
  }
  const spans = batch.map((each, at) => spanOf(each, number * BATCH_RECORDS + at + 1));
  return { signal: 'traces', timeMs, bytes: encodeTracesRequest(source, spans) };
}

function logOf({ timeMs, event, line, attributes }: Happening): LogRecordData {
  return {
    timeMs: Math.floor(timeMs),
    severityNumber: 9,
    ...(event === undefined ? {} : { eventName: event }),
    ...(line === undefined ? {} : { body: line }),
    attributes,
  };
}

function spanOf({ timeMs, durationMs, attributes }: Happening, id: number): SpanData {
  const hex = id.toString(16);
  const endMs = Math.floor(timeMs);
  return {
    traceId: hex.padStart(32, '0'),
    spanId: hex.padStart(16, '0'),
    name: 'request',
    kind: 2,
    startMs: endMs - durationMs,
    endMs,
    attributes,
  };
}
