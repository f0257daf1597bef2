/** Makes smaller requests of one: for a backend to which a request is too large, or one record poison. */

import { FieldCursor, WIRE } from '../wire/field-cursor.ts';
import { varintWidth, writeVarint } from '../wire/varint.ts';

/**
 * The field that holds what is inside, level by level: request, resource's records, scope's records. The
 * three signals share the numbers.
 */
const INNER_FIELD = [1, 2, 2] as const;
const RECORD_DEPTH = INNER_FIELD.length;
/** Oneof of `Metric`: gauge, sum, histogram, exponential histogram, summary. */
const METRIC_DATA_FIELDS: ReadonlySet<number> = new Set([5, 7, 9, 10, 11]);
const DATA_POINTS_FIELD = 1;

/** A whole number of records from the first on, by their order in the request. */
export interface RecordRange {
  readonly from: number;
  /** Not in the range any more. */
  readonly to: number;
}

/**
 * Spans, log records or metrics in a protobuf export request; undefined where the bytes are none. A metric
 * counts once, with all its data points.
 */
export function countRecords(bytes: Uint8Array): number | undefined {
  const walk = new RecordWalk(bytes, { from: 0, to: 0 });
  return walk.take(0, 0, bytes.length) === undefined ? undefined : walk.count;
}

/**
 * The request with the records of a range alone, each with its resource and scope; those of which no record
 * is left are left out. Undefined where the bytes are no export request.
 */
export function takeRecords(bytes: Uint8Array, range: RecordRange): Uint8Array | undefined {
  const parts = new RecordWalk(bytes, range).take(0, 0, bytes.length);
  return parts === undefined ? undefined : Buffer.concat(parts);
}

/** Data points of a protobuf metrics request; 0 where the bytes are none. */
export function countDataPoints(bytes: Uint8Array): number {
  return pointsWithin(bytes, { start: 0, end: bytes.length, depth: 0 });
}

/** One walk over a request, by levels; recursion ends at the records. */
class RecordWalk {
  readonly #bytes: Uint8Array;
  readonly #range: RecordRange;
  /** Records passed so far. */
  count = 0;

  constructor(bytes: Uint8Array, range: RecordRange) {
    this.#bytes = bytes;
    this.#range = range;
  }

  /** The parts of a message that stay; none where it held records and none of them stays. */
  take(depth: number, start: number, end: number): Uint8Array[] | undefined {
    const cursor = new FieldCursor(this.#bytes, start, end);
    const parts: Uint8Array[] = [];
    let inner = 0;
    let kept = 0;
    while (cursor.next()) {
      const isInner = cursor.field === INNER_FIELD[depth] && cursor.wireType === WIRE.length;
      if (!isInner) {
        parts.push(this.#bytes.subarray(cursor.tagAt, cursor.end));
        continue;
      }
      inner += 1;
      const taken = this.#takeField(depth, cursor);
      if (taken === undefined) return undefined;
      if (taken.length > 0) kept += 1;
      parts.push(...taken);
    }
    if (cursor.error !== undefined) return undefined;
    return depth > 0 && inner > 0 && kept === 0 ? [] : parts;
  }

  #takeField(depth: number, { tagAt, start, end }: FieldCursor): Uint8Array[] | undefined {
    if (depth === RECORD_DEPTH - 1) {
      const number = this.count++;
      const isIn = number >= this.#range.from && number < this.#range.to;
      return isIn ? [this.#bytes.subarray(tagAt, end)] : [];
    }
    const parts = this.take(depth + 1, start, end);
    if (parts === undefined || parts.length === 0) return parts;
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const head = new Uint8Array(1 + varintWidth(length));
    head[0] = ((INNER_FIELD[depth] ?? 0) << 3) | WIRE.length;
    writeVarint(head, 1, length);
    return [head, ...parts];
  }
}

interface Message {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

function pointsWithin(bytes: Uint8Array, { start, end, depth }: Message): number {
  const cursor = new FieldCursor(bytes, start, end);
  let points = 0;
  while (cursor.next()) {
    if (cursor.wireType !== WIRE.length) continue;
    const { field } = cursor;
    const isInner =
      depth < RECORD_DEPTH ? field === INNER_FIELD[depth] : METRIC_DATA_FIELDS.has(field);
    if (depth > RECORD_DEPTH) points += field === DATA_POINTS_FIELD ? 1 : 0;
    else if (isInner) {
      points += pointsWithin(bytes, { start: cursor.start, end: cursor.end, depth: depth + 1 });
    }
  }
  return points;
}
