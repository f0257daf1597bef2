/** Our own swallowed errors, counted by place; the first of each place is told to OpenTelemetry's log. */
import { diag } from '@opentelemetry/api';

// Places are written in code, so their number is small; the bound holds should that ever change.
const PLACES_MAX = 256;

/** Counts by place. */
export class InternalErrors {
  readonly #counts = new Map<string, number>();

  /** Takes no error: its message may hold what a client sent. */
  count(where: string): void {
    const known = this.#counts.get(where);
    if (known === undefined) {
      if (this.#counts.size >= PLACES_MAX) return;
      diag.warn(`spanguard: an error of ours was swallowed at ${where}; further ones are counted`);
    }
    this.#counts.set(where, (known ?? 0) + 1);
  }

  counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }
}
