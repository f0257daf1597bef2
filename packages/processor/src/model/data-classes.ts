/** Which kinds of sensitive data redaction found in the records of a batch, and on which side of the request. */

/** The sides a kind is told of. */
export const DATA_SIDES = ['request', 'response', 'telemetry'] as const;

/** One of {@link DATA_SIDES}. */
export type DataSide = (typeof DATA_SIDES)[number];

/** By record: a bit for each kind, in the order of `names`. Valid until the next batch is decided. */
export interface DataClasses {
  /** At most 32. */
  readonly names: readonly string[];
  readonly request: Uint32Array;
  readonly response: Uint32Array;
  /** Names, bodies, events, links, and attributes that are of neither side. */
  readonly telemetry: Uint32Array;
}
