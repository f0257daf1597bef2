/** Reads values of one record out of an index: strings are made only where they are asked for. */
import { type CellTable, type OtlpIndex, readNumber, VALUE } from '@spanguard/otlp';
import type { ObservationValue } from '../model/observation.ts';
import { DETECTION_COLUMNS } from './columns.ts';

/** Longer values are cut: no entity, route or name that matters is longer. */
const TEXT_BYTES_MAX = 8192;
const COLUMN_NUMBERS: ReadonlyMap<string, number> = new Map(
  DETECTION_COLUMNS.map((name, number) => [name, number]),
);

/** A reader over one index, moved from record to record. */
export class RecordReader {
  readonly #index: OtlpIndex;
  readonly #buffer: Buffer;
  #row = 0;

  constructor(index: OtlpIndex, bytes: Uint8Array) {
    this.#index = index;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Moves to a record. */
  moveTo(row: number): void {
    this.#row = row;
  }

  /** The attribute of the record, or of its resource; undefined where absent or of another shape. */
  get(name: string): ObservationValue | undefined {
    const column = COLUMN_NUMBERS.get(name);
    if (column === undefined) return undefined;
    const { records, recordCells, resourceCells } = this.#index;
    const own = this.#value(recordCells, recordCells.cellOf(this.#row, column));
    if (own !== undefined) return own;
    const resource = records.resource[this.#row] ?? 0;
    return this.#value(resourceCells, resourceCells.cellOf(resource, column));
  }

  /** The attribute as text, or undefined. */
  text(name: string): string | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : String(value);
  }

  /** Whether the record itself has the attribute. */
  has(name: string): boolean {
    const column = COLUMN_NUMBERS.get(name) ?? -1;
    const { recordCells } = this.#index;
    return recordCells.type[recordCells.cellOf(this.#row, column)] !== VALUE.absent;
  }

  /** Span name or EventName; empty where absent. */
  name(): string {
    const start = this.#index.records.nameStart[this.#row] ?? -1;
    const end = this.#index.records.nameEnd[this.#row] ?? -1;
    return start < 0 ? '' : this.#text(start, end);
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

  /** Hex trace id; empty where absent. */
  traceId(): string {
    return this.#hex(this.#index.records.traceIdAt[this.#row] ?? -1, 16);
  }

  /** Hex span id; empty where absent. */
  spanId(): string {
    return this.#hex(this.#index.records.spanIdAt[this.#row] ?? -1, 8);
  }

  /** SpanKind of OTLP. */
  kind(): number {
    return this.#index.records.kind[this.#row] ?? 0;
  }

  /** Start of a span, time of a log record, else when it was observed; ms, 0 = absent. */
  timeMs(): number {
    const { startMs, endMs } = this.#index.records;
    const start = startMs[this.#row] ?? 0;
    return start > 0 ? start : (endMs[this.#row] ?? 0);
  }

  #hex(at: number, bytes: number): string {
    return at < 0 ? '' : this.#buffer.toString('hex', at, at + bytes);
  }

  #text(start: number, end: number): string {
    return this.#buffer.toString('utf8', start, Math.min(end, start + TEXT_BYTES_MAX));
  }

  #value(cells: CellTable, cell: number): ObservationValue | undefined {
    const value = {
      type: cells.type[cell] ?? 0,
      start: cells.start[cell] ?? 0,
      end: cells.end[cell] ?? 0,
    };
    switch (value.type) {
      case VALUE.string:
        return this.#text(value.start, value.end);
      case VALUE.bool:
        return readNumber(this.#buffer, value) !== 0;
      case VALUE.int:
      case VALUE.double:
        return readNumber(this.#buffer, value);
      default:
        return undefined;
    }
  }
}
