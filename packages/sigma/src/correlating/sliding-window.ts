/**
 * A window that slides in event time over one group: sums and distinct values.
 *
 * An instant t looks at the entries in (t - span, t]. Entries are kept in order for span + lateness,
 * so a late one changes every instant it belongs to. In order an entry costs O(1) amortised.
 */
import type { EvidenceRef } from '../rows/event-rows.ts';
import { type ByteReader, Damaged } from '../saving/byte-reader.ts';
import type { ByteWriter } from '../saving/byte-writer.ts';
import type { ReadRefs, SavedRefs } from '../saving/saved-refs.ts';
import {
  addOnce,
  type Crossing,
  type Evidence,
  type GroupWindow,
  type Insertion,
  TEXT_BYTES,
  unfolded,
} from './entry.ts';
import { Slots } from './slots.ts';
import { Tally } from './tally.ts';
import type { WindowSettings } from './window-settings.ts';

/** Slots are thinned to this share of what is kept at most, so that thinning stays rare. */
const THINNED_SHARE = 3 / 4;
const MERGED_SHARE = 1 / 4;
const EVIDENCE_SCAN_MAX = 64;
const WINDOW_BYTES = 360;
/** An item of a map of values. */
const MAPPED_BYTES = TEXT_BYTES + 24;
/** The least a slot takes in a snapshot. */
const SAVED_SLOT_BYTES_MIN = 34;

/** See the head of this file. */
export class SlidingWindow implements GroupWindow {
  latestMs: number = -Infinity;
  approximate = false;
  readonly #settings: WindowSettings;
  #slots: Slots;
  /** The newest instant's window. */
  #tally: Tally;

  constructor(settings: WindowSettings) {
    this.#settings = settings;
    this.#slots = new Slots(settings.kind === 'distinct');
    this.#tally = this.#newTally(0);
  }

  get bytes(): number {
    return WINDOW_BYTES + this.#slots.bytes + this.#tally.mapped * MAPPED_BYTES;
  }

  insert(insertion: Insertion): boolean {
    const { timeMs } = insertion;
    const { spanMs, latenessMs } = this.#settings;
    if (timeMs <= this.latestMs - spanMs - latenessMs) return false;
    if (timeMs >= this.latestMs) {
      this.#slots.insert(this.#slots.end, insertion);
      this.#tally.grow();
      if (timeMs > this.latestMs) this.#advance(timeMs);
    } else this.#insertLate(insertion);
    if (this.#slots.size > this.#settings.slotsMax) this.#thin();
    return true;
  }

  crossings(fromMs: number): readonly Crossing[] {
    if (fromMs >= this.latestMs) {
      if (!this.#settings.holds(this.#tally.measured)) return [];
      return [this.#crossing(this.#tally)];
    }
    return this.#mayHold() ? this.#search(fromMs) : [];
  }

  save(writer: ByteWriter, refs: SavedRefs): void {
    const slots = this.#slots;
    const isDistinct = this.#settings.kind === 'distinct';
    writer.flag(this.approximate);
    writer.count(slots.size);
    for (let at = slots.start; at < slots.end; at += 1) {
      writer.number(slots.timeMs(at));
      writer.number(slots.firstMs(at));
      writer.number(slots.amount(at));
      writer.number(slots.count(at));
      writer.flag(slots.isTaken(at));
      if (isDistinct) writer.text(slots.value(at));
      refs.write(slots.evidenceAt(at));
    }
  }

  /** Takes over what `save` wrote, in a new window. Throws {@link Damaged}. */
  restore(reader: ByteReader, refs: ReadRefs): void {
    const isDistinct = this.#settings.kind === 'distinct';
    const isApproximate = reader.flag();
    const count = reader.items(SAVED_SLOT_BYTES_MIN);
    if (count === 0 || count > this.#settings.slotsMax)
      throw new Damaged('a window has no such size');
    for (let at = 0; at < count; at += 1) {
      const [timeMs, firstMs] = [reader.number(), reader.number()];
      const [amount, events] = [reader.number(), reader.number()];
      const isTaken = reader.flag();
      const value = isDistinct ? reader.text() : '';
      const slot = { timeMs, firstMs, amount, count: events, value, evidence: refs.read() };
      if (timeMs < this.latestMs) throw new Damaged('a window is not in order');
      this.#slots.insert(at, slot);
      if (isTaken) this.#slots.take(at);
      this.latestMs = timeMs;
    }
    this.#tallyAnew();
    this.approximate = isApproximate;
  }

  #newTally(at: number): Tally {
    return new Tally(this.#slots, at, this.#settings.kind === 'distinct');
  }

  /** Sums up the newest instant's window from the slots. */
  #tallyAnew(): void {
    const slots = this.#slots;
    let head = slots.end;
    const startMs = this.latestMs - this.#settings.spanMs;
    while (head > slots.start && slots.timeMs(head - 1) > startMs) head -= 1;
    this.#tally = this.#newTally(head);
    while (this.#tally.to < slots.end) this.#tally.grow();
  }

  #advance(timeMs: number): void {
    const { spanMs, latenessMs } = this.#settings;
    this.latestMs = timeMs;
    const slots = this.#slots;
    while (slots.timeMs(this.#tally.from) <= timeMs - spanMs) this.#tally.shrink();
    let start = slots.start;
    while (slots.timeMs(start) <= timeMs - spanMs - latenessMs) start += 1;
    if (start === slots.end - 1) this.approximate = false;
    this.#tally.moved(slots.leave(start));
  }

  #insertLate(insertion: Insertion): void {
    const { timeMs } = insertion;
    const slots = this.#slots;
    const at = slots.behind(timeMs);
    slots.insert(at, insertion);
    this.#tally.inserted(at, timeMs > this.latestMs - this.#settings.spanMs);
  }

  /** No past instant can see more than all that is kept. */
  #mayHold(): boolean {
    let most = this.#tally.measured;
    for (let at = this.#slots.start; at < this.#tally.from; at += 1) {
      most += this.#settings.kind === 'distinct' ? 1 : this.#slots.amount(at);
    }
    return this.#settings.holds(most);
  }

  /** Slide over the instants from `fromMs` on; only those within a span of it can have changed. */
  #search(fromMs: number): readonly Crossing[] {
    const { spanMs, holds } = this.#settings;
    const slots = this.#slots;
    const found: Crossing[] = [];
    const tally = this.#newTally(slots.start);
    while (tally.to < slots.end) {
      const timeMs = slots.timeMs(tally.to);
      if (timeMs >= fromMs + spanMs) break;
      // Entries of the same time are one instant: their order must not matter.
      while (slots.timeMs(tally.to) === timeMs) tally.grow();
      while (slots.timeMs(tally.from) <= timeMs - spanMs) tally.shrink();
      if (timeMs >= fromMs && holds(tally.measured)) found.push(this.#crossing(tally));
    }
    return found;
  }

  #crossing({ from, to, count, distinct }: Tally): Crossing {
    const slots = this.#slots;
    const timeMs = slots.timeMs(to - 1);
    return {
      timeMs,
      firstMs: slots.firstMs(from),
      count,
      distinctCount: this.#settings.kind === 'distinct' ? distinct : undefined,
      evidence: (max) => evidenceBetween(slots, { from, to, max }),
      take: () => takeInstant(slots, to, timeMs),
    };
  }

  /** Keep what decides: the latest of each value, or neighbours as one. Then the newest. */
  #thin(): void {
    const { kind, spanMs, slotsMax } = this.#settings;
    const thinned =
      kind === 'distinct'
        ? latestOfEach(this.#slots)
        : mergedNeighbours(this.#slots, spanMs / (slotsMax * MERGED_SHARE));
    this.approximate = true;
    thinned.leave(Math.max(0, thinned.size - slotsMax * THINNED_SHARE));
    this.#slots = thinned;
    this.#tallyAnew();
  }
}

function latestOfEach(slots: Slots): Slots {
  const seen = new Set<string>();
  const kept: number[] = [];
  for (let at = slots.end - 1; at >= slots.start; at -= 1) {
    if (!seen.has(slots.value(at))) kept.push(at);
    seen.add(slots.value(at));
  }
  const thinned = new Slots(true);
  for (const at of kept.toReversed()) thinned.copy(slots, at);
  return thinned;
}

/** Of neighbours the last stands for all. */
function mergedNeighbours(slots: Slots, partMs: number): Slots {
  const merged = new Slots(false);
  let [amount, count] = [0, 0];
  for (let at = slots.start; at < slots.end; at += 1) {
    const part = Math.floor(slots.timeMs(at) / partMs);
    if (at + 1 < slots.end && Math.floor(slots.timeMs(at + 1) / partMs) === part) {
      amount += slots.amount(at);
      count += slots.count(at);
    } else {
      merged.copy(slots, at);
      merged.addToLast(amount, count);
      [amount, count] = [0, 0];
    }
  }
  return merged;
}

/** First and last of a range; between them nothing is looked at. */
function evidenceBetween(
  slots: Slots,
  { from, to, max }: { from: number; to: number; max: number },
): readonly EvidenceRef[] {
  const scan = Math.max(max, EVIDENCE_SCAN_MAX);
  const first: Evidence[] = [];
  let at = from;
  for (; at < Math.min(to, from + scan) && first.length <= max; at += 1) {
    addOnce(first, slots.evidenceAt(at));
  }
  if (at === to && first.length <= max) return unfolded(first, max);
  first.length = Math.min(first.length, Math.ceil(max / 2));
  const last: Evidence[] = [];
  const until = first.at(-1);
  for (let back = to - 1; back >= to - scan && last.length < max - first.length; back -= 1) {
    const evidence = slots.evidenceAt(back);
    if (evidence === until) break;
    addOnce(last, evidence);
  }
  return unfolded([...first, ...last.toReversed()], max);
}

function takeInstant(slots: Slots, to: number, timeMs: number): boolean {
  let isNew = false;
  for (let at = to - 1; at >= 0 && slots.timeMs(at) === timeMs; at -= 1) {
    if (!slots.isTaken(at)) isNew = true;
    slots.take(at);
  }
  return isNew;
}
