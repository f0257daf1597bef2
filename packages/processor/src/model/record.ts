/** A record as a journal sees it: numbers and bytes. `records.ts` says what they mean. */

/** One part of a record, which consumers read, and which is checked, apart from the others. */
export interface RecordSection {
  /** A number of `sections.ts`; each stands once in a record. */
  readonly type: number;
  readonly bytes: Uint8Array;
}

declare const appendable: unique symbol;

/**
 * What may be appended to a journal. It is made in `model/` alone, out of what has been redacted; a tidy test
 * holds that, so that keeping anything else is a type error. The bytes must not change until the append is
 * answered.
 */
export interface RecordToAppend {
  readonly [appendable]: true;
  /** From 0 to 255. */
  readonly kind: number;
  /** From 0 to 255. */
  readonly signal: number;
  readonly itemCount: number;
  /** At most 16, in the order in which they are written: small ones first are read together. */
  readonly sections: readonly RecordSection[];
}

/** What is read of a record. */
export interface StoredRecord {
  readonly kind: number;
  readonly signal: number;
  readonly itemCount: number;
  /** The bytes of a section; undefined where the record has none of it, or its reader did not ask for it. */
  section(type: number): Uint8Array | undefined;
}
