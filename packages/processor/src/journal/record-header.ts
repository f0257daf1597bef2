/** What is known of a record and of the segment it lies in, whatever version wrote them. */

/** Versions of segments that are read; the last one is written. */
export const SEGMENT_VERSIONS = [2, 3, 4] as const;

/** Higher sequences are not believed: room for the leaps of every start to come. */
export const SEQUENCE_MAX: number = 2 ** 52;

/** How the records of one segment lie. */
export interface SegmentForm {
  /** What every record starts with. */
  readonly marker: Uint8Array;
  readonly version: (typeof SEGMENT_VERSIONS)[number];
}

/** Where a section lies, and what is to be found there. */
export interface SectionPlace {
  readonly type: number;
  /** Its first byte that is checked, from the start of the record. */
  readonly at: number;
  /** How many are. */
  readonly bytes: number;
  /** CRC-32 of them, going on from `seed`. */
  readonly checksum: number;
  readonly seed: number;
  /** Bytes at their front that are not the section's: those of what an older version kept before it. */
  readonly skip: number;
}

/** A record's header, read or to be written. */
export interface RecordHeader {
  readonly kind: number;
  readonly signal: number;
  readonly sequence: number;
  readonly itemCount: number;
  /** On the journal's own clock: near the wall clock, but free of its jumps. */
  readonly appendedAtMs: number;
  /**
   * Items acknowledged before it was written; -1 where that is not known. Records of one write have the same:
   * what is torn out of a write that was never acknowledged is not missing.
   */
  readonly itemsBefore: number;
  readonly sections: readonly SectionPlace[];
  /** Bytes of the whole record, this header included. */
  readonly bytes: number;
}
