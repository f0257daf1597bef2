/** Reads values of one record out of an index: strings are made only where they are asked for. */
import {
  type CellTable,
  type OtlpIndex,
  readNumber,
  readNumberText,
  readTexts,
  VALUE,
} from '@spanguard/otlp';
import type { ObservationValue } from '../model/observation.ts';
import type { Signal } from '../model/signal.ts';
import { COLUMNS_OF } from './columns.ts';

/** Of longer inputs recognisers get head and tail: 64 KiB is more than any server reads of a target. */
const INPUT_BYTES_MAX = 65_536;
/** Texts read of a list or map; no sender of ours has more headers or parameters. */
const TEXTS_MAX = 4096;
const NO_COLUMNS: readonly number[] = [];
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/** A reader over one index, moved from record to record. */
export class RecordReader {
  readonly #signal: Signal;
  readonly #index: OtlpIndex;
  readonly #buffer: Buffer;
  #row = 0;

  constructor(signal: Signal, index: OtlpIndex, bytes: Uint8Array) {
    this.#signal = signal;
    this.#index = index;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Moves to a record. */
  moveTo(row: number): void {
    this.#row = row;
  }

  /**
   * The attribute of the record under its own name or an alias, else of its resource; undefined where
   * absent. Whole, however long: whoever shows it masks it first and cuts afterwards. Of an array or map
   * the texts.
   */
  get(name: string): ObservationValue | undefined {
    const own = this.#own(name, Infinity);
    if (own !== undefined) return own;
    const [column] = COLUMNS_OF.get(name) ?? NO_COLUMNS;
    if (column === undefined) return undefined;
    const { records, resourceCells } = this.#index;
    const resource = records.resource[this.#row] ?? 0;
    return this.#value(resourceCells, resourceCells.cellOf(resource, column), Infinity);
  }

  /** The attribute as text, or undefined. */
  text(name: string): string | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : String(value);
  }

  /** The record's attribute as text for a recogniser: of what is longer than 64 KiB, the head and the tail. */
  input(name: string): string | undefined {
    const value = this.#own(name, INPUT_BYTES_MAX);
    return value === undefined ? undefined : String(value);
  }

  /** Whether the record itself has the attribute, under its own name. */
  has(name: string): boolean {
    const column = COLUMNS_OF.get(name)?.[0];
    if (column === undefined) return false;
    const { recordCells } = this.#index;
    return recordCells.type[recordCells.cellOf(this.#row, column)] !== VALUE.absent;
  }

  /** Span name or EventName; empty where absent. */
  name(): string {
    const start = this.#index.records.nameStart[this.#row] ?? -1;
    const end = this.#index.records.nameEnd[this.#row] ?? -1;
    return start < 0 ? '' : this.#buffer.toString('utf8', start, end);
  }

  /** Whether the name begins with these bytes: asked of every record, so no string is made. */
  nameBeginsWith(prefix: Uint8Array): boolean {
    const start = this.#index.records.nameStart[this.#row] ?? -1;
    const end = this.#index.records.nameEnd[this.#row] ?? -1;
    if (start < 0 || end - start < prefix.length) return false;
    for (let at = 0; at < prefix.length; at++) {
      if (this.#buffer[start + at] !== prefix[at]) return false;
    }
    return true;
  }

  /** Hex trace id; empty where absent or all zero, which is how some senders write that. */
  traceId(): string {
    return this.#hex(this.#index.records.traceIdAt[this.#row] ?? -1, TRACE_ID_BYTES);
  }

  /** Hex span id; empty where absent or all zero. */
  spanId(): string {
    return this.#hex(this.#index.records.spanIdAt[this.#row] ?? -1, SPAN_ID_BYTES);
  }

  /** SpanKind of OTLP. */
  kind(): number {
    return this.#index.records.kind[this.#row] ?? 0;
  }

  /**
   * When it happened, ms, 0 = absent. A span's end, so that a request drawn out for minutes is as recent as
   * its answer, else its start; a log record's time, else when it was observed.
   */
  timeMs(): number {
    const startMs = this.#index.records.startMs[this.#row] ?? 0;
    const endMs = this.#index.records.endMs[this.#row] ?? 0;
    const [first, second] = this.#signal === 'traces' ? [endMs, startMs] : [startMs, endMs];
    return Math.floor(first > 0 ? first : second);
  }

  /** The record as it came. */
  bytes(): Uint8Array {
    const { frames, records } = this.#index;
    const frame = records.frame[this.#row] ?? 0;
    return this.#buffer.subarray(frames.start[frame], frames.end[frame]);
  }

  #hex(at: number, length: number): string {
    if (at < 0) return '';
    for (let byte = at; byte < at + length; byte++) {
      if (this.#buffer[byte] !== 0) return this.#buffer.toString('hex', at, at + length);
    }
    return '';
  }

  /** Of the record itself. An empty text is how some senders write that they do not know. */
  #own(name: string, bytesMax: number): ObservationValue | undefined {
    const cells = this.#index.recordCells;
    for (const column of COLUMNS_OF.get(name) ?? NO_COLUMNS) {
      const value = this.#value(cells, cells.cellOf(this.#row, column), bytesMax);
      if (value !== undefined && value !== '') return value;
    }
    return undefined;
  }

  #value(cells: CellTable, cell: number, bytesMax: number): ObservationValue | undefined {
    const type = cells.type[cell] ?? VALUE.absent;
    if (type === VALUE.absent) return undefined;
    const value = { type, start: cells.start[cell] ?? 0, end: cells.end[cell] ?? 0 };
    switch (type) {
      case VALUE.bool:
        return readNumber(this.#buffer, value) !== 0;
      case VALUE.int:
      case VALUE.double: {
        const number = readNumber(this.#buffer, value);
        // An id of 64 bits must not become its neighbour's; JSON has no NaN.
        const isExact =
          type === VALUE.double ? Number.isFinite(number) : Number.isSafeInteger(number);
        return isExact ? number : readNumberText(this.#buffer, value);
      }
      case VALUE.array:
        return readTexts(this.#buffer, value, TEXTS_MAX).join(', ');
      case VALUE.map:
        return readTexts(this.#buffer, value, TEXTS_MAX).join('&');
      default:
        return this.#text(value, bytesMax);
    }
  }

  #text({ start, end }: { start: number; end: number }, bytesMax: number): string {
    if (end - start <= bytesMax) return this.#buffer.toString('utf8', start, end);
    const half = bytesMax / 2;
    const head = this.#buffer.toString('utf8', start, start + half);
    return head + this.#buffer.toString('utf8', end - half, end);
  }
}
