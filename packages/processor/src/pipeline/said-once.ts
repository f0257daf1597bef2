/** Log lines for what clients do wrong: once a kind and hour, since a client that is set up wrongly tries on. */
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

const SILENT_MS = 3_600_000;

/** Keeps what was said lately. Kinds come from fixed sets, so that it stays small. */
export class SaidOnce {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #saidAtMs = new Map<string, number>();

  constructor({ clock, logger }: { readonly clock: Clock; readonly logger: Logger }) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Warns, unless this kind was warned of within the hour. */
  warn(kind: string, fields: Readonly<Record<string, unknown>>, message: string): void {
    const nowMs = this.#clock.monotonic();
    const saidAtMs = this.#saidAtMs.get(kind);
    if (saidAtMs !== undefined && nowMs - saidAtMs < SILENT_MS) return;
    this.#saidAtMs.set(kind, nowMs);
    this.#logger.warn({ kind, ...fields }, message);
  }
}
