/** How a receiver hands a request on, and how that ended. Only receivers turn it into HTTP. */
import type { Signal } from '../model/signal.ts';

/**
 * `accepted`: redacted, appended, fsynced. `malformed`: the sender's fault, never to be retried.
 * `too_large`: beyond a limit of the configuration. `unavailable`: try later, nothing is kept.
 */
export type IntakeOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'malformed'; readonly message: string }
  | { readonly kind: 'too_large'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterMs: number };

/**
 * Takes one export request as protobuf bytes. The bytes must stay unchanged until the promise
 * settles, and are the caller's again afterwards. Never rejects.
 */
export type Intake = (signal: Signal, bytes: Uint8Array) => Promise<IntakeOutcome>;
