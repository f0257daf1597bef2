/** What the answer of somebody's HTTP server means for an alert that was posted to it. */
import type { Clock } from '../pipeline/clock.ts';
import type { Delivery } from '../pipeline/delivery.ts';
import type { PostAnswer } from '../pipeline/http-post.ts';
import { retryAfterMs } from '../pipeline/retry-after.ts';

/** The receiver refuses us, not the alert: wrong credentials, address or method. */
export const REFUSES_US: ReadonlySet<number> = new Set([401, 403, 404, 405, 407]);

/** How an attempt ended. `paused` are the statuses, besides redirects, by which it refuses us as a whole. */
export function answerDelivery(
  answer: PostAnswer,
  { clock, paused = REFUSES_US }: { readonly clock: Clock; readonly paused?: ReadonlySet<number> },
): Delivery {
  if (answer.kind === 'failed') return { kind: 'later', reason: answer.reason };
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'accepted', rejectedItems: 0 };
  const reason = `status ${status}`;
  if (status === 408 || status === 429 || status >= 500) {
    const wait = retryAfterMs(answer.retryAfter, clock.now());
    return { kind: 'later', reason, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
  }
  if (paused.has(status) || (status >= 300 && status < 400)) return { kind: 'paused', reason };
  return { kind: 'never', reason };
}
