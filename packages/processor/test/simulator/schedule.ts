/**
 * Time and order in one life of a machine. Whatever takes time waits here for its turn, and a seed draws
 * who is next: so any two things may happen in either order, and the machine may be killed between them.
 */
import type { SeededRandom } from '@spanguard/testkit';
import type { CancelTimer, Clock } from '#processor/pipeline/clock.ts';

interface Waiting {
  readonly isSlow: boolean;
  /** Does it, and answers who waits. */
  readonly run: () => Promise<void>;
  /** Does it, and answers nobody: they are dead. */
  readonly runUnheard: () => Promise<unknown>;
}

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** How often time passes although something else could happen. */
const TIMER_SHARE = 0.08;
const STEP_MS_MAX = 3;
/** What is slow is passed over so often. */
const SLOW_SHARE = 0.7;
/** Of what was under way when all died, so much had happened, though nobody was told. */
const UNHEARD_SHARE = 0.5;

/** See the head of this file. */
export class Schedule implements Clock {
  readonly #random: SeededRandom;
  readonly #startMs: number;
  readonly #timers = new Set<Timer>();
  #waiting: Waiting[] = [];
  #passedMs = 0;
  #isOver = false;

  constructor(random: SeededRandom, { startMs }: { readonly startMs: number }) {
    this.#random = random;
    this.#startMs = startMs;
  }

  readonly now = (): number => this.#startMs + this.#passedMs;

  readonly monotonic = (): number => this.#passedMs;

  readonly after = (delayMs: number, callback: () => void): CancelTimer => {
    const timer = { dueMs: this.#passedMs + Math.max(0, delayMs), callback };
    if (!this.#isOver) this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** What waits for a turn, and the timers beside it. */
  get size(): number {
    return this.#waiting.length + this.#timers.size;
  }

  /** Whether nothing but time will make anything happen. */
  get isAtRest(): boolean {
    return this.#waiting.length === 0;
  }

  /** Does something when its turn comes; never settles where this life is over before. */
  act<T>(work: () => Promise<T> | T, { isSlow = false } = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) return;
      const done = async (): Promise<T> => work();
      this.#waiting.push({ isSlow, run: () => done().then(resolve, reject), runUnheard: done });
    });
  }

  /** Lets time pass. */
  async pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => void this.after(ms, resolve));
  }

  /** One thing happens, and all that follows from it at once. False: nothing ever will. */
  async step(): Promise<boolean> {
    const isTime = this.#waiting.length === 0 || this.#random.chance(TIMER_SHARE);
    const timer = isTime ? this.#nextTimer() : undefined;
    if (timer !== undefined) {
      this.#timers.delete(timer);
      this.#passedMs = Math.max(this.#passedMs, timer.dueMs);
      timer.callback();
    } else if (this.#waiting.length > 0) {
      const next = this.#draw();
      this.#waiting = this.#waiting.filter((waiting) => waiting !== next);
      this.#passedMs += this.#random.int(0, STEP_MS_MAX);
      await next.run();
    } else return false;
    await settled();
    return true;
  }

  /** The machine dies: nothing of this life happens any more, but what was under way may have. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#timers.clear();
    for (const waiting of this.#waiting.splice(0)) {
      if (this.#random.chance(UNHEARD_SHARE)) await waiting.runUnheard().catch(() => undefined);
    }
  }

  #draw(): Waiting {
    const drawn = this.#random.pick(this.#waiting);
    return drawn.isSlow && this.#random.chance(SLOW_SHARE)
      ? this.#random.pick(this.#waiting)
      : drawn;
  }

  #nextTimer(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (next === undefined || timer.dueMs < next.dueMs) next = timer;
    }
    return next;
  }
}

/** Settles when everything that needs neither time nor a turn has happened. */
export async function settled(): Promise<void> {
  // What waits for the end of a turn of the event loop may wait for another one then.
  for (let turns = 0; turns < 3; turns += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
