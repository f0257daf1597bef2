/**
 * When a destination may be asked, and whether a failure is its fault or that of what it was sent. One for
 * all that an exporter or a channel delivers.
 */
import type { Clock } from '../clock.ts';
import type { Delivery } from '../delivery.ts';
import { errorName } from '../failure-reason.ts';

/** What a destination works with. */
export interface DestinationOptions {
  readonly clock: Clock;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  /** Attempts under way at once. */
  readonly concurrency: number;
}

/** How the delivery of one thing has gone so far. */
export interface Trial {
  failures: number;
  firstFailureMs: number;
  /** What the destination had accepted by the first failure. */
  acceptedBefore: number;
}

/** A destination that refuses us as a whole is asked again this seldom. */
const PAUSED_RETRY_MS = 30_000;
/** So many failures one after the other are the destination's, until it takes something. */
const FAILURES_MAX = 3;
/** The first pause after them; it doubles up to {@link PAUSED_RETRY_MS}. */
const FAILED_PAUSE_MS = 10_000;
const RETRY_MS_MIN = 1000;
const RETRY_MS_MAX = 30_000;
/** What fails so long and so often, while all else is taken, is itself the reason. */
const POISON_MS = 30_000;
const POISON_FAILURES = 3;

/**
 * A destination that asks for patience, refuses us, or fails again and again is left alone by everything,
 * not only by what was told so. Failures of attempts that were under way together count once.
 */
export class Destination {
  readonly #options: DestinationOptions;
  readonly #waiters = new Set<() => void>();
  /** Who waits for an attempt of another to end, first come first served: what fails goes to the end. */
  readonly #queue: (() => void)[] = [];
  /** What failed since something was accepted last. */
  readonly #failing = new Set<Trial>();
  #underWay = 0;
  #openAtMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  /** Goes up with each failure that counts. */
  #round = 0;
  #accepted = 0;
  #isReleased = false;

  constructor(options: DestinationOptions) {
    this.#options = options;
  }

  /** Whether somebody waits for a time to pass: something has failed. */
  get isWaitedFor(): boolean {
    return this.#waiters.size > 0;
  }

  /** Begins a delivery. */
  trial(): Trial {
    return { failures: 0, firstFailureMs: 0, acceptedBefore: 0 };
  }

  /**
   * One attempt, as soon as the destination may be asked; undefined where everything is stopped before.
   * What throws will throw again: it is never delivered.
   */
  async attempt(trial: Trial, send: () => Promise<Delivery>): Promise<Delivery | undefined> {
    const round = await this.#enter();
    if (round === undefined) return undefined;
    let delivery: Delivery;
    try {
      delivery = await send();
    } catch (error) {
      delivery = { kind: 'never', reason: `threw ${errorName(error)}` };
    }
    this.#leave();
    this.#note(delivery, { round, trial });
    return delivery;
  }

  /** Whether the destination took something else since this failed: then it is not away. */
  takesOthers({ failures, acceptedBefore }: Trial): boolean {
    return failures > 0 && this.#accepted > acceptedBefore;
  }

  /** Whether what failed is the reason itself: it fails for long, and since nothing else does. */
  isPoison(trial: Trial): boolean {
    return (
      trial.failures >= POISON_FAILURES &&
      this.#options.clock.monotonic() - trial.firstFailureMs >= POISON_MS &&
      this.takesOthers(trial) &&
      [...this.#failing].every((failing) => failing === trial)
    );
  }

  /** Settles when it is time for another attempt, or when everything is stopped. */
  async pause(trial: Trial, delivery: Delivery): Promise<void> {
    if (delivery.kind === 'paused') return this.#wait(PAUSED_RETRY_MS);
    const asked = delivery.kind === 'later' ? delivery.retryAfterMs : undefined;
    if (asked !== undefined) return this.#wait(Math.max(asked, RETRY_MS_MIN));
    const exponent = Math.min(Math.max(trial.failures - 1, 0), 10);
    const backoff = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** exponent);
    return this.#wait(backoff * (0.5 + this.#options.random() / 2));
  }

  /** Stops everything, now and later: nobody waits, no attempt begins. */
  release(): void {
    this.#isReleased = true;
    for (const done of this.#waiters) done();
    for (const go of this.#queue.splice(0)) go();
  }

  /** Settles when the destination may be asked, with what {@link #note} wants to be told. */
  async #enter(): Promise<number | undefined> {
    const { clock, concurrency } = this.#options;
    while (!this.#isReleased) {
      const closedMs = this.#openAtMs - clock.monotonic();
      if (closedMs > 0) await this.#wait(closedMs);
      else if (this.#underWay >= concurrency) {
        await new Promise<void>((resolve) => this.#queue.push(resolve));
      } else {
        this.#underWay += 1;
        return this.#round;
      }
    }
    return undefined;
  }

  #leave(): void {
    this.#underWay -= 1;
    this.#queue.shift()?.();
  }

  #note(delivery: Delivery, { round, trial }: { round: number; trial: Trial }): void {
    if (delivery.kind === 'paused') return this.#close(PAUSED_RETRY_MS);
    if (delivery.kind !== 'later') {
      this.#failures = 0;
      if (delivery.kind !== 'accepted') return undefined;
      this.#accepted += 1;
      return this.#failing.clear();
    }
    if (trial.failures === 0) {
      trial.firstFailureMs = this.#options.clock.monotonic();
      trial.acceptedBefore = this.#accepted;
    }
    trial.failures += 1;
    this.#failing.add(trial);
    if (delivery.retryAfterMs !== undefined) this.#close(delivery.retryAfterMs);
    if (round !== this.#round) return undefined;
    this.#round += 1;
    this.#failures += 1;
    if (this.#failures < FAILURES_MAX) return undefined;
    const exponent = Math.min(this.#failures - FAILURES_MAX, 10);
    return this.#close(Math.min(PAUSED_RETRY_MS, FAILED_PAUSE_MS * 2 ** exponent));
  }

  #close(ms: number): void {
    this.#openAtMs = Math.max(this.#openAtMs, this.#options.clock.monotonic() + ms);
  }

  #wait(ms: number): Promise<void> {
    if (this.#isReleased) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#waiters.delete(done);
        resolve();
      };
      const cancel = this.#options.clock.after(ms, done);
      this.#waiters.add(done);
    });
  }
}
