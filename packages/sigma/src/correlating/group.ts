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

/** Groups of one correlation, bounded; the least recently used leaves (second chance). */
export class GroupTable {
  readonly #groups = new Map<string, Group>();
  readonly #groupsMax: number;
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
    return group;
  }

  clear(): void {
    this.#groups.clear();
  }

  #evict(): void {
    for (const [key, group] of this.#groups) {
      this.#groups.delete(key);
      if (!group.touched) {
        this.evicted += 1;
        return;
      }
      group.touched = false;
      this.#groups.set(key, group);
    }
  }
}
