/**
 * A request that is new each time it is sent: other trace ids, times of now. The same bytes again would be
 * known as sent twice, and correlation would have little to do.
 */

/** Where ids and times stand in a record, by number of the field. */
interface RecordFields {
  readonly traceId: number;
  readonly times: readonly number[];
}

/** Signals that benchmarks send. */
export type BenchSignal = 'traces' | 'logs';

const FIELDS: Readonly<Record<BenchSignal, RecordFields>> = {
  traces: { traceId: 1, times: [7, 8] },
  logs: { traceId: 9, times: [1, 11] },
};

/** Fields of a request, of what a resource brought, and of what a scope brought: each holds the next. */
const PATH = [1, 2, 2] as const;
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
const TRACE_ID_BYTES = 16;

interface Time {
  readonly at: number;
  readonly nanos: bigint;
}

/** One request of the corpus. */
export class FreshBatch {
  readonly signal: BenchSignal;
  readonly items: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #traceIds: number[] = [];
  readonly #times: Time[] = [];
  #latest = 0n;

  /** The bytes are its own from now on. */
  constructor(signal: BenchSignal, bytes: Uint8Array) {
    this.signal = signal;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.items = this.#findRecords(PATH, { start: 0, end: bytes.length });
  }

  /** The request as its `serial`-th sending has it. Valid until the next call. */
  fresh(serial: number, nowMs: number): Uint8Array {
    for (const at of this.#traceIds) this.#view.setUint32(at, serial);
    const later = BigInt(Math.round(nowMs)) * 1_000_000n - this.#latest;
    for (const { at, nanos } of this.#times) this.#view.setBigUint64(at, nanos + later, true);
    return this.#bytes;
  }

  /** Number of records below. */
  #findRecords([field, ...path]: readonly number[], range: Range): number {
    if (field === undefined) {
      this.#noteRecord(range);
      return 1;
    }
    let records = 0;
    for (const { number, wire, ...within } of this.#fieldsOf(range)) {
      if (number === field && wire === WIRE.bytes) records += this.#findRecords(path, within);
    }
    return records;
  }

  #noteRecord(range: Range): void {
    const { traceId, times } = FIELDS[this.signal];
    for (const { number, wire, start, end } of this.#fieldsOf(range)) {
      if (number === traceId && end - start === TRACE_ID_BYTES) this.#traceIds.push(start);
      if (wire !== WIRE.fixed64 || !times.includes(number)) continue;
      const nanos = this.#view.getBigUint64(start, true);
      if (nanos > this.#latest) this.#latest = nanos;
      this.#times.push({ at: start, nanos });
    }
  }

  *#fieldsOf({ start, end }: Range): Generator<Field> {
    for (let at = start; at < end;) {
      const tag = this.#varint(at);
      const [number, wire] = [tag.value >>> 3, tag.value & 7];
      let from = tag.end;
      let to = from;
      if (wire === WIRE.varint) to = this.#varint(from).end;
      else if (wire === WIRE.fixed64) to += 8;
      else if (wire === WIRE.fixed32) to += 4;
      else {
        const length = this.#varint(from);
        from = length.end;
        to = from + length.value;
      }
      yield { number, wire, start: from, end: to };
      at = to;
    }
  }

  #varint(start: number): { readonly value: number; readonly end: number } {
    let value = 0;
    for (let at = start, factor = 1; ; at += 1, factor *= 128) {
      const byte = this.#bytes[at] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return { value, end: at + 1 };
    }
  }
}

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Field extends Range {
  readonly number: number;
  readonly wire: number;
}
