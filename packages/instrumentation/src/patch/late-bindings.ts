/** Looks again for what an ES module exports only after it was loaded: circular imports, assignments at start-up. */

// The loader hook copies such a binding itself, on these delays and then never; we look right after it.
const delaysMs: readonly number[] = [0, 10, 50];

/** Calls `attempt` until it returns `true`, four times at most; keeps no process alive. */
export function retryLater(attempt: () => boolean): void {
  queueMicrotask(() => {
    retry(attempt, 0);
  });
}

function retry(attempt: () => boolean, tried: number): void {
  if (attempt()) return;
  const delayMs = delaysMs[tried];
  if (delayMs === undefined) return;
  setTimeout(() => {
    retry(attempt, tried + 1);
  }, delayMs).unref();
}
