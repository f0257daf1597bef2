/** Time, as everything in the processor sees it. Tests pass a clock of their own. */

/** Cancels a timer. Safe to call twice. */
export type CancelTimer = () => void;

/** Wall clock, monotonic clock and timers. */
export interface Clock {
  /** Milliseconds since the epoch. May jump. */
  now(): number;
  /** Milliseconds since an arbitrary point. Never goes back. */
  monotonic(): number;
  /** Calls back once after `delayMs`; does not keep the process alive. */
  after(delayMs: number, callback: () => void): CancelTimer;
}

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
