/** Groups in the order of their last use, linked to each other. */
import type { Group } from './group.ts';

/** See the head of this file. A group is in one list at most. */
export class GroupList {
  first: Group | undefined;
  last: Group | undefined;
  count = 0;
  /** What its groups take together. */
  bytes = 0;

  append(group: Group): void {
    group.before = this.last;
    group.after = undefined;
    if (this.last === undefined) this.first = group;
    else this.last.after = group;
    this.last = group;
    this.count += 1;
    this.bytes += group.bytes;
  }

  remove(group: Group): void {
    const { before, after } = group;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
    group.before = undefined;
    group.after = undefined;
    this.count -= 1;
    this.bytes -= group.bytes;
  }

  clear(): void {
    this.first = undefined;
    this.last = undefined;
    this.count = 0;
    this.bytes = 0;
  }

  /** Those at the end that changed in a save or later, first to last. */
  changedSince(save: number): readonly Group[] {
    const changed: Group[] = [];
    for (let at = this.last; at !== undefined && at.changedIn >= save; at = at.before) {
      changed.push(at);
    }
    return changed.toReversed();
  }
}
