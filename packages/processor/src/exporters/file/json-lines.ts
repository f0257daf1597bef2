/** Requests as OTLP/JSON, one a line: what the Collector's file exporter writes and its receiver reads. */
import { countRecords, takeRecords, transcodeProtobufToJson } from '@spanguard/otlp';
import type { Signal } from '../../model/signal.ts';

/** The Collector reads lines of 1 MiB unless it is told otherwise; a longer one is cut by records. */
const LINE_BYTES_MAX = 1_000_000;
const LINE_FEED = Buffer.from('\n');

/** All requests, lines and their ends; undefined where one of them is no request of the signal. */
export function jsonLines(signal: Signal, requests: readonly Uint8Array[]): Buffer | undefined {
  const lines: Uint8Array[] = [];
  const left = requests.toReversed();
  for (let request = left.pop(); request !== undefined; request = left.pop()) {
    const json = transcodeProtobufToJson(signal, request);
    if (!json.ok) return undefined;
    const halves = json.bytes.length > LINE_BYTES_MAX ? halvesOf(request) : undefined;
    if (halves === undefined) lines.push(json.bytes, LINE_FEED);
    else left.push(...halves.toReversed());
  }
  return Buffer.concat(lines);
}

/** Undefined for a single record: its line is as long as it is. */
function halvesOf(request: Uint8Array): readonly Uint8Array[] | undefined {
  const records = countRecords(request) ?? 0;
  const middle = records >>> 1;
  const first = takeRecords(request, { from: 0, to: middle });
  const second = takeRecords(request, { from: middle, to: records });
  return middle === 0 || first === undefined || second === undefined ? undefined : [first, second];
}
