/** Events as rows of columns: what rules look at. Nothing here is made for one event. */

/**
 * Texts of one batch by number; 0 stands for none. Rules keep some: each has memory of its own, and is not
 * cut out of a longer text.
 */
export interface RowTexts {
  /** Their numbers are 1 to this. */
  readonly count: number;
  /** What may be shown. */
  textOf(id: number): string;
  /** What events are grouped and counted by: of an entity its fingerprint, else the text itself. */
  keyOf(id: number): string;
  /** Where the text stands for a list, the numbers of its parts. */
  partsOf(id: number): readonly number[] | undefined;
}

/** Where an event can be found again. */
export interface EvidenceRef {
  /** Hex, or empty. */
  readonly traceId: string;
  /** Hex, or empty. */
  readonly spanId: string;
  readonly service: string;
}

/** A batch of events. Its arrays and texts may be used again once it was looked at. */
export interface EventRows {
  /** Rows; columns may be longer. */
  readonly count: number;
  readonly texts: RowTexts;
  /** By column, then row: numbers of texts, 0 where there is none. */
  readonly textColumns: readonly Uint32Array[];
  /** NaN where there is none. */
  readonly numberColumns: readonly Float64Array[];
  /** 0 where there is none, 1 false, 2 true. */
  readonly flagColumns: readonly Uint8Array[];
  /** Event time, ms since the epoch. */
  readonly timeMs: Float64Array;
  /** How many events a row stands for, after sampling: from 1. */
  readonly weight: Float64Array;
  /** Equal for an event that is sent again. */
  idOf(row: number): string;
  /** Whose clock and order it comes in: the number of a text, or 0. */
  sourceOf(row: number): number;
  refOf(row: number): EvidenceRef;
}

/** Where the values of a field stand. */
export interface FieldSlot {
  readonly kind: 'text' | 'number' | 'flag';
  readonly column: number;
  /** Whether its texts may be lists, so that one event can meet several wanted values. */
  readonly isList?: boolean;
}

/** The fields events have, by name. */
export type FieldSlots = ReadonlyMap<string, FieldSlot>;
