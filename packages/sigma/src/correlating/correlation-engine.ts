/**
 * Runs a set of rules over a stream of events. Windows slide in event time; an event that comes
 * late, but not too late, is put where it belongs; one that comes again counts once; an attack is
 * told once.
 */
import { Problems, SigmaError } from '../errors.ts';
import { decimalOf, type EventView } from '../matching/event-view.ts';
import { createWindow } from './create-window.ts';
import type { CorrelationMatch, Crossing, Entry, Insertion } from './entry.ts';
import { Group, groupKey, GroupTable } from './group.ts';
import { restoreGroups, type SavedGroups, saveGroups } from './group-snapshot.ts';
import type { CompiledCorrelation, Consumer, Ruleset } from './ruleset.ts';
import { SeenIds } from './seen-ids.ts';
import { Watermarks } from './watermarks.ts';

/** One event. */
export interface CorrelationEvent extends EventView {
  /** Event time, ms since the epoch. */
  readonly timeMs: number;
  /** Equal for an event that is sent again. */
  readonly id: string;
  /** Whose clock and order it comes in: a service. Default: one for all. */
  readonly source?: string;
  /** Given back as evidence; must survive JSON where snapshots are taken. */
  readonly ref?: unknown;
  /** How many events it stands for, after sampling. Default 1. */
  readonly weight?: number;
}

/** Bounds of an engine. */
export interface EngineOptions {
  /** How much older than the newest event of its source an event may be. Default 30 s. */
  readonly latenessMs?: number;
  /** Groups of all correlations together. Default 100,000. */
  readonly groupsMax?: number;
  /** How long ids are remembered. Default 5 min. */
  readonly idMemoryMs?: number;
  /** Ids remembered at most, twice over. Default 200,000. */
  readonly idsMax?: number;
  /** Sources whose time is followed. Default 4,096. */
  readonly sourcesMax?: number;
  /** Evidence of one match. Default 16. */
  readonly evidenceMax?: number;
  /**
   * Wall clock, ms since the epoch. Where given, no time stands more than 5 s after it: an event from
   * later is taken for one of then, and when the clock is set back time comes back with it. Events of
   * a journal must not lie further ahead than that when they come in, or what comes out depends on
   * when it is read.
   */
  readonly now?: () => number;
}

/** What was counted since the engine began. */
export interface EngineStats {
  readonly events: number;
  /** Older than the lateness allows: for its source, or for a window of its group. */
  readonly late: number;
  /** Of those that match a rule. */
  readonly repeated: number;
  /** Times an event that matched lacked a field its correlation groups by. */
  readonly ungrouped: number;
  /** Ids left out of memory before their time, for want of room: sent again they count again. */
  readonly forgottenIds: number;
  /** Times a window passed its bound: its counts are a lower bound from then on. */
  readonly thinned: number;
  readonly evictedGroups: number;
  readonly groups: number;
}

interface Snapshot extends SavedGroups {
  readonly version: number;
  readonly watermarks: ReturnType<Watermarks['toJson']>;
  readonly seen: ReturnType<SeenIds['toJson']>;
}

/** A correlation's event on its way to those that look at it. */
interface Arrival {
  readonly entry: Entry;
  readonly get: EventView['get'];
}

const SNAPSHOT_VERSION = 3;
const AHEAD_MAX_MS = 5_000;
/** The last instant a Date can hold. */
const DATE_MAX_MS = 8_640_000_000_000_000;
const DEFAULT_SOURCE = '';
const FIELD_CHARACTERS_MAX = 1024;

/** See the head of this file. */
export class CorrelationEngine {
  readonly #ruleset: Ruleset;
  readonly #latenessMs: number;
  readonly #evidenceMax: number;
  readonly #watermarks: Watermarks;
  readonly #now: () => number;
  readonly #seen: SeenIds;
  readonly #groups: GroupTable;
  #events = 0;
  #late = 0;
  /** Whether a window did not take the event that is looked at. */
  #isTooLate = false;
  #repeated = 0;
  #ungrouped = 0;
  #thinned = 0;

  constructor(ruleset: Ruleset, options: EngineOptions = {}) {
    const { latenessMs = 30_000, groupsMax = 100_000, evidenceMax = 16 } = options;
    const { idMemoryMs = 300_000, idsMax = 200_000, sourcesMax = 4096 } = options;
    this.#ruleset = ruleset;
    const hasClock = options.now !== undefined;
    this.#now = options.now ?? (() => Infinity);
    this.#latenessMs = latenessMs;
    this.#evidenceMax = evidenceMax;
    this.#watermarks = new Watermarks({ latenessMs, sourcesMax, hasClock });
    this.#seen = new SeenIds({ memoryMs: idMemoryMs, idsMax });
    this.#groups = new GroupTable(groupsMax);
  }

  /** Takes one event and gives the attacks it decides, each for the first time. */
  observe(event: CorrelationEvent): readonly CorrelationMatch[] {
    const { id, source = DEFAULT_SOURCE, ref, weight = 1 } = event;
    this.#events += 1;
    const limitMs = this.#now() + AHEAD_MAX_MS;
    const timeMs = Math.min(event.timeMs, limitMs);
    this.#watermarks.fallBack(limitMs);
    if (!this.#watermarks.advance(source, timeMs)) {
      this.#late += 1;
      return [];
    }
    const entry: Entry = { timeMs, id, count: weight, firstMs: timeMs, ref };
    const matches: CorrelationMatch[] = [];
    let isKnownNew = false;
    for (const { matches: isMatch, consumers } of this.#ruleset.detections) {
      if (consumers.length === 0 || !isMatch(event)) continue;
      // Most events match nothing: their ids are not worth remembering.
      if (!isKnownNew && this.#seen.seen(id, this.#watermarks.newestMs)) {
        this.#repeated += 1;
        return [];
      }
      isKnownNew = true;
      this.#deliver({ entry, get: (field) => event.get(field) }, consumers, matches);
    }
    if (this.#isTooLate) this.#late += 1;
    this.#isTooLate = false;
    return matches;
  }

  /** Counters since the engine began, and the groups it holds. */
  stats(): EngineStats {
    return {
      events: this.#events,
      late: this.#late,
      repeated: this.#repeated,
      ungrouped: this.#ungrouped,
      thinned: this.#thinned,
      forgottenIds: this.#seen.forgotten,
      evictedGroups: this.#groups.evicted,
      groups: this.#groups.size,
    };
  }

  /** All state, to be written as JSON at once: it shares what the engine goes on to change. */
  snapshot(): unknown {
    return {
      version: SNAPSHOT_VERSION,
      watermarks: this.#watermarks.toJson(),
      seen: this.#seen.toJson(),
      ...saveGroups(this.#groups, this.#ruleset.correlations),
    } satisfies Snapshot;
  }

  /**
   * Takes the state of a snapshot over, in place of its own. Correlations that have changed since
   * begin empty. Throws a SigmaError where the state is none of ours; the engine is then empty.
   */
  restore(state: unknown): void {
    this.#clear();
    try {
      const snapshot = state as Snapshot;
      if (snapshot.version !== SNAPSHOT_VERSION) throw new Error('another version');
      const { correlations } = this.#ruleset;
      restoreGroups(snapshot, this.#groups, { correlations, latenessMs: this.#latenessMs });
      this.#watermarks.restore(snapshot.watermarks);
      this.#seen.restore(snapshot.seen);
    } catch {
      this.#clear();
      const problems = new Problems('snapshot');
      problems.add(
        'SIGMA_SNAPSHOT_INVALID',
        { line: 1, column: 1 },
        'is not a snapshot of this version',
      );
      throw new SigmaError(problems.list);
    }
  }

  #clear(): void {
    this.#groups.clear();
    this.#watermarks.clear();
    this.#seen.clear();
  }

  /** Breadth first, with a list of our own: correlations may feed correlations. */
  #deliver(first: Arrival, consumers: readonly Consumer[], matches: CorrelationMatch[]): void {
    const waiting = consumers.map((consumer) => ({ arrival: first, consumer }));
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { arrival, consumer } = next;
      const correlation = this.#ruleset.correlations[consumer.correlation];
      const group = this.#groupOf(consumer, arrival);
      if (correlation === undefined || group === undefined) continue;
      this.#renewAfterLeap(correlation, group, arrival.entry.timeMs);
      const insertion = insertionOf(arrival, correlation, consumer.input);
      if (insertion === undefined || !this.#insert(group, insertion)) continue;
      if (isWhollyTold(correlation, group)) continue;
      for (const crossing of group.window.crossings(arrival.entry.timeMs)) {
        const match = this.#tell(correlation, group, crossing);
        if (match !== undefined && correlation.emits) matches.push(match);
        if (correlation.consumers.length === 0 || crossing.takeEntries().length === 0) continue;
        const onward = onwardArrival(correlation, group, crossing, this.#evidenceMax);
        for (const each of correlation.consumers) waiting.push({ arrival: onward, consumer: each });
      }
    }
  }

  /** Undefined where the event lacks a field that it has to be grouped by, or has nothing in it. */
  #groupOf({ correlation: number, input }: Consumer, { get }: Arrival): Group | undefined {
    const correlation = this.#ruleset.correlations[number];
    if (correlation === undefined) return undefined;
    const names = correlation.inputs[input]?.groupFields ?? [];
    const values: string[] = [];
    for (const name of names) {
      const value = get(name) ?? '';
      if (value === '' && !correlation.groupsAbsent) {
        this.#ungrouped += 1;
        return undefined;
      }
      values.push(String(value).slice(0, FIELD_CHARACTERS_MAX));
    }
    const key = groupKey(number, values);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const fields = values.map((value, index) => {
      return { field: correlation.groupBy[index] ?? names[index] ?? '', value };
    });
    const window = createWindow(correlation, this.#latenessMs);
    return this.#groups.add(key, new Group(number, fields, window));
  }

  #insert({ window }: Group, insertion: Insertion): boolean {
    const wasApproximate = window.approximate;
    const isIn = window.insert(insertion);
    if (window.approximate && !wasApproximate) this.#thinned += 1;
    if (!isIn) this.#isTooLate = true;
    return isIn;
  }

  /**
   * A window that one unbelieved time has moved on would take nothing else in for as long as that
   * time lies ahead: the next event that does not bear it out begins anew.
   */
  #renewAfterLeap(correlation: CompiledCorrelation, group: Group, timeMs: number): void {
    const aheadMs = Math.max(group.window.latestMs, group.lastTrueMs);
    if (timeMs >= aheadMs - this.#latenessMs || !this.#watermarks.isAhead(aheadMs)) return;
    group.window = createWindow(correlation, this.#latenessMs);
    group.lastTrueMs = -Infinity;
  }

  /** A pause that a late event could still fill is none. */
  #quietMs({ quietMs }: CompiledCorrelation): number {
    return Math.max(quietMs, this.#latenessMs);
  }

  /** A match where the crossing begins an episode: the condition did not hold for the quiet time. */
  #tell(
    correlation: CompiledCorrelation,
    group: Group,
    crossing: Crossing,
  ): CorrelationMatch | undefined {
    const quietMs = this.#quietMs(correlation);
    const begins = crossing.timeMs > group.lastTrueMs + quietMs;
    if (crossing.timeMs > group.lastTrueMs) group.lastTrueMs = crossing.timeMs;
    if (!begins) return undefined;
    const { firstMs, timeMs, count, distinctCount } = crossing;
    return {
      rule: correlation.rule,
      group: group.fields,
      episode: episodeOf(timeMs, quietMs),
      firstMs,
      lastMs: timeMs,
      count,
      ...(distinctCount === undefined || correlation.type !== 'value_count'
        ? {}
        : { distinctCount }),
      approximate: group.window.approximate,
      evidence: crossing.evidence(this.#evidenceMax),
    };
  }
}

/**
 * Whether the newest instant belongs to an episode that is told: then no earlier one can begin
 * another or make it last longer. Those that stand on the correlation want every instant.
 */
function isWhollyTold({ consumers }: CompiledCorrelation, group: Group): boolean {
  return consumers.length === 0 && group.window.latestMs <= group.lastTrueMs;
}

/**
 * Names an episode by the stretch of time it begins in, each as long as the quiet time. Two of one
 * group never begin in one stretch, so the name needs no memory and repeats only for the same
 * attack, seen again. Late events may move the beginning; the name changes only where that takes it
 * over the end of a stretch.
 */
function episodeOf(timeMs: number, quietMs: number): string {
  const stretchMs = Math.max(1, quietMs);
  const beginMs = Math.floor(timeMs / stretchMs) * stretchMs;
  const isDate = Math.abs(beginMs) <= DATE_MAX_MS;
  return isDate ? new Date(beginMs).toISOString() : String(beginMs);
}

/** Undefined where the event lacks the value that is counted or summed. */
function insertionOf(
  { entry, get }: Arrival,
  { type, inputs }: CompiledCorrelation,
  input: number,
): Insertion | undefined {
  if (type === 'temporal') return { entry, value: String(input), amount: entry.count, input };
  const counted = inputs[input]?.countedField ?? '';
  if (type === 'value_count') {
    const value = get(counted);
    if (value === undefined) return undefined;
    const text = String(value).slice(0, FIELD_CHARACTERS_MAX);
    return { entry, value: text, amount: entry.count, input };
  }
  if (type !== 'value_sum') return { entry, value: '', amount: entry.count, input };
  const amount = amountOf(get(counted));
  return amount === undefined ? undefined : { entry, value: '', amount, input };
}

/** Only what is a number from 0: a sum that can fall would tell what the next event takes back. */
function amountOf(value: ReturnType<EventView['get']>): number | undefined {
  const amount = decimalOf(value);
  return amount !== undefined && amount >= 0 ? amount : undefined;
}

/** What a correlation says to those that stand on it: an event at the instant its condition held. */
function onwardArrival(
  correlation: CompiledCorrelation,
  group: Group,
  crossing: Crossing,
  evidenceMax: number,
): Arrival {
  const { timeMs, firstMs, count } = crossing;
  const values = new Map(group.fields.map(({ field, value }) => [field, value]));
  const id = `${correlation.rule.key}:${JSON.stringify([...values.values()])}:${timeMs}`;
  return {
    entry: { timeMs, id, count, firstMs, ref: undefined, evidence: crossing.evidence(evidenceMax) },
    get: (field) => values.get(field),
  };
}
