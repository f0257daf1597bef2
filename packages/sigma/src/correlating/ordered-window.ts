/**
 * Rules that must happen in order within a span: for each rule the best chain so far, which is the
 * one that began last. Equal times count as in order. Late entries replay the recent ones.
 */
import { type ByteReader, Damaged } from '../saving/byte-reader.ts';
import type { ByteWriter } from '../saving/byte-writer.ts';
import type { ReadRefs, SavedRefs } from '../saving/saved-refs.ts';
import {
  type Crossing,
  type Entry,
  EVIDENCE_BYTES,
  evidenceBytes,
  firstAndLastOf,
  type GroupWindow,
  type Insertion,
} from './entry.ts';
import type { WindowSettings } from './window-settings.ts';

/** The last link of a chain of rules 0..k. */
interface Link {
  readonly startMs: number;
  readonly entry: Entry;
  readonly before: Link | undefined;
}

interface Step {
  readonly entry: Entry;
  readonly input: number;
  taken: boolean;
}

type Links = (Link | undefined)[];

const WINDOW_BYTES = 300;
const STEP_BYTES = 160;
/** A link and the entry it may be the last to hold. */
const LINK_BYTES = 192 + EVIDENCE_BYTES;
/** The least an entry takes in a snapshot. */
const SAVED_ENTRY_BYTES_MIN = 25;

/** See the head of this file. */
export class OrderedWindow implements GroupWindow {
  latestMs: number = -Infinity;
  approximate = false;
  readonly #settings: WindowSettings;
  /** Chains of all that can no longer change. */
  #settled: Links = [];
  /** Chains after the recent entries too. */
  #current: Links = [];
  #recent: Step[] = [];
  #recentBytes = 0;
  #heldAtMs = -Infinity;

  constructor(settings: WindowSettings) {
    this.#settings = settings;
  }

  get bytes(): number {
    const links = this.#settled.length + this.#current.length;
    return WINDOW_BYTES + links * LINK_BYTES + this.#recentBytes;
  }

  insert({ timeMs, firstMs, count, evidence, input }: Insertion): boolean {
    const { latenessMs, spanMs } = this.#settings;
    if (timeMs <= this.latestMs - latenessMs - spanMs) return false;
    this.#insertStep({ entry: { timeMs, firstMs, count, evidence }, input, taken: false });
    this.latestMs = Math.max(this.latestMs, timeMs);
    this.#settle();
    return true;
  }

  crossings(fromMs: number): readonly Crossing[] {
    if (this.#heldAtMs < fromMs) return [];
    const found: Crossing[] = [];
    const links = [...this.#settled];
    for (const step of this.#recent) {
      const held = this.#advance(links, step);
      if (held === undefined || step.entry.timeMs < fromMs) continue;
      const crossing = crossingOf(held, step);
      // Several last steps at one time are one instant.
      if (found.at(-1)?.timeMs === crossing.timeMs) found.pop();
      found.push(crossing);
    }
    return found;
  }

  save(writer: ByteWriter, refs: SavedRefs): void {
    writer.flag(this.approximate);
    writer.number(this.latestMs);
    writer.count(this.#settled.length);
    for (const link of this.#settled) {
      const chain = chainOf(link);
      writer.count(chain.length);
      for (const entry of chain) saveEntry(entry, writer, refs);
    }
    writer.count(this.#recent.length);
    for (const { entry, input, taken } of this.#recent) {
      saveEntry(entry, writer, refs);
      writer.count(input);
      writer.flag(taken);
    }
  }

  /** Takes over what `save` wrote, in a new window. Throws {@link Damaged}. */
  restore(reader: ByteReader, refs: ReadRefs): void {
    const { length, slotsMax } = this.#settings;
    this.approximate = reader.flag();
    this.latestMs = reader.number();
    const chains = reader.count(length);
    for (let at = 0; at < chains; at += 1) this.#settled.push(readChain(reader, refs, length));
    this.#current = [...this.#settled];
    const steps = reader.items(SAVED_ENTRY_BYTES_MIN);
    if (steps > slotsMax) throw new Damaged('a window has no such size');
    for (let at = 0; at < steps; at += 1) {
      const entry = readEntry(reader, refs);
      const input = reader.count(length - 1);
      const step = { entry, input, taken: reader.flag() };
      const last = this.#recent.at(-1);
      const isInOrder = last === undefined || isBefore(last, step);
      if (!isInOrder || entry.timeMs > this.latestMs) throw new Damaged('a window is not in order');
      this.#insertStep(step);
    }
  }

  #insertStep(step: Step): void {
    this.#recentBytes += stepBytes(step);
    const last = this.#recent.at(-1);
    if (last === undefined || isBefore(last, step)) {
      this.#recent.push(step);
      this.#advance(this.#current, step);
      return;
    }
    let at = this.#recent.length;
    for (let prior = this.#recent[at - 1]; prior !== undefined; prior = this.#recent[at - 1]) {
      if (isBefore(prior, step)) break;
      at -= 1;
    }
    this.#recent.splice(at, 0, step);
    const links = [...this.#settled];
    for (const each of this.#recent) this.#advance(links, each);
    this.#current = links;
  }

  /** The finished chain when this step completes one within the span. */
  #advance(links: Links, { entry, input }: Step): Link | undefined {
    const before = input === 0 ? undefined : links[input - 1];
    if (input > 0 && before === undefined) return undefined;
    const startMs = before?.startMs ?? entry.timeMs;
    const known = links[input];
    const link: Link = { startMs, entry, before };
    if (known === undefined || startMs >= known.startMs) links[input] = link;
    if (input !== this.#settings.length - 1) return undefined;
    if (startMs <= entry.timeMs - this.#settings.spanMs) return undefined;
    this.#heldAtMs = Math.max(this.#heldAtMs, entry.timeMs);
    return link;
  }

  #settle(): void {
    const { latenessMs, spanMs, slotsMax } = this.#settings;
    const settledMs = this.latestMs - latenessMs - spanMs;
    let done = 0;
    for (const step of this.#recent) {
      const over = this.#recent.length - done > slotsMax;
      if (over) this.approximate = true;
      if (step.entry.timeMs >= settledMs && !over) break;
      this.#advance(this.#settled, step);
      this.#recentBytes -= stepBytes(step);
      done += 1;
    }
    if (done > 0) this.#recent.splice(0, done);
  }
}

function stepBytes({ entry }: Step): number {
  return STEP_BYTES + evidenceBytes(entry.evidence);
}

/** By time, and at the same time by the order the rules are to happen in. */
function isBefore(a: Step, b: Step): boolean {
  if (a.entry.timeMs !== b.entry.timeMs) return a.entry.timeMs < b.entry.timeMs;
  return a.input <= b.input;
}

function chainOf(link: Link | undefined): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = link; at !== undefined; at = at.before) entries.push(at.entry);
  return entries.toReversed();
}

function crossingOf(link: Link, step: Step): Crossing {
  const entries = chainOf(link);
  return {
    timeMs: link.entry.timeMs,
    firstMs: entries.reduce((firstMs, entry) => Math.min(firstMs, entry.firstMs), Infinity),
    count: entries.reduce((count, entry) => count + entry.count, 0),
    distinctCount: undefined,
    evidence: (max) =>
      firstAndLastOf(
        entries.map(({ evidence }) => evidence),
        max,
      ),
    take: () => {
      const isNew = !step.taken;
      step.taken = true;
      return isNew;
    },
  };
}

function saveEntry(entry: Entry, writer: ByteWriter, refs: SavedRefs): void {
  writer.number(entry.timeMs);
  writer.number(entry.firstMs);
  writer.number(entry.count);
  refs.write(entry.evidence);
}

function readEntry(reader: ByteReader, refs: ReadRefs): Entry {
  const [timeMs, firstMs, count] = [reader.number(), reader.number(), reader.number()];
  return { timeMs, firstMs, count, evidence: refs.read() };
}

function readChain(reader: ByteReader, refs: ReadRefs, lengthMax: number): Link | undefined {
  const length = reader.count(lengthMax);
  let link: Link | undefined;
  for (let at = 0; at < length; at += 1) {
    const entry = readEntry(reader, refs);
    link = { startMs: link?.startMs ?? entry.timeMs, entry, before: link };
  }
  return link;
}
