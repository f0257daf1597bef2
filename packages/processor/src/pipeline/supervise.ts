/** Keeps a consumer's loop running: what it throws is told and counted, and then it goes on. */
import type { Clock } from './clock.ts';
import type { Counters } from './counters.ts';
import type { Logger } from './logger.ts';

/** A loop to supervise. */
export interface Supervised {
  /** What it is, for log and counter: `correlation`, `exporter otlp_http/jaeger`. */
  readonly component: string;
  /** Runs until there is nothing more to do. May be run again after it threw: it takes nothing in vain. */
  readonly run: () => Promise<void>;
  readonly isStopping: () => boolean;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
}

const AGAIN_MS = 1000;

/** Runs until the loop ends by itself or is stopped. Never rejects. */
export async function supervise(supervised: Supervised): Promise<void> {
  const { component, run, isStopping, clock, counters, logger } = supervised;
  while (!isStopping()) {
    try {
      await run();
      return;
    } catch (error) {
      counters.add('consumer.failed', 1, { component });
      logger.error({ component, reason: errorName(error) }, 'it failed, and goes on in a second');
    }
    await new Promise<void>((resolve) => clock.after(AGAIN_MS, resolve));
  }
}

/** What may be logged of an error whose message may hold payload: its code or class. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return 'a value that is no error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
