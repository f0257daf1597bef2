/** Everything that can be wrong with received OTLP bytes: codes, never exceptions. */

/** Stable; never reused. */
export const OTLP_ERROR_CODES = [
  'truncated',
  'length_too_large',
  'varint_too_long',
  'invalid_field_number',
  'group',
  'invalid_wire_type',
  'wrong_wire_type',
  'packed_numbers',
  'too_deep',
  'too_many_resources',
  'too_many_records',
  'too_many_candidates',
  'too_many_frames',
] as const;

/** One of {@link OTLP_ERROR_CODES}. */
export type OtlpErrorCode = (typeof OTLP_ERROR_CODES)[number];

/**
 * Code to sentence. `malformed` ones are the sender's fault for good (HTTP 400, INVALID_ARGUMENT),
 * `limit` ones could pass with larger limits or smaller batches (HTTP 413, RESOURCE_EXHAUSTED).
 */
export const OTLP_ERRORS: Readonly<
  Record<OtlpErrorCode, { readonly kind: 'malformed' | 'limit'; readonly message: string }>
> = {
  truncated: { kind: 'malformed', message: 'a field ends after the message that holds it' },
  length_too_large: { kind: 'malformed', message: 'a length is above 2^31-1 bytes' },
  varint_too_long: { kind: 'malformed', message: 'a varint has more than 64 bits' },
  invalid_field_number: { kind: 'malformed', message: 'a field number is 0 or above 2^29-1' },
  group: { kind: 'malformed', message: 'groups (wire types 3 and 4) are not part of OTLP' },
  invalid_wire_type: { kind: 'malformed', message: 'wire types 6 and 7 do not exist' },
  wrong_wire_type: {
    kind: 'malformed',
    message: 'a number stands where a text or message belongs, or the reverse',
  },
  packed_numbers: {
    kind: 'malformed',
    message: 'numbers packed into one field do not fill it',
  },
  too_deep: { kind: 'limit', message: 'messages nest deeper than the limit' },
  too_many_resources: { kind: 'limit', message: 'more resources than the limit' },
  too_many_records: { kind: 'limit', message: 'more spans, log records or points than the limit' },
  too_many_candidates: { kind: 'limit', message: 'more values to look at than the limit' },
  too_many_frames: { kind: 'limit', message: 'more messages than the limit' },
};

/** What is wrong with a batch, and where. Holds no byte of the batch. */
export interface OtlpError {
  readonly code: OtlpErrorCode;
  readonly kind: 'malformed' | 'limit';
  /** Byte at which the offending field or varint begins. */
  readonly offset: number;
  /** Sentence for the sender. */
  readonly message: string;
}

/** The error value for a code and a place. */
export function otlpError(code: OtlpErrorCode, offset: number): OtlpError {
  const { kind, message } = OTLP_ERRORS[code];
  return { code, kind, offset, message: `${message} (at byte ${offset})` };
}
