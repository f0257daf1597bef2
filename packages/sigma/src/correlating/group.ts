/** The groups of all correlations: windows, and where episodes stand, within one budget. */
import type { GroupField, GroupWindow } from './entry.ts';

/** Mutable state of a group. */
export class Group {
  /** Which correlation it belongs to, as {@link groupKey} takes it. */
  readonly correlation: number;
  readonly fields: readonly GroupField[];
  window: GroupWindow;
  /** Latest instant of the current episode at which the condition held. */
  lastTrueMs: number = -Infinity;
  /** Set on use, cleared when the table looks for room: second chance. */
  touched = false;

  constructor(correlation: number, fields: readonly GroupField[], window: GroupWindow) {
    this.correlation = correlation;
    this.fields = fields;
    this.window = window;
  }
}

/** The key of a group: no two groups of one table have the same. */
export function groupKey(correlation: number, values: readonly string[]): string {
  let key = String(correlation);
  for (const value of values) key += `:${value.length}:${value}`;
  return key;
}

/** A group that left after it was told about, and until when its condition held. */
export interface LeftGroup {
  readonly correlation: number;
  readonly values: readonly string[];
  readonly lastTrueMs: number;
}

/**
 * Groups of all correlations, bounded together: a rule that needs many has them, as long as others
 * do not. The least recently used leaves (second chance). Of those that left, as many are remembered
 * as may be held: when they come back, what was told stays told.
 */
export class GroupTable {
  readonly #groups = new Map<string, Group>();
  readonly #groupsMax: number;
  /** The last to leave stands last. */
  readonly #left = new Map<string, LeftGroup>();
  /** Groups that left for want of room. */
  evicted = 0;

  constructor(groupsMax: number) {
    this.#groupsMax = groupsMax;
  }

  get size(): number {
    return this.#groups.size;
  }

  get(key: string): Group | undefined {
    const group = this.#groups.get(key);
    if (group !== undefined) group.touched = true;
    return group;
  }

  /** Least recent first, as far as is known. */
  values(): Iterable<Group> {
    return this.#groups.values();
  }

  /** Adds a group; at the limit the least recently used one of all leaves. */
  add(key: string, group: Group): Group {
    if (this.#groups.size >= this.#groupsMax) this.#evict();
    this.#groups.set(key, group);
    group.lastTrueMs = this.#left.get(key)?.lastTrueMs ?? group.lastTrueMs;
    this.#left.delete(key);
    return group;
  }

  /** Groups that left after they were told about, as `remember` takes them. */
  left(): Iterable<LeftGroup> {
    return this.#left.values();
  }

  /** A group that is not held was told about; beyond the limit the first to leave is forgotten. */
  remember(group: LeftGroup): void {
    const key = groupKey(group.correlation, group.values);
    this.#left.delete(key);
    this.#left.set(key, group);
    if (this.#left.size <= this.#groupsMax) return;
    for (const first of this.#left.keys()) {
      this.#left.delete(first);
      return;
    }
  }

  clear(): void {
    this.#groups.clear();
    this.#left.clear();
  }

  #evict(): void {
    for (const [key, group] of this.#groups) {
      this.#groups.delete(key);
      if (!group.touched) {
        this.evicted += 1;
        const { correlation, fields, lastTrueMs } = group;
        const values = fields.map(({ value }) => value);
        if (lastTrueMs > -Infinity) this.remember({ correlation, values, lastTrueMs });
        return;
      }
      group.touched = false;
      this.#groups.set(key, group);
    }
  }
}
