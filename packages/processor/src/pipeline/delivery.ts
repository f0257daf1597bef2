/** How an attempt to hand something on ended. Only receivers turn it into HTTP. */

/**
 * `accepted`: it is theirs. `later`: try again, not before `retryAfterMs` where given.
 * `paused`: the destination refuses us as a whole (credentials, path); keep everything, try seldom.
 * `too_large`: split it. `never`: they will not take this one; it goes to the dead-letter queue.
 */
export type Delivery =
  | { readonly kind: 'accepted'; readonly rejectedItems: number; readonly message?: string }
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs?: number }
  | { readonly kind: 'paused'; readonly reason: string }
  | { readonly kind: 'too_large'; readonly reason: string }
  | { readonly kind: 'never'; readonly reason: string };
