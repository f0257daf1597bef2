/** What rows there are besides security events: the values of the field `event`. */

/** A row for each server span. */
export const REQUEST = 'request';

/** Rows of other spans, written only where somebody asks for them. */
export const ASKED_ROW_KINDS = ['client_request', 'database_query', 'message_publish'] as const;

/** One of {@link ASKED_ROW_KINDS}. */
export type AskedRowKind = (typeof ASKED_ROW_KINDS)[number];
