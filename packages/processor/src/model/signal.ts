/** The OTLP signals the processor carries. */

/** In the order of their journal tags; never reorder. */
export const SIGNALS = ['traces', 'metrics', 'logs'] as const;

/** One OTLP signal. */
export type Signal = (typeof SIGNALS)[number];
