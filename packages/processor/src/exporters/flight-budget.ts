/**
 * How much may be under way to a backend. A crash repeats at most that, so it is a small part of what was
 * delivered since the start: a processor that dies young repeats little, one that lives sends at full speed.
 */

/** One part in so many of what was delivered. */
const DELIVERED_SHARE = 20;
/** Under way from the start on. */
const BYTES_MIN = 16 * 1024;

/** What bounds requests anyway. */
export interface FlightBounds {
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Bytes of one, before compression. */
  readonly batchBytesMax: number;
}

/** Grows with what is delivered, up to as many requests of full size as may be under way at once. */
export class FlightBudget {
  readonly #bounds: FlightBounds;
  #deliveredBytes = 0;

  constructor(bounds: FlightBounds) {
    this.#bounds = bounds;
  }

  /** Bytes that may be under way together. */
  get bytes(): number {
    const { concurrency, batchBytesMax } = this.#bounds;
    const share = Math.floor(this.#deliveredBytes / DELIVERED_SHARE);
    return Math.max(BYTES_MIN, Math.min(share, concurrency * batchBytesMax));
  }

  /** Bytes of one request. */
  get requestBytes(): number {
    const { concurrency, batchBytesMax } = this.#bounds;
    return Math.min(batchBytesMax, Math.max(BYTES_MIN, Math.floor(this.bytes / concurrency)));
  }

  /** A backend has taken so many bytes. */
  delivered(bytes: number): void {
    this.#deliveredBytes += bytes;
  }
}
