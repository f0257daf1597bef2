/** What a journal may take: files, bytes, time. */

/** Bounds of a journal. */
export interface JournalLimits {
  /** A segment is closed when it has grown to this. */
  readonly segmentBytesMax: number;
  /** All segments together; beyond it the oldest goes, read or not, counted. */
  readonly totalBytesMax: number;
  /** Segments whose last record is older go, read or not, counted. Only time the journal is open counts. */
  readonly ageMsMax: number;
  /** Largest record. */
  readonly recordBytesMax: number;
  /** Bytes that may wait for the disk; beyond it appends are refused. */
  readonly pendingBytesMax: number;
  /** Bytes kept in memory for consumers right behind; a larger record is always read back. */
  readonly recentBytesMax: number;
  /** Bytes of memory kept to copy and read records into, beside what consumers hold. */
  readonly idleBytesMax: number;
}

/** Enough for a small installation; the configuration sets total and age. */
export const JOURNAL_LIMITS: JournalLimits = {
  segmentBytesMax: 64 * 1024 * 1024,
  totalBytesMax: 4 * 1024 ** 3,
  ageMsMax: 7 * 86_400_000,
  recordBytesMax: 256 * 1024 * 1024,
  pendingBytesMax: 256 * 1024 * 1024,
  recentBytesMax: 8 * 1024 * 1024,
  idleBytesMax: 4 * 1024 * 1024,
};
