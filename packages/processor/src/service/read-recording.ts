/**
 * Telemetry out of files, in the order of time: OTLP/JSON, a document or a request a line as the Collector's
 * file exporter writes them, gzip or not. Requests of several files are put together.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { transcodeJsonToProtobuf } from '@spanguard/otlp';
import { unreadable } from '../config/unreadable.ts';
import type { TrafficRequest } from './rule-traffic.ts';

/** What files hold, or everything that is wrong with them. */
export type Recording =
  | {
      readonly ok: true;
      readonly requests: readonly TrafficRequest[];
      /** Lines that hold metrics, or nothing of OTLP. */
      readonly skipped: number;
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/** One file, unpacked. */
const FILE_BYTES_MAX = 1024 * 1024 * 1024;
const GZIP = /\.gz$/;
const SIGNALS = [
  ['"resourceSpans"', 'traces'],
  ['"resourceLogs"', 'logs'],
] as const;
const TIME = /"(?:endTimeUnixNano|timeUnixNano|observedTimeUnixNano)"\s*:\s*"?(?<time>\d{13,19})/;
const NANOSECONDS = 6;
const NEW_LINE = 0x0a;

/** Reads all of them. Requests that tell the same time keep their order. */
export function readRecording(files: readonly string[]): Recording {
  const problems: string[] = [];
  const requests: TrafficRequest[] = [];
  let skipped = 0;
  for (const file of files) {
    const bytes = readBytes(file, problems);
    if (bytes === undefined) continue;
    for (const [at, part] of partsOf(bytes).entries()) {
      const request = requestOf(part);
      if (typeof request === 'string') problems.push(`${file}, request ${at + 1}: ${request}`);
      else if (request === undefined) skipped += 1;
      else requests.push(request);
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, requests: requests.toSorted((a, b) => a.timeMs - b.timeMs), skipped };
}

function readBytes(file: string, problems: string[]): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    return GZIP.test(file) ? gunzipSync(bytes, { maxOutputLength: FILE_BYTES_MAX }) : bytes;
  } catch (error) {
    problems.push(`${file} ${unreadable(error, 'a file of OTLP/JSON')}`);
    return undefined;
  }
}

/** A document that is written over several lines is one request. */
function partsOf(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(NEW_LINE, start);
    const end = found < 0 ? bytes.length : found;
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  const filled = lines.filter((line) => line.toString('latin1', 0, 64).trim() !== '');
  const first = filled[0]?.toString('latin1').trim() ?? '';
  return filled.length > 1 && !first.endsWith('}') ? [bytes] : filled;
}

/** Undefined for metrics and the like; a sentence where it is broken. */
function requestOf(json: Buffer): TrafficRequest | string | undefined {
  const [, signal] = SIGNALS.find(([name]) => json.includes(name)) ?? [];
  if (signal === undefined) return json.includes('"resourceMetrics"') ? undefined : 'no OTLP/JSON';
  const outcome = transcodeJsonToProtobuf(signal, json);
  if (!outcome.ok) return outcome.error.message;
  return { signal, timeMs: timeOf(json), bytes: Buffer.from(outcome.bytes) };
}

function timeOf(json: Buffer): number {
  const time = TIME.exec(json.toString('latin1'))?.groups?.['time'] ?? '0';
  return Number(time.slice(0, -NANOSECONDS));
}
