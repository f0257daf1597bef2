/** The contract of a detector: one file, one kind of value, one line in the registry. */
import type { KeyPolicy } from '../keys/key-policy.ts';
import type { ReadBudget } from './read-budget.ts';

/** The value that is looked at, and what is known of it. */
export interface Scanned {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** The key's own meaning is that of an identifier, count or time: bare digits prove nothing. */
  readonly isIdentifier: boolean;
  readonly keys: KeyPolicy;
  /** What may still be read of it. */
  readonly reads: ReadBudget;
  /** What the prefilter marked, where it ran; absent, every byte counts as marked. */
  readonly marks?: Uint32Array | undefined;
}

/** What a detector found. Offsets are into `bytes`, within the value. */
export interface Found {
  readonly start: number;
  readonly end: number;
  /** Canonical form, for pseudonyms: equal for equal values, however they are written. */
  readonly canonical?: string;
  /** Digits that may be shown, for masks. */
  readonly lastDigits?: string;
  /** What stands around the replacement: quotes, where a bare JSON value becomes a text. */
  readonly quote?: string;
  /** What the same place tells of besides, behind it and in order: other rows of a statement. */
  readonly also?: readonly Found[];
  /** Name of the replacement, where it is not the detector's: `password`. */
  readonly label?: string;
}

/** How far from a trigger a mark is `near`. */
export const NEAR_BYTES = 32;

/** Finds one kind of sensitive value. */
export interface Detector {
  readonly name: string;
  /** Bytes at which it wants to look. Both cases where letters. */
  readonly triggers: string;
  /**
   * What the prefilter has marked wherever it would find something: the very byte that triggers it,
   * one of the {@link NEAR_BYTES} from there on, or any of the value. It is asked nowhere else. A test
   * holds that.
   */
  readonly marked: 'trigger' | 'near' | 'anywhere';
  /**
   * Whether what it finds may begin within another finding of its own and reach beyond that one, as in
   * `secret: password: x`. Others are not asked again within what they found.
   */
  readonly nests?: boolean;
  /**
   * Judges the place of one trigger. What it reads in loops without a limit it tells to `reads`; a value for
   * which that is too much is replaced as a whole.
   */
  readonly findAt: (value: Scanned, at: number) => Found | undefined;
}
