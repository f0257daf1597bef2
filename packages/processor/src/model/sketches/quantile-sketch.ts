/**
 * How long things took, as quantiles that are right to 1 %: a DDSketch (Masson, Rim, Lee, VLDB 2019). Each
 * bin is 2 % wider than the one before, so a quantile's error is relative to it. Merging loses nothing.
 */

const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
/** Of ms: what is less counts as this much (1 µs), what is more as that much (a day). */
const VALUE_MIN = 0.001;
const VALUE_MAX = 86_400_000;
const INDEX_MIN = indexOf(VALUE_MIN);
const INDEX_MAX = indexOf(VALUE_MAX);
/** Bins are added so many at a time, so that few additions move them. */
const BINS_STEP = 32;
const HEAD_BYTES = 4;
const COUNT_BYTES = 8;
const EMPTY = new Uint8Array(0);

/** See the head of this file. At most 1,260 bins, of 8 bytes each. */
export class QuantileSketch {
  #bins: Float64Array = new Float64Array(0);
  /** Index of the first bin. */
  #first = 0;
  #count = 0;

  /** Bytes it takes. */
  get bytes(): number {
    return this.#bins.byteLength;
  }

  /** How many were added. */
  get count(): number {
    return this.#count;
  }

  /** Adds a value as often as its weight says. */
  add(value: number, weight: number): void {
    const index = indexOf(Math.min(Math.max(value, VALUE_MIN), VALUE_MAX));
    this.#addAt(index, weight);
  }

  /**
   * The value that a share of all are no greater than, `0.99` for example; undefined where none was added.
   */
  quantile(share: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = share * this.#count;
    let below = 0;
    for (const [at, weight] of this.#bins.entries()) {
      below += weight;
      if (weight > 0 && below >= rank) return valueOf(this.#first + at);
    }
    return valueOf(this.#first + this.#bins.length - 1);
  }

  merge(other: QuantileSketch): void {
    for (const [at, weight] of other.#bins.entries()) {
      if (weight > 0) this.#addAt(other.#first + at, weight);
    }
  }

  encode(): Uint8Array {
    if (this.#count === 0) return EMPTY;
    const start = this.#bins.findIndex((weight) => weight > 0);
    const end = this.#bins.findLastIndex((weight) => weight > 0) + 1;
    const out = Buffer.alloc(HEAD_BYTES + (end - start) * COUNT_BYTES);
    out.writeInt32LE(this.#first + start, 0);
    let at = HEAD_BYTES;
    for (const weight of this.#bins.subarray(start, end)) at = out.writeDoubleLE(weight, at);
    return out;
  }

  /** What was written; what is none of ours is passed over. */
  static decode(bytes: Uint8Array): QuantileSketch {
    const sketch = new QuantileSketch();
    if (bytes.length < HEAD_BYTES) return sketch;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const first = view.getInt32(0, true);
    for (let at = HEAD_BYTES, index = first; at + COUNT_BYTES <= bytes.length; index += 1) {
      const weight = view.getFloat64(at, true);
      at += COUNT_BYTES;
      if (weight > 0 && Number.isFinite(weight) && index >= INDEX_MIN && index <= INDEX_MAX) {
        sketch.#addAt(index, weight);
      }
    }
    return sketch;
  }

  #addAt(index: number, weight: number): void {
    let at = index - this.#first;
    if (at < 0 || at >= this.#bins.length) at = this.#grow(index);
    this.#bins[at] = (this.#bins[at] ?? 0) + weight;
    this.#count += weight;
  }

  /** Where the bin of an index is, once there is one. */
  #grow(index: number): number {
    const isFirst = this.#bins.length === 0;
    const end = this.#first + this.#bins.length;
    const from = isFirst || index < this.#first ? index - BINS_STEP / 2 : this.#first;
    const to = isFirst || index >= end ? index + BINS_STEP / 2 : end;
    const [first, last] = [Math.max(from, INDEX_MIN), Math.min(to, INDEX_MAX + 1)];
    const bins = new Float64Array(last - first);
    if (!isFirst) bins.set(this.#bins, this.#first - first);
    this.#bins = bins;
    this.#first = first;
    return index - first;
  }
}

function indexOf(value: number): number {
  return Math.ceil(Math.log(value) / LOG_GAMMA);
}

/** The middle of a bin, as far from its ends in proportion. */
function valueOf(index: number): number {
  return (2 * GAMMA ** index) / (GAMMA + 1);
}
