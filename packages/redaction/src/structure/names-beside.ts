/**
 * Names that stand beside their values where lists and maps are structure: `["--password", "x"]`,
 * `[["x-api-key", "x"]]`, `{name: "password", value: "x"}`. The judgement is that of the same in text.
 */
import { CLASS, isClass } from '../detectors/byte-classes.ts';
import {
  isListedValue,
  type ListedName,
  listedName,
  type ListShape,
} from '../detectors/listed-value.ts';
import { isValueName, namedBy } from '../detectors/value-name.ts';
import { classOf, KEY_DECISION, type KeyDecision, type KeyPolicy } from '../keys/key-policy.ts';
import { endsSensitiveName } from '../prefilter/scalar-prefilter.ts';
import { triggerTables } from '../prefilter/triggers.ts';
import type { Siblings } from './siblings.ts';

const NAME_ENDINGS: Uint8Array = triggerTables().names;
const NAME_BYTES_MAX = 128;
const NOWHERE = -1;

/** Pure but for what it notes: equal siblings get equal decisions. Takes one step for each of them. */
export class NamesBeside {
  /**
   * The strictest decision on the keys around siblings with which they are worth a look: under a stricter one
   * a user keeps, or drops, or loses all of them.
   */
  readonly outerMax: KeyDecision = KEY_DECISION.identifier;
  readonly #keys: KeyPolicy;

  constructor(keys: KeyPolicy) {
    this.#keys = keys;
  }

  /** Whether a key says no more than that its value is one: `value`, `headerValue`, `v`. */
  readonly isValueName = (bytes: Uint8Array, start: number, end: number): boolean =>
    isValueName(bytes, { start, end });

  /** Notes what texts of a list say of those behind them, whatever is said of themselves. */
  judgeItems(items: Siblings, shape: ListShape, decisions: Map<number, KeyDecision>): void {
    let named: ListedName | undefined;
    while (items.next()) {
      if (named !== undefined && items.start < items.end && isListedValue(named, shape, items)) {
        decisions.set(items.place, named.decision + KEY_DECISION.beside);
      }
      named = this.#nameIn(items);
    }
  }

  /**
   * Notes what members such as `name` say of such as `value`: of each the nearest name before it, else the
   * nearest behind it, but for names beyond another value.
   */
  judgeMembers(members: Siblings, decisions: Map<number, KeyDecision>): void {
    let named: KeyDecision = KEY_DECISION.none;
    let waiting = NOWHERE;
    while (members.next()) {
      const { bytes, place, keyStart: start, keyEnd: end } = members;
      if (isValueName(bytes, { start, end })) {
        if (named !== KEY_DECISION.none) decisions.set(place, named + KEY_DECISION.beside);
        waiting = named === KEY_DECISION.none ? place : NOWHERE;
        named = KEY_DECISION.none;
        continue;
      }
      const isText = members.start < members.end;
      const decision = isText ? namedBy({ bytes, keys: this.#keys }, { start, end }, members) : 0;
      if (decision === undefined || classOf(decision) === undefined) continue;
      if (waiting !== NOWHERE) decisions.set(waiting, decision + KEY_DECISION.beside);
      waiting = NOWHERE;
      named = decision;
    }
  }

  /** The name that an item is, all of it. */
  #nameIn({ bytes, start, end }: Siblings): ListedName | undefined {
    if (start >= end || end - start > NAME_BYTES_MAX) return undefined;
    // Nine items in ten leave here.
    if (!endsSensitiveName(bytes, end, NAME_ENDINGS)) return undefined;
    for (let at = start; at < end; at++) if (!isClass(bytes[at], CLASS.name)) return undefined;
    return listedName({ bytes, keys: this.#keys }, start, end);
  }
}
