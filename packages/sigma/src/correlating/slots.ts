/**
 * The entries of a sliding window in order of time: their numbers side by side in one array, which takes a
 * quarter of what an object for each would.
 */
import { type Evidence, evidenceBytes, type Insertion, TEXT_BYTES } from './entry.ts';

const TIME = 0;
const FIRST = 1;
const AMOUNT = 2;
const COUNT = 3;
const TAKEN = 4;
const WIDTH = 5;
/** Numbers and pointers of a slot. */
const SLOT_BYTES = 64;
/** Arrays of so many slots have no room for more: most groups never need any. */
const EXACT_MAX = 8;
/** The room that larger arrays keep; and what an array of values takes. */
const ROOM_BYTES = { always: 0, grown: 240 } as const;
const VALUES_ROOM_BYTES = { always: 30, grown: 220 } as const;
/** How many slots are looked at for a value that is there already. */
const SAME_VALUE_SCAN = 4;

const NO_EVIDENCE: Evidence = [];

/** See the head of this file. Those at the front may have left: {@link Slots.leave}. */
export class Slots {
  #numbers: number[] = [];
  #evidence: Evidence[] = [];
  /** Only where distinct values are counted. */
  #values: string[] | undefined;
  /** First slot that has not left; those before it wait to be cut off. */
  #start = 0;
  #extraBytes = 0;

  constructor(hasValues: boolean) {
    this.#values = hasValues ? [] : undefined;
  }

  get start(): number {
    return this.#start;
  }

  /** Behind the last. */
  get end(): number {
    return this.#evidence.length;
  }

  get size(): number {
    return this.#evidence.length - this.#start;
  }

  /** About how much memory they take. */
  get bytes(): number {
    const grown = this.size > EXACT_MAX ? 'grown' : 'always';
    const values = this.#values === undefined ? 0 : VALUES_ROOM_BYTES[grown];
    return this.size * SLOT_BYTES + this.#extraBytes + ROOM_BYTES[grown] + values;
  }

  timeMs(at: number): number {
    return this.#numbers[at * WIDTH + TIME] ?? Number.NaN;
  }

  firstMs(at: number): number {
    return this.#numbers[at * WIDTH + FIRST] ?? Number.NaN;
  }

  amount(at: number): number {
    return this.#numbers[at * WIDTH + AMOUNT] ?? 0;
  }

  count(at: number): number {
    return this.#numbers[at * WIDTH + COUNT] ?? 0;
  }

  value(at: number): string {
    return this.#values?.[at] ?? '';
  }

  /** Of a slot that is there. */
  evidenceAt(at: number): Evidence {
    return this.#evidence[at] ?? NO_EVIDENCE;
  }

  /** Where an entry of that time belongs: behind all that are not later. */
  behind(timeMs: number): number {
    let [low, high] = [this.#start, this.end];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timeMs(middle) > timeMs) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  isTaken(at: number): boolean {
    return this.#numbers[at * WIDTH + TAKEN] === 1;
  }

  take(at: number): void {
    this.#numbers[at * WIDTH + TAKEN] = 1;
  }

  /** Puts a slot before the one that is at `at`. */
  insert(at: number, insertion: Omit<Insertion, 'input'>): void {
    const { timeMs, firstMs, amount, count, evidence } = insertion;
    const value = this.#values === undefined ? '' : this.#sameValue(at, insertion.value);
    this.#extraBytes += extraBytes(evidence, value);
    if (at === this.#evidence.length) {
      this.#numbers.push(timeMs, firstMs, amount, count, 0);
      this.#evidence.push(evidence);
      this.#values?.push(value);
    } else {
      this.#numbers.splice(at * WIDTH, 0, timeMs, firstMs, amount, count, 0);
      this.#evidence.splice(at, 0, evidence);
      this.#values?.splice(at, 0, value);
    }
    // A copy has no room for more, and a short one is made in no time.
    if (this.#evidence.length <= EXACT_MAX) this.#keepFrom(0);
  }

  /** Those before `to` leave. Gives how many were cut off: in quarters, which is O(1) amortised. */
  leave(to: number): number {
    for (let at = this.#start; at < to; at += 1) {
      const evidence = this.#evidence[at];
      if (evidence !== undefined) this.#extraBytes -= extraBytes(evidence, this.value(at));
    }
    this.#start = to;
    if (to * 4 < this.#evidence.length) return 0;
    this.#keepFrom(to);
    this.#start = 0;
    return to;
  }

  #keepFrom(from: number): void {
    this.#numbers = this.#numbers.slice(from * WIDTH);
    this.#evidence = this.#evidence.slice(from);
    this.#values = this.#values?.slice(from);
  }

  /** A copy of one slot of another list behind the last. */
  copy(from: Slots, at: number): void {
    const evidence = from.evidenceAt(at);
    const numbers = { timeMs: from.timeMs(at), firstMs: from.firstMs(at) };
    const sums = { amount: from.amount(at), count: from.count(at) };
    this.insert(this.end, { ...numbers, ...sums, evidence, value: from.value(at) });
    if (from.isTaken(at)) this.take(this.end - 1);
  }

  /** Adds to what the last slot stands for. */
  addToLast(amount: number, count: number): void {
    const last = (this.end - 1) * WIDTH;
    this.#numbers[last + AMOUNT] = (this.#numbers[last + AMOUNT] ?? 0) + amount;
    this.#numbers[last + COUNT] = (this.#numbers[last + COUNT] ?? 0) + count;
  }

  /** Equal values of neighbours are one text in memory. */
  #sameValue(at: number, value: string): string {
    for (let near = at - 1; near >= Math.max(this.#start, at - SAME_VALUE_SCAN); near -= 1) {
      const known = this.#values?.[near];
      if (known === value) return known;
    }
    return value;
  }
}

function extraBytes(evidence: Evidence, value: string): number {
  const text = value === '' ? 0 : TEXT_BYTES + value.length;
  return evidenceBytes(evidence) + text;
}
