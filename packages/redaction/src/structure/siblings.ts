/** Goes through what stands beside each other, as bytes: the items of a list, or the members of a map. */
export interface Siblings {
  /** What the offsets are into; may be other bytes for each one. */
  readonly bytes: Uint8Array;
  /** Number of the one last read; what is decided of it is noted under this. */
  readonly place: number;
  /** Its name, of a member. */
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Its text; empty where it is none. */
  readonly start: number;
  readonly end: number;
  /** Reads the next one; false behind the last. */
  next(): boolean;
}
