/** The tables an index consists of: typed arrays that grow by doubling up to a limit. */

const ROWS_MIN = 64;

/** Every message that could be the ancestor of an edit, in the order of the bytes. */
export class FrameTable {
  count = 0;
  #limit = 0;
  /** Frame of the enclosing message, always a smaller number; -1 for the request. */
  parent: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  /** First byte of the field's tag; -1 for the request. */
  tagAt: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  /** Payload, without tag and length. */
  start: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  end: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);

  begin(limit: number): void {
    this.count = 0;
    this.#limit = limit;
  }

  /** Number of the new frame, or -1 at the limit. */
  add(parent: number, tagAt: number, start: number, end: number): number {
    const row = this.count;
    if (row >= this.#limit) return -1;
    if (row >= this.parent.length) this.#grow();
    this.parent[row] = parent;
    this.tagAt[row] = tagAt;
    this.start[row] = start;
    this.end[row] = end;
    this.count = row + 1;
    return row;
  }

  #grow(): void {
    const rows = this.count * 2;
    this.parent = longerInts(this.parent, rows);
    this.tagAt = longerInts(this.tagAt, rows);
    this.start = longerInts(this.start, rows);
    this.end = longerInts(this.end, rows);
  }
}

/** What kind of value a candidate is. */
export const CANDIDATE = {
  /** A string value; the frame is its text. */
  string: 1,
  /** A bytes value, or an id of the wrong length; the frame is its bytes. */
  bytes: 2,
  /** A number or boolean; the frame is its AnyValue. */
  number: 3,
  /** The text of an attribute's key. */
  key: 4,
  /** A name, unit, description, message, version, trace state, schema URL, ... */
  text: 5,
  /** A field OTLP does not know, its shape unknown too. */
  unknown: 6,
  /** Numbers packed into one field; no text can stand in their place, so they are removed as a whole. */
  packed: 7,
} as const;

const KIND_BITS = 4;
const DECISION_BITS = 8;

/** Packs what {@link CandidateTable} tells of a candidate besides its frames. */
export function candidateLabel(kind: number, decision: number, place: number): number {
  return kind | (decision << KIND_BITS) | (place << (KIND_BITS + DECISION_BITS));
}

/** Values that redaction has to look at, in the order of the bytes. */
export class CandidateTable {
  count = 0;
  #limit = 0;
  #label: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  /** Innermost frame: its `[start, end)` is the value, or for numbers the AnyValue. */
  frame: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  /** Frame of the KeyValue around it; -1 for names and for a log body outside a map. */
  keyValue: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  /** First byte of the value: for a number, of its varint or double; else of the frame. */
  valueAt: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);

  begin(limit: number): void {
    this.count = 0;
    this.#limit = limit;
  }

  /** Number of the new candidate, or -1 at the limit. `label` is a {@link candidateLabel}. */
  add(frame: number, keyValue: number, label: number, valueAt: number): number {
    const row = this.count;
    if (row >= this.#limit) return -1;
    if (row >= this.frame.length) this.#grow();
    this.frame[row] = frame;
    this.keyValue[row] = keyValue;
    this.valueAt[row] = valueAt;
    this.#label[row] = label;
    this.count = row + 1;
    return row;
  }

  /** One of {@link CANDIDATE}. */
  kindOf(row: number): number {
    return (this.#label[row] ?? 0) & ((1 << KIND_BITS) - 1);
  }

  /** Strictest decision of all keys around it; for a key, of the keys around that. 0 = none. */
  decisionOf(row: number): number {
    return ((this.#label[row] ?? 0) >>> KIND_BITS) & ((1 << DECISION_BITS) - 1);
  }

  /** Message type and field number of the value; `placeName` tells its name. */
  placeOf(row: number): number {
    return (this.#label[row] ?? 0) >>> (KIND_BITS + DECISION_BITS);
  }

  #grow(): void {
    const rows = this.count * 2;
    this.frame = longerInts(this.frame, rows);
    this.keyValue = longerInts(this.keyValue, rows);
    this.valueAt = longerInts(this.valueAt, rows);
    this.#label = longerInts(this.#label, rows);
  }
}

/** One row a span, log record or data point. Offsets are -1 where the field is absent. */
export class RecordTable {
  count = 0;
  #limit = 0;
  /** Row of the resource, for the resource's cells. */
  resource: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  /** The record's own frame. */
  frame: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  /** Offset of 16 bytes; ids of another length count as absent. */
  traceIdAt: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  /** Offset of 8 bytes. */
  spanIdAt: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  /** Offset of 8 bytes. */
  parentSpanIdAt: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  /** Start of a span or point, time of a log record: ms since the epoch, with fraction; 0 = absent. */
  startMs: Float64Array<ArrayBuffer> = new Float64Array(ROWS_MIN);
  /** End of a span, time of a point, observed time of a log record: as `startMs`. */
  endMs: Float64Array<ArrayBuffer> = new Float64Array(ROWS_MIN);
  /** Span name, event name, or the metric's name. */
  nameStart: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  nameEnd: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  traceStateStart: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  traceStateEnd: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  /** SpanKind; 0 = absent. */
  kind: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  /** Status code; 0 = absent or unset. */
  statusCode: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  /** SeverityNumber; 0 = absent. */
  severityNumber: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);

  begin(limit: number): void {
    this.count = 0;
    this.#limit = limit;
  }

  /** Gives a name to this row and all after it. */
  nameFrom(row: number, start: number, end: number): void {
    this.nameStart.fill(start, row, this.count);
    this.nameEnd.fill(end, row, this.count);
  }

  setName(row: number, start: number, end: number): void {
    this.nameStart[row] = start;
    this.nameEnd[row] = end;
  }

  setTraceState(row: number, start: number, end: number): void {
    this.traceStateStart[row] = start;
    this.traceStateEnd[row] = end;
  }

  /** Number of the new row, or -1 at the limit. */
  add(resource: number, frame: number): number {
    const row = this.count;
    if (row >= this.#limit) return -1;
    if (row >= this.resource.length) this.#grow();
    this.resource[row] = resource;
    this.frame[row] = frame;
    this.traceIdAt[row] = -1;
    this.spanIdAt[row] = -1;
    this.parentSpanIdAt[row] = -1;
    this.startMs[row] = 0;
    this.endMs[row] = 0;
    this.nameStart[row] = -1;
    this.nameEnd[row] = -1;
    this.traceStateStart[row] = -1;
    this.traceStateEnd[row] = -1;
    this.kind[row] = 0;
    this.statusCode[row] = 0;
    this.severityNumber[row] = 0;
    this.count = row + 1;
    return row;
  }

  #grow(): void {
    const rows = this.count * 2;
    this.resource = longerInts(this.resource, rows);
    this.frame = longerInts(this.frame, rows);
    this.traceIdAt = longerInts(this.traceIdAt, rows);
    this.spanIdAt = longerInts(this.spanIdAt, rows);
    this.parentSpanIdAt = longerInts(this.parentSpanIdAt, rows);
    this.startMs = longerDoubles(this.startMs, rows);
    this.endMs = longerDoubles(this.endMs, rows);
    this.nameStart = longerInts(this.nameStart, rows);
    this.nameEnd = longerInts(this.nameEnd, rows);
    this.traceStateStart = longerInts(this.traceStateStart, rows);
    this.traceStateEnd = longerInts(this.traceStateEnd, rows);
    this.kind = longerInts(this.kind, rows);
    this.statusCode = longerInts(this.statusCode, rows);
    this.severityNumber = longerInts(this.severityNumber, rows);
  }
}

/** What an AnyValue holds: the field number of its oneof member (opentelemetry-proto 1.11). */
export const VALUE = {
  absent: 0,
  string: 1,
  bool: 2,
  int: 3,
  double: 4,
  array: 5,
  map: 6,
  bytes: 7,
} as const;

/** What a value is and where. */
export interface PlacedValue {
  /** {@link VALUE}. */
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Attribute values that detection asked for: one cell for each row and column. All cells beyond the rows in
 * use are absent: emptied in one go before a batch, as each row by itself takes five times as long.
 */
export class CellTable {
  /** Rows in use. */
  count = 0;
  /** Cells of a row. */
  columns = 0;
  #limit = 0;
  /** {@link VALUE}. */
  type: Uint8Array<ArrayBuffer> = new Uint8Array(ROWS_MIN);
  /** Text, bytes, varint, double, or the payload of the array or map: `[start, end)`. */
  start: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  end: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);

  begin(columns: number, limit: number): void {
    this.type.fill(VALUE.absent, 0, this.count * this.columns);
    this.count = 0;
    this.columns = columns;
    this.#limit = limit;
  }

  /** Number of the new row with all its cells absent, or -1 at the limit. */
  add(): number {
    const row = this.count;
    if (row >= this.#limit) return -1;
    const to = (row + 1) * this.columns;
    if (to > this.type.length) {
      const cells = Math.max(to, this.type.length * 2);
      this.type = longerBytes(this.type, cells);
      this.start = longerInts(this.start, cells);
      this.end = longerInts(this.end, cells);
    }
    this.count = row + 1;
    return row;
  }

  /** Number of a cell, for `type`, `start` and `end`. */
  cellOf(row: number, column: number): number {
    return row * this.columns + column;
  }

  set(row: number, column: number, { type, start, end }: PlacedValue): void {
    const cell = this.cellOf(row, column);
    this.type[cell] = type;
    this.start[cell] = start;
    this.end[cell] = end;
  }
}

function longerInts(rows: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length);
  longer.set(rows);
  return longer;
}

function longerBytes(rows: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(length);
  longer.set(rows);
  return longer;
}

function longerDoubles(rows: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(length);
  longer.set(rows);
  return longer;
}
