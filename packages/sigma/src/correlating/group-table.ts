/**
 * The groups of all correlations, bounded together in bytes: a rule that needs many has them, as long as
 * others do not.
 *
 * Where there is no room for more, those leave first that had a single event, the oldest first: a flood of
 * addresses that come once does not push out those that have a history. A group whose window has run out
 * leaves before them, and so does the least recently used one with a history when those with one event have
 * next to no room of their own, or nobody new could ever be counted.
 */
import type { Group, GroupPlace } from './group.ts';
import { GroupList } from './group-list.ts';

/** The share of the budget that groups with one event have in any case, and that of what was told. */
const ONCE_SHARE = 1 / 32;
const TOLD_SHARE = 1 / 8;

/** Bounds of a table. */
export interface GroupTableSettings {
  readonly bytesMax: number;
  /** Whether a group's window has run out, so that forgetting it costs least. */
  readonly hasRunOut: (group: Group) => boolean;
}

/** See the head of this file. Of those that left it is remembered what was told. */
export class GroupTable {
  readonly #groups = new Map<string, Group>();
  readonly #lists: Readonly<Record<GroupPlace, GroupList>> = {
    once: new GroupList(),
    recurring: new GroupList(),
    told: new GroupList(),
  };
  readonly #settings: GroupTableSettings;
  /** The save that changes from now on belong to. */
  #save = 1;
  /** Keys that a save knows, and that are gone since the last. */
  #gone = new Set<string>();
  /** Groups that left for want of room. */
  evicted = 0;

  constructor(settings: GroupTableSettings) {
    this.#settings = settings;
  }

  /** Groups with a window. */
  get size(): number {
    return this.#lists.once.count + this.#lists.recurring.count;
  }

  /** What all groups take. */
  get bytes(): number {
    const { once, recurring, told } = this.#lists;
    return once.bytes + recurring.bytes + told.bytes;
  }

  /** One that left and of which only is known what was told has no window. */
  get(key: string): Group | undefined {
    return this.#groups.get(key);
  }

  /** A group took an event in: it stands last, and others leave where there is no room for it. */
  used(group: Group): void {
    if (group.isHeld) {
      this.#lists[group.place].remove(group);
      this.#append(group, 'recurring');
    } else this.put(group, 'once');
    this.makeRoom(group);
  }

  /** Puts a group last in a list, in the place of the one that had its key. */
  put(group: Group, place: GroupPlace): void {
    const known = this.#groups.get(group.key);
    if (known !== undefined) {
      this.#lists[known.place].remove(known);
      known.isHeld = false;
      group.isSaved = known.isSaved;
    }
    this.#groups.set(group.key, group);
    group.isHeld = true;
    this.#append(group, place);
  }

  /** Takes a group out as if it had never been. */
  remove(key: string): void {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    this.#lists[group.place].remove(group);
    this.#groups.delete(key);
    group.isHeld = false;
    if (group.isSaved) this.#gone.add(key);
  }

  /** All groups, or those that changed since the last save, by list and in its order. */
  changed({ isWhole }: { isWhole: boolean }): readonly Group[] {
    const since = isWhole ? 0 : this.#save;
    const { once, recurring, told } = this.#lists;
    return [once, recurring, told].flatMap((list) => list.changedSince(since));
  }

  /** Keys of the last save that are gone. One of them may have come back since. */
  gone(): Iterable<string> {
    return this.#gone;
  }

  /** What was changed up to now is saved; what changes from now on is not. */
  saved(groups: Iterable<Group>): void {
    for (const group of groups) group.isSaved = true;
    this.#gone = new Set();
    this.#save += 1;
  }

  clear(): void {
    this.#groups.clear();
    this.#gone = new Set();
    for (const list of Object.values(this.#lists)) list.clear();
  }

  /** Groups leave until all fit, except the one that is in use. */
  makeRoom(used?: Group): void {
    const { bytesMax } = this.#settings;
    const { told } = this.#lists;
    while (this.bytes > bytesMax) {
      const forgotten = told.bytes > bytesMax * TOLD_SHARE ? told.first : undefined;
      const leaving = forgotten ?? this.#leastWorth(used) ?? told.first;
      if (leaving === undefined) return;
      this.#leave(leaving);
    }
  }

  #leastWorth(used: Group | undefined): Group | undefined {
    const { bytesMax, hasRunOut } = this.#settings;
    const { once, recurring } = this.#lists;
    const oldest = recurring.first === used ? undefined : recurring.first;
    if (oldest !== undefined && hasRunOut(oldest)) return oldest;
    const single = once.first === used ? undefined : once.first;
    const isFirstToLeave =
      once.bytes > bytesMax * ONCE_SHARE || (single !== undefined && hasRunOut(single));
    return isFirstToLeave ? (single ?? oldest) : (oldest ?? single);
  }

  #append(group: Group, place: GroupPlace): void {
    group.place = place;
    group.bytes = group.measure();
    group.changedIn = this.#save;
    this.#lists[place].append(group);
  }

  #leave(group: Group): void {
    if (group.window !== undefined) this.evicted += 1;
    if (group.window === undefined || group.lastTrueMs === -Infinity) this.remove(group.key);
    else {
      group.window = undefined;
      this.#lists[group.place].remove(group);
      this.#append(group, 'told');
    }
  }
}
