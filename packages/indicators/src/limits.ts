/** Bounds of the work done for one input. */

/** All are upper bounds; lengths are UTF-16 code units. */
export interface Limits {
  /** Length of the head and of the tail that are looked at; what lies between is skipped. */
  readonly viewLengthMax: number;
  /** Decoded views of one value, the raw one included. */
  readonly viewsMax: number;
  /** Decodings undone one after the other. */
  readonly decodingsMax: number;
  /** Values and names that are more than plain words, looked at in one target or body. */
  readonly valuesMax: number;
  /** Entries visited in one body, pairs in one query. */
  readonly entriesMax: number;
  /** Nesting of a body that is followed. */
  readonly depthMax: number;
}

export const DEFAULT_LIMITS: Limits = {
  viewLengthMax: 4096,
  viewsMax: 8,
  decodingsMax: 4,
  valuesMax: 64,
  entriesMax: 256,
  depthMax: 16,
};
