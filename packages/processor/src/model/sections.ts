/** The parts a record may have, by their numbers in the journal; never reused. */

/** `payload`: what is sent on, OTLP or an alert. `facts`: what detection says of it. */
export const SECTION = { payload: 1, facts: 2 } as const;
