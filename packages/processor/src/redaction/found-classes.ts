/** Notes which kinds of sensitive data were found in each record of a batch, by the side of the request. */
import type { OtlpIndex } from '@spanguard/otlp';
import { ACTION_NAMES } from '@spanguard/redaction';
import type { DataClasses, DataSide } from '../model/data-classes.ts';
import type { Signal } from '../model/signal.ts';

const ROWS_MIN = 64;
const NAMES_MAX = 32;
/** Tag of the attributes of a span and of a log record. */
const ATTRIBUTE_TAG: Readonly<Record<Signal, number>> = { traces: 0x4a, logs: 0x32, metrics: -1 };
/** Tag of the key of an attribute. */
const KEY_TAG = 0x0a;
/** Attributes by the side of the request that they are of, older names included. */
const PREFIXES: readonly (readonly [Buffer, DataSide])[] = [
  [Buffer.from('http.request.'), 'request'],
  [Buffer.from('http.response.'), 'response'],
  [Buffer.from('url.'), 'request'],
  [Buffer.from('http.target'), 'request'],
  [Buffer.from('http.url'), 'request'],
];

/** The kinds of one batch after the other. Whatever is no kind of data, such as a failure, is not noted. */
export class FoundClasses implements DataClasses {
  readonly names: readonly string[] = ACTION_NAMES.slice(0, NAMES_MAX);
  request: Uint32Array = new Uint32Array(ROWS_MIN);
  response: Uint32Array = new Uint32Array(ROWS_MIN);
  telemetry: Uint32Array = new Uint32Array(ROWS_MIN);
  readonly #bitOf = new Map(this.names.map((name, bit) => [name, 1 << bit]));
  #signal: Signal = 'traces';
  #index: OtlpIndex | undefined;
  /** The record of the candidate noted last: candidates come in the order of the bytes. */
  #record = 0;

  begin(signal: Signal, index: OtlpIndex): void {
    this.#signal = signal;
    this.#index = index;
    this.#record = 0;
    const { count } = index.records;
    if (count > this.request.length) {
      const rows = Math.max(count, this.request.length * 2);
      this.request = new Uint32Array(rows);
      this.response = new Uint32Array(rows);
      this.telemetry = new Uint32Array(rows);
      return;
    }
    for (const side of [this.request, this.response, this.telemetry]) side.fill(0, 0, count);
  }

  /** Something was found in a candidate. */
  note(candidate: number, name: string): void {
    const bit = this.#bitOf.get(name);
    const index = this.#index;
    if (bit === undefined || index === undefined || this.#signal === 'metrics') return;
    const { candidates, frames, records } = index;
    const frame = candidates.frame[candidate] ?? 0;
    const record = this.#recordAt(index, frames.start[frame] ?? 0);
    if (record < 0) return;
    const side = this[this.#sideOf(index, frame, records.frame[record] ?? 0)];
    side[record] = (side[record] ?? 0) | bit;
  }

  /** The record a byte is in; -1 for what belongs to a resource or scope. */
  #recordAt({ records, frames }: OtlpIndex, at: number): number {
    let record = this.#record;
    const startOf = (row: number): number => frames.start[records.frame[row] ?? 0] ?? 0;
    if (record >= records.count || startOf(record) > at) record = 0;
    while (record < records.count && (frames.end[records.frame[record] ?? 0] ?? 0) <= at) record++;
    this.#record = record;
    return record < records.count && startOf(record) <= at ? record : -1;
  }

  /** By the key of the outermost attribute around it. */
  #sideOf({ frames, bytes }: OtlpIndex, frame: number, recordFrame: number): DataSide {
    let outermost = frame;
    while (outermost > 0 && frames.parent[outermost] !== recordFrame) {
      outermost = frames.parent[outermost] ?? 0;
    }
    const start = frames.start[outermost] ?? 0;
    const isAttribute = bytes[frames.tagAt[outermost] ?? 0] === ATTRIBUTE_TAG[this.#signal];
    if (!isAttribute || bytes[start] !== KEY_TAG) return 'telemetry';
    const keyStart = start + 2;
    const keyEnd = keyStart + (bytes[start + 1] ?? 0);
    for (const [prefix, side] of PREFIXES) {
      if (keyEnd - keyStart >= prefix.length && isAt(bytes, prefix, keyStart)) return side;
    }
    return 'telemetry';
  }
}

function isAt(bytes: Uint8Array, word: Buffer, start: number): boolean {
  for (let at = 0; at < word.length; at++) if (bytes[start + at] !== word[at]) return false;
  return true;
}
