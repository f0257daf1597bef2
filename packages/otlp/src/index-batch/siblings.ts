/** What stands beside each other in lists and maps, as a policy is shown it. Types alone. */

/** Goes through what stands beside each other: the items of a list, or the members of a map. */
export interface Siblings {
  readonly bytes: Uint8Array;
  /** What is decided of the one last read is noted under this. */
  readonly place: number;
  /** Its key, of a member. */
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Its text; empty where it is none. */
  readonly start: number;
  readonly end: number;
  /** Reads the next one; false behind the last. */
  next(): boolean;
}

/** A list of many items, one of two, and one of two that is itself an item of a list. */
export type ListShape = 'flat' | 'pair' | 'nested';

/** How a policy judges siblings. It notes decisions, as those on keys, by the place of a value. */
export interface SiblingNames {
  /** The strictest decision on the keys around siblings with which they are looked at. */
  readonly outerMax: number;
  /** Whether a key may have its name beside it, as `value` has. Asked once for each distinct key. */
  isValueName(bytes: Uint8Array, start: number, end: number): boolean;
  judgeItems(items: Siblings, shape: ListShape, decisions: Map<number, number>): void;
  judgeMembers(members: Siblings, decisions: Map<number, number>): void;
}
