/** One group of one correlation: its window, and where its episodes stand. */
import type { GroupField, GroupWindow } from './entry.ts';

/** Mutable state of a group. */
export class Group {
  readonly key: string;
  readonly fields: readonly GroupField[];
  window: GroupWindow;
  /** Latest instant of the current episode at which the condition held. */
  lastTrueMs: number = -Infinity;
  /** Set on use, cleared when the table looks for room: second chance. */
  touched = false;

  constructor(key: string, fields: readonly GroupField[], window: GroupWindow) {
    this.key = key;
    this.fields = fields;
    this.window = window;
  }
}

/**
 * Groups of one correlation, bounded; the least recently used leaves (second chance). Of those that
 * left, as many are remembered as may be held: when they come back, what was told stays told.
 */
export class GroupTable {
  readonly #groups = new Map<string, Group>();
  readonly #groupsMax: number;
  /** Groups that left, and until when their condition held; the last to leave stands last. */
  readonly #left = new Map<string, number>();
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

  values(): Iterable<Group> {
    return this.#groups.values();
  }

  /** Adds a group; at the limit the least recently used one leaves. */
  add(group: Group): Group {
    if (this.#groups.size >= this.#groupsMax) this.#evict();
    this.#groups.set(group.key, group);
    group.lastTrueMs = this.#left.get(group.key) ?? group.lastTrueMs;
    this.#left.delete(group.key);
    return group;
  }

  /** Groups that left after they were told about, as `remember` takes them. */
  left(): Iterable<readonly [key: string, lastTrueMs: number]> {
    return this.#left;
  }

  /** A group that is not held was told about; beyond the limit the first to leave is forgotten. */
  remember(key: string, lastTrueMs: number): void {
    this.#left.delete(key);
    this.#left.set(key, lastTrueMs);
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
        if (group.lastTrueMs > -Infinity) this.remember(key, group.lastTrueMs);
        return;
      }
      group.touched = false;
      this.#groups.set(key, group);
    }
  }
}
