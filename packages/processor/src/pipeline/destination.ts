/** Whether a backend may be asked now. One for all requests of an exporter. */
import type { Clock } from '../../pipeline/clock.ts';
import type { Delivery } from '../../pipeline/delivery.ts';

/** A backend that refuses us as a whole is asked again this seldom. */
export const PAUSED_RETRY_MS = 30_000;
/** So many failures one after the other are the backend's, not the batch's. */
const FAILURES_MAX = 3;
/** The first pause after them; it doubles up to {@link PAUSED_RETRY_MS}. */
const FAILED_PAUSE_MS = 10_000;

/**
 * A backend that asks for patience, refuses us, or fails again and again is left alone by every batch, not
 * only by the one that was told so. Failures of requests that were under way together count once.
 */
export class BackendGate {
  readonly #clock: Clock;
  readonly #waiters = new Set<() => void>();
  #openAtMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  /** Goes up with each failure that counts. */
  #round = 0;
  #accepted = 0;
  #isReleased = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Requests the backend accepted so far. */
  get accepted(): number {
    return this.#accepted;
  }

  get isOpen(): boolean {
    return this.#clock.monotonic() >= this.#openAtMs;
  }

  /** Whether somebody waits for a time to pass: something has failed. */
  get isWaitedFor(): boolean {
    return this.#waiters.size > 0;
  }

  /** Settles when the backend may be asked; gives what {@link note} wants to be told. */
  async enter(): Promise<number> {
    while (!this.isOpen && !this.#isReleased) {
      await this.wait(this.#openAtMs - this.#clock.monotonic());
    }
    return this.#round;
  }

  /** Takes note of an answer to a request that entered in `round`. */
  note(delivery: Delivery, round: number): void {
    if (delivery.kind === 'paused') return this.#close(PAUSED_RETRY_MS);
    if (delivery.kind !== 'later') {
      if (delivery.kind === 'accepted') this.#accepted += 1;
      this.#failures = 0;
      return undefined;
    }
    if (delivery.retryAfterMs !== undefined) this.#close(delivery.retryAfterMs);
    if (round !== this.#round) return undefined;
    this.#round += 1;
    this.#failures += 1;
    if (this.#failures >= FAILURES_MAX) {
      this.#close(
        Math.min(
          PAUSED_RETRY_MS,
          FAILED_PAUSE_MS * 2 ** Math.min(this.#failures - FAILURES_MAX, 10),
        ),
      );
    }
    return undefined;
  }

  /** Settles after a time, or at once when the gate is released. */
  wait(ms: number): Promise<void> {
    if (this.#isReleased) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#waiters.delete(done);
        resolve();
      };
      const cancel = this.#clock.after(ms, done);
      this.#waiters.add(done);
    });
  }

  /** Nobody waits any more, now or later. */
  release(): void {
    this.#isReleased = true;
    for (const done of this.#waiters) done();
  }

  #close(ms: number): void {
    this.#openAtMs = Math.max(this.#openAtMs, this.#clock.monotonic() + ms);
  }
}
