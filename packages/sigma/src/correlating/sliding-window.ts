/**
 * A window that slides in event time over one group: sums and distinct values.
 *
 * An instant t looks at the entries in (t - span, t]. Entries are kept in order for span + lateness,
 * so a late one changes every instant it belongs to. In order an entry costs O(1) amortised.
 */
import {
  type Crossing,
  type Entry,
  type Evidence,
  evidenceOf,
  firstAndLast,
  type GroupWindow,
  type Insertion,
  WINDOW_SLOTS_MAX,
} from './entry.ts';

/** What all groups of one correlation share. */
export interface SlidingSettings {
  readonly spanMs: number;
  readonly latenessMs: number;
  readonly measure: 'amount' | 'distinct';
  /** More can only help: a quick bound spares most searches. */
  readonly holds: (measured: number) => boolean;
}

interface Slot {
  readonly timeMs: number;
  readonly entry: Entry;
  readonly value: string;
  amount: number;
  count: number;
  taken: boolean;
}

/** Slots are thinned to this many, so that thinning stays rare. */
const SLOTS_THINNED_MAX = (WINDOW_SLOTS_MAX * 3) / 4;
const MERGE_PARTS = 1_024;
const EVIDENCE_SCAN_MAX = 64;

/** Sums over a range of slots that moves only forward. */
class Tally {
  count = 0;
  amount = 0;
  readonly values: Map<string, number> | undefined;

  constructor(distinct: boolean) {
    this.values = distinct ? new Map() : undefined;
  }

  add(slot: Slot): void {
    this.count += slot.count;
    this.amount += slot.amount;
    this.values?.set(slot.value, (this.values.get(slot.value) ?? 0) + 1);
  }

  remove(slot: Slot): void {
    this.count -= slot.count;
    this.amount -= slot.amount;
    if (this.values === undefined) return;
    const left = (this.values.get(slot.value) ?? 0) - 1;
    if (left > 0) this.values.set(slot.value, left);
    else this.values.delete(slot.value);
  }
}

/** See the head of this file. */
export class SlidingWindow implements GroupWindow {
  latestMs: number = -Infinity;
  approximate = false;
  readonly #settings: SlidingSettings;
  #slots: Slot[] = [];
  /** First kept slot; those before it have left and wait to be cut off. */
  #start = 0;
  /** First slot of the newest instant's window. */
  #head = 0;
  #tally: Tally;

  constructor(settings: SlidingSettings) {
    this.#settings = settings;
    this.#tally = new Tally(settings.measure === 'distinct');
  }

  get size(): number {
    return this.#slots.length - this.#start;
  }

  insert({ entry, value, amount }: Insertion): boolean {
    const { timeMs, count } = entry;
    const { spanMs, latenessMs } = this.#settings;
    if (timeMs <= this.latestMs - spanMs - latenessMs) return false;
    const slot: Slot = { timeMs, entry, value, amount, count, taken: false };
    if (timeMs >= this.latestMs) {
      this.#slots.push(slot);
      this.#tally.add(slot);
      if (timeMs > this.latestMs) this.#advance(timeMs);
    } else this.#insertLate(slot);
    if (this.size > WINDOW_SLOTS_MAX) this.#thin();
    return true;
  }

  holdsNow(): boolean {
    return this.#settings.holds(this.#measured(this.#tally));
  }

  crossings(fromMs: number): readonly Crossing[] {
    if (fromMs >= this.latestMs) {
      if (!this.holdsNow()) return [];
      return [this.#crossing(this.#tally, this.#head, this.#slots.length)];
    }
    return this.#mayHold() ? this.#search(fromMs) : [];
  }

  toJson(): unknown {
    const kept = this.#slots.slice(this.#start);
    return {
      approximate: this.approximate,
      slots: kept.map(({ entry, value, amount, count, taken, timeMs }) => {
        return { timeMs, entry, value, amount, count, taken };
      }),
    };
  }

  /** Put back one slot of a snapshot, in order. */
  restoreSlot(insertion: Insertion, { count, taken }: { count: number; taken: boolean }): void {
    this.insert(insertion);
    const slot = this.#slots.at(-1);
    if (slot === undefined) return;
    this.#tally.count += count - slot.count;
    slot.count = count;
    slot.taken = taken;
  }

  #advance(timeMs: number): void {
    const { spanMs, latenessMs } = this.#settings;
    this.latestMs = timeMs;
    const slots = this.#slots;
    for (let slot = slots[this.#head]; slot !== undefined; slot = slots[this.#head]) {
      if (slot.timeMs > timeMs - spanMs) break;
      this.#tally.remove(slot);
      this.#head += 1;
    }
    for (let slot = slots[this.#start]; slot !== undefined; slot = slots[this.#start]) {
      if (slot.timeMs > timeMs - spanMs - latenessMs) break;
      this.#start += 1;
    }
    // Floating sums drift; an empty past is the moment to begin anew.
    if (this.#head === slots.length - 1) this.#tally.amount = slots[this.#head]?.amount ?? 0;
    if (this.#start === slots.length - 1) this.approximate = false;
    this.#cut();
  }

  /** Cutting off in halves keeps it O(1) amortised. */
  #cut(): void {
    if (this.#start < 32 || this.#start * 2 < this.#slots.length) return;
    this.#slots = this.#slots.slice(this.#start);
    this.#head -= this.#start;
    this.#start = 0;
  }

  #insertLate(slot: Slot): void {
    const slots = this.#slots;
    let at = slots.length;
    while (at > this.#start && (slots[at - 1]?.timeMs ?? -Infinity) > slot.timeMs) at -= 1;
    slots.splice(at, 0, slot);
    if (slot.timeMs > this.latestMs - this.#settings.spanMs) this.#tally.add(slot);
    else this.#head += 1;
  }

  #measured(tally: Tally): number {
    return this.#settings.measure === 'distinct' ? (tally.values?.size ?? 0) : tally.amount;
  }

  /** No past instant can see more than all that is kept. */
  #mayHold(): boolean {
    let most = this.#measured(this.#tally);
    for (let at = this.#start; at < this.#head; at += 1) {
      most += this.#settings.measure === 'distinct' ? 1 : (this.#slots[at]?.amount ?? 0);
    }
    return this.#settings.holds(most);
  }

  /** Slide over the instants from `fromMs` on; only those within a span of it can have changed. */
  #search(fromMs: number): readonly Crossing[] {
    const { spanMs, holds, measure } = this.#settings;
    const slots = this.#slots;
    const found: Crossing[] = [];
    const tally = new Tally(measure === 'distinct');
    let from = this.#start;
    let to = this.#start;
    while (to < slots.length) {
      const timeMs = slots[to]?.timeMs ?? Infinity;
      if (timeMs >= fromMs + spanMs) break;
      // Entries of the same time are one instant: their order must not matter.
      for (let slot = slots[to]; slot?.timeMs === timeMs; slot = slots[to]) {
        tally.add(slot);
        to += 1;
      }
      for (let slot = slots[from]; slot !== undefined; slot = slots[from]) {
        if (slot.timeMs > timeMs - spanMs) break;
        tally.remove(slot);
        from += 1;
      }
      if (timeMs < fromMs || !holds(this.#measured(tally))) continue;
      found.push(this.#crossing(tally, from, to));
    }
    return found;
  }

  #crossing(tally: Tally, from: number, to: number): Crossing {
    const slots = this.#slots;
    const timeMs = slots[to - 1]?.timeMs ?? 0;
    return {
      timeMs,
      firstMs: slots[from]?.entry.firstMs ?? timeMs,
      count: tally.count,
      distinctCount: tally.values?.size,
      evidence: (max) => evidenceBetween(slots, { from, to, max }),
      takeEntries: () => takeEntries(slots, to, timeMs),
    };
  }

  /** Keep what decides: the latest of each value, or neighbours as one. Then the newest. */
  #thin(): void {
    const { measure, spanMs } = this.#settings;
    const kept = this.#slots.slice(this.#start);
    const thinned =
      measure === 'distinct' ? latestOfEach(kept) : mergeNeighbours(kept, spanMs / MERGE_PARTS);
    this.approximate = true;
    this.#slots = thinned.slice(Math.max(0, thinned.length - SLOTS_THINNED_MAX));
    this.#start = 0;
    this.#tally = new Tally(measure === 'distinct');
    const startMs = this.latestMs - spanMs;
    const head = this.#slots.findIndex((slot) => slot.timeMs > startMs);
    this.#head = head < 0 ? this.#slots.length : head;
    for (const slot of this.#slots.slice(this.#head)) this.#tally.add(slot);
  }
}

function latestOfEach(slots: readonly Slot[]): Slot[] {
  const seen = new Set<string>();
  const kept = slots.toReversed().filter(({ value }) => {
    if (seen.has(value)) return false;
    seen.add(value);
    return true;
  });
  return kept.toReversed();
}

function mergeNeighbours(slots: readonly Slot[], partMs: number): Slot[] {
  const merged: Slot[] = [];
  for (const slot of slots) {
    const last = merged.at(-1);
    if (
      last === undefined ||
      Math.floor(last.timeMs / partMs) !== Math.floor(slot.timeMs / partMs)
    ) {
      merged.push(slot);
      continue;
    }
    slot.amount += last.amount;
    slot.count += last.count;
    merged[merged.length - 1] = slot;
  }
  return merged;
}

function evidenceBetween(
  slots: readonly Slot[],
  { from, to, max }: { from: number; to: number; max: number },
): readonly Evidence[] {
  const scan = Math.max(max, EVIDENCE_SCAN_MAX);
  const within = to - from <= 2 * scan ? slots.slice(from, to) : undefined;
  const ends = within ?? [...slots.slice(from, from + scan), ...slots.slice(to - scan, to)];
  const entries = ends.map(({ entry }) => entry);
  return evidenceOf(firstAndLast(entries, max), max);
}

function takeEntries(slots: readonly Slot[], to: number, timeMs: number): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = to - 1; at >= 0; at -= 1) {
    const slot = slots[at];
    if (slot?.timeMs !== timeMs) break;
    if (!slot.taken) entries.push(slot.entry);
    slot.taken = true;
  }
  return entries;
}
