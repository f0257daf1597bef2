/** One group of one correlation: its window, and where its episode stands. */
import { type GroupWindow, TEXT_BYTES } from './entry.ts';

/** Which of the table's lists a group is in. */
export type GroupPlace = 'once' | 'recurring' | 'told';

/** An object, its item of the map, and arrays of a key and a text. */
const GROUP_BYTES = 280;

/** Mutable state of a group. */
export class Group {
  /** Of the table: no two groups have the same. */
  readonly key: string;
  /** Which correlation it belongs to, as {@link groupKey} takes it. */
  readonly correlation: number;
  /** What it is grouped by, a value a field. */
  readonly keys: readonly string[];
  /** What is shown of that. The same list where it is the same. */
  readonly texts: readonly string[];
  /** Undefined once it had to leave: all that is known then is what was told. */
  window: GroupWindow | undefined;
  /** Latest instant of the current episode at which the condition held. */
  lastTrueMs: number = -Infinity;
  /** Latest of those instants that was told to correlations that stand on this one. */
  onwardMs: number = -Infinity;
  place: GroupPlace = 'once';
  /** Whether it is in the table. */
  isHeld = false;
  /** About how much memory it takes, as it was last counted. */
  bytes = 0;
  /** Which save of the table has its last change. */
  changedIn = 0;
  /** Whether a save before that knows it. */
  isSaved = false;
  before: Group | undefined;
  after: Group | undefined;

  constructor(
    { correlation, keys, texts }: Pick<Group, 'correlation' | 'keys' | 'texts'>,
    window: GroupWindow | undefined,
  ) {
    this.key = groupKey(correlation, keys);
    this.correlation = correlation;
    this.keys = keys;
    this.texts = texts;
    this.window = window;
  }

  /** About how much memory it takes now. */
  measure(): number {
    let bytes = GROUP_BYTES + TEXT_BYTES + this.key.length + (this.window?.bytes ?? 0);
    for (const key of this.keys) bytes += TEXT_BYTES + key.length;
    if (this.texts === this.keys) return bytes;
    for (const text of this.texts) bytes += TEXT_BYTES + text.length;
    return bytes;
  }
}

/** The key of a group: no two groups of one table have the same. */
export function groupKey(correlation: number, values: readonly string[]): string {
  let key = String(correlation);
  for (const value of values) key += `:${value.length}:${value}`;
  return key;
}
