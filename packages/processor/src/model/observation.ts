/** What detection says of one item: kind, place, confidence, entities. Never payload. */

/** A value correlation may look at. Strings have passed the redaction policy. */
export type ObservationValue = string | number | boolean;

/** One security-relevant happening, as correlation sees it. */
export interface Observation {
  /** EventName, e.g. `security.authn_login_fail`. */
  readonly event: string;
  /** Event time, whole milliseconds since the epoch: when the request or event ended. */
  readonly timeMs: number;
  /** A keyed hash of the record, so that the same one sent again counts once, and no other with it. */
  readonly id: string;
  /** Hex trace id, or an empty string. */
  readonly traceId: string;
  /** Hex span id, or an empty string. */
  readonly spanId: string;
  /**
   * Attributes by their current OpenTelemetry names, after redaction. A client or user that policy hides
   * stands under its own name as a keyed pseudonym: still one entity, no longer a name. Null prototype.
   */
  readonly attributes: Readonly<Record<string, ObservationValue>>;
}
