/** Alerts on their way out: a journal of their own, in which each alert stands once. */
import { AlertBudget } from '../alerts/alert-budget.ts';
import type { Journal } from '../journal/journal.ts';
import type { JournalReader } from '../journal/journal-reader.ts';
import { decodeAlert } from '../model/alert-codec.ts';
import type { Alert, ShownAlert } from '../model/alert.ts';
import { recordOfAlert } from '../model/records.ts';
import { SECTION } from '../model/sections.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Logger } from '../pipeline/logger.ts';
import { errorName } from '../pipeline/failure-reason.ts';

/** What an outbox works with. */
export interface OutboxOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
  /** The alert as far as policy lets it be kept and shown. */
  readonly show: (alert: Alert) => ShownAlert;
  /** The id of an alert that tells of those held back, made of the first of them. */
  readonly moreId: (first: Alert) => string;
}

/** Ids remembered; an alert is decided twice only within the time between two snapshots of correlation. */
const IDS_MAX = 100_000;
const RETRY_MS = 1000;

/** Takes alerts once each, whatever was killed when. Those that come together share a sync. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #guard: JournalReader;
  readonly #budget: AlertBudget;
  readonly #ids = new Set<string>();
  #isClosed = false;

  private constructor(options: OutboxOptions, guard: JournalReader) {
    this.#options = options;
    this.#guard = guard;
    this.#budget = new AlertBudget({
      clock: options.clock,
      tell: (alert) => this.#tell(alert),
      idOf: options.moreId,
    });
  }

  /**
   * Opens the outbox. Its own cursor, `guard`, keeps alerts that correlation may decide again from being
   * removed; their ids are read here.
   */
  static async open(options: OutboxOptions): Promise<Outbox> {
    const guard = await options.journal.reader('guard', [SECTION.payload]);
    const outbox = new Outbox(options, guard);
    while (guard.hasMore) {
      // One that cannot be read is passed in the end; an alert told twice is better than no start.
      const entry = await guard.next().catch(() => undefined);
      const bytes = entry?.section(SECTION.payload);
      const alert = bytes === undefined ? undefined : decodeAlert(bytes);
      if (alert !== undefined) outbox.#remember(alert.id);
      entry?.release?.();
    }
    return outbox;
  }

  /**
   * Puts an alert in, durable when it settles; false where it is in already, where it is one too many of
   * its rule and is told with others, or where the outbox closes, and it may be lost: nothing that has
   * decided it may be saved then. Never rejects.
   */
  async raise(alert: Alert): Promise<boolean> {
    if (this.#ids.has(alert.id)) return false;
    this.#remember(alert.id);
    if (this.#budget.take(alert)) return this.#append(alert);
    this.#options.counters.add('alerts.held', 1, { level: alert.rule.level });
    return false;
  }

  /**
   * Correlation looks at its windows now, to save them; the result is called when they are saved: what was
   * in the outbox by now is not decided again.
   */
  checkpoint(): () => void {
    const { lastSequence } = this.#options.journal;
    return () => this.#guard.commit(lastSequence);
  }

  /** Tells of what was held back, and takes nothing more: what is appended by now is the journal's. */
  close(): void {
    this.#budget.flush();
    this.#isClosed = true;
  }

  #tell(alert: Alert): void {
    const { counters, logger } = this.#options;
    this.#append(alert).catch((error: unknown) => {
      counters.add('consumer.failed', 1, { component: 'outbox' });
      logger.error({ component: 'outbox', reason: errorName(error) }, 'an alert is lost');
    });
  }

  async #append(alert: Alert): Promise<boolean> {
    const { clock, journal, show } = this.#options;
    const record = recordOfAlert(show(alert));
    while (!this.#isClosed) {
      const result = await journal.append(record);
      if (result.kind === 'durable') return true;
      // A full disk ends some time; correlation waits, and the journal keeps what comes meanwhile.
      await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
    }
    return false;
  }

  #remember(id: string): void {
    if (this.#ids.size >= IDS_MAX) {
      const [oldest] = this.#ids;
      if (oldest !== undefined) this.#ids.delete(oldest);
    }
    this.#ids.add(id);
  }
}
