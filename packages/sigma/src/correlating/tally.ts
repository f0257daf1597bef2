/** Sums over a range of slots that moves only forward. */
import type { Slots } from './slots.ts';

/** Of fewer slots distinct values are counted by looking at them, which needs no memory. */
const SCANNED_MAX = 12;

/** See the head of this file. */
export class Tally {
  count = 0;
  amount = 0;
  readonly #slots: Slots;
  readonly #isDistinct: boolean;
  #from: number;
  #to: number;
  /** How often each value is there; only once there are too many slots to look at. */
  #values: Map<string, number> | undefined;

  constructor(slots: Slots, at: number, isDistinct: boolean) {
    this.#slots = slots;
    this.#from = at;
    this.#to = at;
    this.#isDistinct = isDistinct;
  }

  get from(): number {
    return this.#from;
  }

  get to(): number {
    return this.#to;
  }

  /** What is compared with the condition. */
  get measured(): number {
    return this.#isDistinct ? this.distinct : this.amount;
  }

  get distinct(): number {
    return this.#values?.size ?? this.#scanned();
  }

  /** How many values a map is kept for. */
  get mapped(): number {
    return this.#values?.size ?? 0;
  }

  /** Takes the slot behind its range in. */
  grow(): void {
    const at = this.#to;
    this.#to += 1;
    this.#add(at);
  }

  /** Lets the first slot of its range go. */
  shrink(): void {
    const at = this.#from;
    this.#from += 1;
    this.count -= this.#slots.count(at);
    // Floating sums drift; an empty past is the moment to begin anew.
    const isOne = this.#from === this.#to - 1;
    this.amount = isOne ? this.#slots.amount(this.#from) : this.amount - this.#slots.amount(at);
    if (this.#to - this.#from <= SCANNED_MAX) this.#values = undefined;
    const value = this.#slots.value(at);
    const left = (this.#values?.get(value) ?? 0) - 1;
    if (left > 0) this.#values?.set(value, left);
    else this.#values?.delete(value);
  }

  /** A slot was put in at `at`: before its range, or into it. */
  inserted(at: number, isInside: boolean): void {
    this.#to += 1;
    if (isInside) this.#add(at);
    else this.#from += 1;
  }

  /** The first slots were cut off. */
  moved(by: number): void {
    this.#from -= by;
    this.#to -= by;
  }

  #add(at: number): void {
    this.count += this.#slots.count(at);
    this.amount += this.#slots.amount(at);
    if (!this.#isDistinct) return;
    const isNew = this.#values === undefined;
    if (isNew && this.#to - this.#from <= SCANNED_MAX) return;
    if (isNew) {
      this.#values = new Map();
      for (let each = this.#from; each < this.#to; each += 1) this.#countValue(each);
    } else this.#countValue(at);
  }

  #countValue(at: number): void {
    const value = this.#slots.value(at);
    this.#values?.set(value, (this.#values.get(value) ?? 0) + 1);
  }

  #scanned(): number {
    if (!this.#isDistinct) return 0;
    let distinct = 0;
    for (let at = this.#from; at < this.#to; at += 1) {
      let before = this.#from;
      while (before < at && this.#slots.value(before) !== this.#slots.value(at)) before += 1;
      if (before === at) distinct += 1;
    }
    return distinct;
  }
}
