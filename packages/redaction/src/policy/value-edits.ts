/** What to change in one value. */

/** One place: the bytes from `start` to `end` become the replacement. */
export interface ValueEdit {
  readonly start: number;
  readonly end: number;
  readonly replacement: Uint8Array;
  /** Detector or class of key, for counting. */
  readonly detector: string;
}

/** What to do with a whole value. */
export type Verdict =
  /** Leave it. */
  | { readonly kind: 'clean' }
  /** Change places in it; sorted, none overlaps another. */
  | { readonly kind: 'edit'; readonly edits: readonly ValueEdit[] }
  /** Replace all of it. */
  | { readonly kind: 'replace'; readonly replacement: Uint8Array; readonly detector: string }
  /** Remove it with its key. */
  | { readonly kind: 'drop'; readonly detector: string };

/** The verdict on clean values. */
export const CLEAN: Verdict = { kind: 'clean' };
