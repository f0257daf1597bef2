/** A clock that moves only when a test says so. Has the shape of the processor's Clock. */

const TIMER_RUNS_MAX = 1_000_000;

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Where a fake clock starts. */
export interface FakeClockSettings {
  /** Wall clock in milliseconds since the epoch. Default 2026-01-01T00:00:00Z. */
  readonly nowMs?: number;
  /** Monotonic clock in milliseconds. Default 0. */
  readonly monotonicMs?: number;
}

/**
 * Wall clock, monotonic clock and timers under a test's control.
 *
 * @example
 * const clock = new FakeClock();
 * clock.after(1_000, () => fired.push('second'));
 * clock.advance(999); // nothing
 * clock.advance(1); // fired
 */
export class FakeClock {
  #nowMs: number;
  #monotonicMs: number;
  readonly #timers = new Set<Timer>();

  constructor(settings: FakeClockSettings = {}) {
    this.#nowMs = settings.nowMs ?? 1_767_225_600_000;
    this.#monotonicMs = settings.monotonicMs ?? 0;
  }

  /** Milliseconds since the epoch. */
  readonly now = (): number => this.#nowMs;

  /** Milliseconds since an arbitrary point. */
  readonly monotonic = (): number => this.#monotonicMs;

  /** Calls back once when `advance` has passed `delayMs`. Returns what cancels it. */
  readonly after = (delayMs: number, callback: () => void): (() => void) => {
    const timer = {
      dueMs: this.#monotonicMs + Math.max(0, delayMs),
      callback,
    };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  };

  /** How many timers wait. */
  get timersPending(): number {
    return this.#timers.size;
  }

  /** Moves both clocks on; runs what falls due, in order, each at its own time. */
  advance(ms: number): void {
    const untilMs = this.#monotonicMs + ms;
    let runs = 0;
    for (let due = this.#nextDue(untilMs); due !== null; due = this.#nextDue(untilMs)) {
      if (++runs > TIMER_RUNS_MAX) throw new Error('timers start timers without end');
      this.#run(due);
    }
    this.#moveTo(untilMs);
  }

  /** As `advance`, and lets promises and immediates settle before, between and after timers. */
  async advanceAsync(ms: number): Promise<void> {
    const untilMs = this.#monotonicMs + ms;
    let runs = 0;
    await settle();
    for (let due = this.#nextDue(untilMs); due !== null; due = this.#nextDue(untilMs)) {
      if (++runs > TIMER_RUNS_MAX) throw new Error('timers start timers without end');
      this.#run(due);
      // oxlint-disable-next-line no-await-in-loop -- what one timer starts may cancel the next
      await settle();
    }
    this.#moveTo(untilMs);
  }

  /** Makes the wall clock jump, as NTP does. Monotonic clock and timers do not notice. */
  set(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  #nextDue(untilMs: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) {
      if (timer.dueMs > untilMs) continue;
      if (next === null || timer.dueMs < next.dueMs) next = timer;
    }
    return next;
  }

  #run(timer: Timer): void {
    this.#timers.delete(timer);
    this.#moveTo(timer.dueMs);
    timer.callback();
  }

  #moveTo(monotonicMs: number): void {
    if (monotonicMs <= this.#monotonicMs) return;
    this.#nowMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
