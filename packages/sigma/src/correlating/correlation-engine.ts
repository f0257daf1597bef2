/**
 * Runs a set of rules over a stream of events. Windows slide in event time; an event that comes
 * late, but not too late, is put where it belongs; one that comes again counts once; an attack is
 * told once.
 */
import { Problems, SigmaError } from '../errors.ts';
import { MatchingRules } from '../finding/matching-rules.ts';
import { NO_ROW, type RowTest } from '../matching/row-test.ts';
import type { EventRows } from '../rows/event-rows.ts';
import { RowCursor } from '../rows/row-cursor.ts';
import { STRETCH_ROWS_MAX } from '../rows/row-set.ts';
import { type Arrival, keyAt, textAt } from './arrival.ts';
import type { CompiledCorrelation, Consumer } from './compiled-rules.ts';
import { createWindow } from './create-window.ts';
import {
  EngineReader,
  saveEngine,
  type EngineState,
  type SnapshotPlace,
} from './engine-snapshot.ts';
import type { CorrelationMatch, Crossing, Entry, GroupWindow } from './entry.ts';
import { matchOf, onwardEntry } from './episode.ts';
import { hearingOf, isWhollyTold } from './hearing.ts';
import { Group, groupKey } from './group.ts';
import { GroupTable } from './group-table.ts';
import { insertionsOf } from './insertions.ts';
import type { Ruleset } from './ruleset.ts';
import { SeenIds } from './seen-ids.ts';
import { Watermarks } from './watermarks.ts';
import { type WindowSettings, windowSettings } from './window-settings.ts';

/** Bounds of an engine. */
export interface EngineOptions {
  /** How much older than the newest event of its source an event may be. Default 30 s. */
  readonly latenessMs?: number;
  /** What the groups of all correlations take of memory, together. Default 256 MiB. */
  readonly groupBytesMax?: number;
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
  /** What the groups take of memory, estimated from what they hold. */
  readonly groupBytes: number;
}

/** Told of a row that the rules cannot cope with. */
export type LeaveOut = (row: number, error: unknown) => void;

/** Found by a clue that nothing has. */
const NOBODY_ASKS: RowTest = { ...NO_ROW, requires: [[]] };
const AHEAD_MAX_MS = 5_000;
const GROUP_BYTES_MAX = 256 * 1024 * 1024;

/** See the head of this file. */
export class CorrelationEngine {
  readonly #ruleset: Ruleset;
  readonly #matching: MatchingRules;
  readonly #cursor = new RowCursor();
  /** By correlation. */
  readonly #windows: readonly WindowSettings[];
  readonly #latenessMs: number;
  readonly #evidenceMax: number;
  readonly #watermarks: Watermarks;
  readonly #now: () => number;
  readonly #seen: SeenIds;
  readonly #groups: GroupTable;
  /** The last snapshot; undefined where changes cannot go on top of one. */
  #saved: SnapshotPlace | undefined;
  #savedBytes = 0;
  #wholes = 0;
  #events = 0;
  #late = 0;
  /** Whether a window did not take the event that is looked at. */
  #isTooLate = false;
  #repeated = 0;
  #ungrouped = 0;
  #thinned = 0;

  constructor(ruleset: Ruleset, options: EngineOptions = {}) {
    const { latenessMs = 30_000, groupBytesMax = GROUP_BYTES_MAX, evidenceMax = 16 } = options;
    const { idMemoryMs = 300_000, idsMax = 200_000, sourcesMax = 4096 } = options;
    this.#ruleset = ruleset;
    // Nobody looks at what a rule without consumers matches.
    this.#matching = new MatchingRules(
      ruleset.detections.map(({ test, consumers }) => (consumers.length > 0 ? test : NOBODY_ASKS)),
    );
    const hasClock = options.now !== undefined;
    this.#now = options.now ?? (() => Infinity);
    this.#windows = ruleset.correlations.map((each) => windowSettings(each, latenessMs));
    this.#latenessMs = latenessMs;
    this.#evidenceMax = evidenceMax;
    this.#watermarks = new Watermarks({ latenessMs, sourcesMax, hasClock });
    this.#seen = new SeenIds({ memoryMs: idMemoryMs, idsMax });
    const hasRunOut = (group: Group): boolean => this.#hasRunOut(group);
    this.#groups = new GroupTable({ bytesMax: groupBytesMax, hasRunOut });
  }

  /**
   * Takes a batch of events in and gives the attacks they decide, each for the first time. A row that throws
   * is left out and told to `leaveOut`; without that it is thrown, and the rows behind it are not looked at.
   */
  observe(rows: EventRows, leaveOut?: LeaveOut): readonly CorrelationMatch[] {
    const matches: CorrelationMatch[] = [];
    const cursor = this.#cursor;
    cursor.open(rows);
    try {
      for (let first = 0; first < rows.count; first += STRETCH_ROWS_MAX) {
        cursor.look(first, Math.min(STRETCH_ROWS_MAX, rows.count - first));
        this.#observeStretch(rows, matches, leaveOut);
      }
    } finally {
      cursor.close();
    }
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
      groupBytes: this.#groups.bytes,
    };
  }

  /** All state, as bytes. */
  snapshot(): Uint8Array<ArrayBuffer> {
    this.#wholes += 1;
    this.#saved = { whole: this.#wholes, changes: 0 };
    return this.#save(this.#saved);
  }

  /**
   * What changed since the last call of this or of `snapshot`, in time that goes with how much that is. It is
   * a whole snapshot where there is none that it could go on top of.
   */
  changes(): Uint8Array<ArrayBuffer> {
    if (this.#saved === undefined) return this.snapshot();
    const { whole, changes } = this.#saved;
    this.#saved = { whole, changes: changes + 1 };
    return this.#save(this.#saved);
  }

  /**
   * Takes the state of a snapshot over, in place of its own, and all changes on top of it in their order.
   * Correlations that have changed since begin empty. Throws a SigmaError where the state is none of ours;
   * the engine is then empty.
   */
  restore(snapshot: Uint8Array, changes: readonly Uint8Array[] = []): void {
    this.#clear();
    const reader = new EngineReader(this.#state);
    try {
      for (const bytes of [snapshot, ...changes]) reader.read(bytes);
    } catch (error) {
      this.#clear();
      const reason = error instanceof Error ? error.message : 'it cannot be read';
      const problems = new Problems('snapshot');
      problems.add(
        'SIGMA_SNAPSHOT_INVALID',
        { line: 1, column: 1 },
        `is not a snapshot: ${reason}`,
      );
      throw new SigmaError(problems.list);
    }
    this.#wholes = reader.place?.whole ?? 0;
    this.#saved = reader.isSame ? reader.place : undefined;
    this.#watermarks.saved();
    this.#seen.saved();
    this.#groups.saved(this.#groups.changed({ isWhole: true }));
    this.#groups.makeRoom();
  }

  #save(place: SnapshotPlace): Uint8Array<ArrayBuffer> {
    // As large as the last: what grows is copied again and again.
    const bytes = saveEngine(this.#state, place, this.#savedBytes);
    this.#savedBytes = bytes.length;
    return bytes;
  }

  get #state(): EngineState {
    return {
      correlations: this.#ruleset.correlations,
      windows: this.#windows,
      watermarks: this.#watermarks,
      seen: this.#seen,
      groups: this.#groups,
    };
  }

  #clear(): void {
    this.#groups.clear();
    this.#watermarks.clear();
    this.#seen.clear();
    this.#saved = undefined;
  }

  #observeStretch(rows: EventRows, matches: CorrelationMatch[], leaveOut?: LeaveOut): void {
    const cursor = this.#cursor;
    const { first, rows: count } = cursor;
    const isDecided = this.#isDecided();
    for (let row = first; row < first + count; row += 1) {
      try {
        // Some row cannot be decided: each is a stretch of its own, so that it is that one alone.
        if (!isDecided) {
          cursor.look(row, 1);
          this.#matching.decide(cursor);
        }
        cursor.row = row;
        this.#observeRow(rows, matches);
      } catch (error) {
        if (leaveOut === undefined) throw error;
        leaveOut(row, error);
      }
    }
  }

  #isDecided(): boolean {
    try {
      this.#matching.decide(this.#cursor);
      return true;
    } catch {
      return false;
    }
  }

  #observeRow(rows: EventRows, matches: CorrelationMatch[]): void {
    const cursor = this.#cursor;
    const { row } = cursor;
    this.#events += 1;
    const limitMs = this.#now() + AHEAD_MAX_MS;
    const timeMs = Math.min(rows.timeMs[row] ?? Number.NaN, limitMs);
    const source = rows.sourceOf(row);
    this.#watermarks.fallBack(limitMs);
    const clock = source === 0 ? '' : rows.texts.keyOf(source);
    // Of what has no time nobody can say that it is not late.
    if (Number.isNaN(timeMs) || !this.#watermarks.advance(clock, timeMs)) {
      this.#late += 1;
      return;
    }
    this.#isTooLate = false;
    let arrival: Arrival | undefined;
    for (const rule of this.#matching.of(row - cursor.first)) {
      const detection = this.#ruleset.detections[rule];
      if (detection === undefined) continue;
      // Most events match nothing: their ids are not worth remembering.
      if (arrival === undefined && this.#seen.seen(rows.idOf(row), this.#watermarks.newestMs)) {
        this.#repeated += 1;
        return;
      }
      arrival ??= { entry: entryOf(rows, row, timeMs), cursor, group: undefined };
      this.#deliver(arrival, detection.consumers, matches);
    }
    if (this.#isTooLate) this.#late += 1;
  }

  /** Breadth first, with a list of our own: correlations may feed correlations. */
  #deliver(first: Arrival, consumers: readonly Consumer[], matches: CorrelationMatch[]): void {
    const waiting = consumers.map((consumer) => ({ arrival: first, consumer }));
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { arrival, consumer } = next;
      const correlation = this.#ruleset.correlations[consumer.correlation];
      if (correlation === undefined) continue;
      const group = this.#insert(correlation, consumer, arrival);
      if (group?.window === undefined || isWhollyTold(correlation, group, arrival.entry.timeMs))
        continue;
      for (const crossing of group.window.crossings(arrival.entry.timeMs)) {
        const match = this.#tell(correlation, group, crossing);
        if (match !== undefined && correlation.emits) matches.push(match);
        if (correlation.consumers.length === 0 || !crossing.take()) continue;
        const hearing = hearingOf(correlation, group, crossing.timeMs);
        if (hearing.length === 0) continue;
        const entry = onwardEntry(crossing, this.#evidenceMax);
        const onward = { entry, cursor: this.#cursor, group };
        for (const each of hearing) waiting.push({ arrival: onward, consumer: each });
      }
    }
  }

  /** The group an event belongs to, with the event in its window; undefined where it does not count. */
  #insert(
    correlation: CompiledCorrelation,
    consumer: Consumer,
    arrival: Arrival,
  ): Group | undefined {
    const known = this.#groupOf(correlation, consumer, arrival);
    if (known === undefined) return undefined;
    const insertions = insertionsOf(correlation, consumer.input, arrival);
    if (insertions.length === 0) return undefined;
    this.#renewAfterLeap(known, arrival.entry.timeMs);
    known.window ??= this.#newWindow(known);
    const { window } = known;
    if (window === undefined) return undefined;
    const wasApproximate = window.approximate;
    let isIn = false;
    for (const insertion of insertions) isIn = window.insert(insertion);
    if (window.approximate && !wasApproximate) this.#thinned += 1;
    if (isIn) this.#groups.used(known);
    else this.#isTooLate = true;
    return isIn ? known : undefined;
  }

  /** Undefined where the event lacks a field that it has to be grouped by, or has nothing in it. */
  #groupOf(
    correlation: CompiledCorrelation,
    { correlation: number, input }: Consumer,
    arrival: Arrival,
  ): Group | undefined {
    const places = correlation.inputs[input]?.group ?? [];
    const keys = places.map((place) => keyAt(place, arrival));
    if (keys.includes('') && !correlation.groupsAbsent) {
      this.#ungrouped += 1;
      return undefined;
    }
    const known = this.#groups.get(groupKey(number, keys));
    if (known?.window !== undefined) return known;
    const texts = places.map((place) => textAt(place, arrival));
    const isSame = texts.every((text, index) => text === keys[index]);
    const group = new Group({ correlation: number, keys, texts: isSame ? keys : texts }, undefined);
    group.lastTrueMs = known?.lastTrueMs ?? -Infinity;
    return group;
  }

  /**
   * A window that one unbelieved time has moved on would take nothing else in for as long as that
   * time lies ahead: the next event that does not bear it out begins anew.
   */
  #renewAfterLeap(group: Group, timeMs: number): void {
    const aheadMs = Math.max(group.window?.latestMs ?? -Infinity, group.lastTrueMs);
    if (timeMs >= aheadMs - this.#latenessMs || !this.#watermarks.isAhead(aheadMs)) return;
    group.window = this.#newWindow(group);
    group.lastTrueMs = -Infinity;
  }

  #newWindow({ correlation }: Group): GroupWindow | undefined {
    const settings = this.#windows[correlation];
    return settings && createWindow(settings);
  }

  /** Whether a window sees nothing any more of what is not late. */
  #hasRunOut({ correlation: number, window }: Group): boolean {
    const spanMs = this.#windows[number]?.spanMs ?? 0;
    const seenMs = (window?.latestMs ?? -Infinity) + spanMs + this.#latenessMs;
    return seenMs < this.#watermarks.newestMs;
  }

  /** A match where the crossing begins an episode: the condition did not hold for the quiet time. */
  #tell(
    correlation: CompiledCorrelation,
    group: Group,
    crossing: Crossing,
  ): CorrelationMatch | undefined {
    // A pause that a late event could still fill is none.
    const quietMs = Math.max(correlation.quietMs, this.#latenessMs);
    const begins = crossing.timeMs > group.lastTrueMs + quietMs;
    if (crossing.timeMs > group.lastTrueMs) group.lastTrueMs = crossing.timeMs;
    if (!begins) return undefined;
    return matchOf(correlation, group, { crossing, quietMs, evidenceMax: this.#evidenceMax });
  }
}

function entryOf(rows: EventRows, row: number, timeMs: number): Entry {
  const weight = rows.weight[row] ?? 1;
  const count = weight >= 1 && weight < Infinity ? weight : 1;
  return { timeMs, firstMs: timeMs, count, evidence: rows.refOf(row) };
}
