/** Log lines for what goes wrong again and again (a client set up wrongly tries on): once a kind and hour. */
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

const SILENT_MS = 3_600_000;

/** Kinds come from fixed sets and from places in our code: more of them than this are no help to anybody. */
const KINDS_MAX = 256;

/** Keeps what was said lately. */
export class SaidOnce {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #saidAtMs = new Map<string, number>();

  constructor({ clock, logger }: { readonly clock: Clock; readonly logger: Logger }) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Warns, unless this kind was told of within the hour. */
  warn(kind: string, fields: Readonly<Record<string, unknown>>, message: string): void {
    if (this.#isNew(kind)) this.#logger.warn({ kind, ...fields }, message);
  }

  /** Tells of a failure, unless this kind was told of within the hour. */
  error(kind: string, fields: Readonly<Record<string, unknown>>, message: string): void {
    if (this.#isNew(kind)) this.#logger.error({ kind, ...fields }, message);
  }

  #isNew(kind: string): boolean {
    const nowMs = this.#clock.monotonic();
    const saidAtMs = this.#saidAtMs.get(kind);
    if (saidAtMs !== undefined && nowMs - saidAtMs < SILENT_MS) return false;
    if (saidAtMs === undefined && this.#saidAtMs.size >= KINDS_MAX) return false;
    this.#saidAtMs.set(kind, nowMs);
    return true;
  }
}
