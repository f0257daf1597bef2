/**
 * Rules that must happen in order within a span: for each rule the best chain so far, which is the
 * one that began last. Equal times count as in order. Late entries replay the recent ones.
 */
import {
  type Crossing,
  type Entry,
  evidenceOf,
  type GroupWindow,
  type Insertion,
  WINDOW_SLOTS_MAX,
} from './entry.ts';

/** What all groups of one correlation share. */
export interface OrderedSettings {
  readonly spanMs: number;
  readonly latenessMs: number;
  /** How many rules a chain has. */
  readonly length: number;
}

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

/** See the head of this file. */
export class OrderedWindow implements GroupWindow {
  latestMs: number = -Infinity;
  approximate = false;
  readonly #settings: OrderedSettings;
  /** Chains of all that can no longer change. */
  #settled: Links = [];
  /** Chains after the recent entries too. */
  #current: Links = [];
  #recent: Step[] = [];
  #heldAtMs = -Infinity;

  constructor(settings: OrderedSettings) {
    this.#settings = settings;
  }

  get size(): number {
    return this.#recent.length + this.#settings.length;
  }

  insert({ entry, input }: Insertion): boolean {
    const { latenessMs, spanMs } = this.#settings;
    if (entry.timeMs <= this.latestMs - latenessMs - spanMs) return false;
    const step: Step = { entry, input, taken: false };
    const last = this.#recent.at(-1);
    if (last === undefined || isBefore(last, step)) {
      this.#recent.push(step);
      this.#advance(this.#current, step);
    } else this.#insertLate(step);
    this.latestMs = Math.max(this.latestMs, entry.timeMs);
    this.#settle();
    return true;
  }

  holdsNow(): boolean {
    return this.#heldAtMs >= this.latestMs;
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

  toJson(): unknown {
    return {
      approximate: this.approximate,
      settled: Array.from({ length: this.#settings.length }, (_, at) => chainOf(this.#settled[at])),
      steps: this.#recent,
    };
  }

  /** Put back the settled chains of a snapshot; each is a list of entries, first rule first. */
  restoreChains(chains: readonly (readonly Entry[])[]): void {
    this.#settled = chains.map((entries) => {
      let link: Link | undefined;
      for (const entry of entries) {
        link = { startMs: link?.startMs ?? entry.timeMs, entry, before: link };
      }
      return link;
    });
    this.#current = [...this.#settled];
  }

  /** Put back one recent step of a snapshot, in order. */
  restoreStep(insertion: Insertion, taken: boolean): void {
    this.insert(insertion);
    const step = this.#recent.at(-1);
    if (step !== undefined) step.taken = taken;
  }

  #insertLate(step: Step): void {
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
    const { latenessMs, spanMs } = this.#settings;
    const settledMs = this.latestMs - latenessMs - spanMs;
    let done = 0;
    for (const step of this.#recent) {
      const over = this.#recent.length - done > WINDOW_SLOTS_MAX;
      if (over) this.approximate = true;
      if (step.entry.timeMs >= settledMs && !over) break;
      this.#advance(this.#settled, step);
      done += 1;
    }
    if (done > 0) this.#recent.splice(0, done);
  }
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
    evidence: (max) => evidenceOf(entries, max),
    takeEntries: () => {
      if (step.taken) return [];
      step.taken = true;
      return [step.entry];
    },
  };
}
