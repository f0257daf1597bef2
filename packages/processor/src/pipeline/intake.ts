/** How a receiver hands a request on, and how that ended. Only receivers turn it into HTTP. */
import type { Signal } from '../model/signal.ts';

/** Records of an accepted request that were not taken, and why. */
export interface RejectedItems {
  readonly count: number;
  /** Sentence for the sender. */
  readonly message: string;
}

/**
 * `accepted`: redacted, appended, fsynced, but for what was rejected. `malformed`: the sender's fault, never
 * to be retried. `too_large`: beyond a limit of the configuration. `failed`: our fault, and it would be at the
 * next attempt too. `unavailable`: try later, nothing is kept.
 */
export type IntakeOutcome =
  | { readonly kind: 'accepted'; readonly rejected?: RejectedItems }
  | { readonly kind: 'malformed'; readonly message: string }
  | { readonly kind: 'too_large'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterMs: number };

/**
 * Takes one export request as protobuf bytes. The bytes must stay unchanged until the promise
 * settles, and are the caller's again afterwards. Never rejects.
 */
export type Intake = (signal: Signal, bytes: Uint8Array) => Promise<IntakeOutcome>;
