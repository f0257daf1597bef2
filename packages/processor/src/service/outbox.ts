/** Alerts on their way out: a journal of their own, in which each alert stands once. */
import { decodeAlert, encodeAlert } from '../alerts/alert-codec.ts';
import type { Journal } from '../journal/journal.ts';
import type { JournalReader } from '../journal/journal-reader.ts';
import type { Alert } from '../model/alert.ts';
import type { Clock } from '../pipeline/clock.ts';

/** Ids remembered; an alert is decided twice only within the time between two snapshots of correlation. */
const IDS_MAX = 100_000;
const RETRY_MS = 1000;
const NOTHING = new Uint8Array(0);

/** Takes alerts once each, whatever was killed when. */
export class Outbox {
  readonly #journal: Journal;
  readonly #guard: JournalReader;
  readonly #clock: Clock;
  readonly #ids = new Set<string>();
  #isClosed = false;

  private constructor(journal: Journal, guard: JournalReader, clock: Clock) {
    this.#journal = journal;
    this.#guard = guard;
    this.#clock = clock;
  }

  /**
   * Opens the outbox. Its own cursor, `guard`, keeps alerts that correlation may decide again from being
   * removed; their ids are read here.
   */
  static async open(journal: Journal, clock: Clock): Promise<Outbox> {
    const guard = await journal.reader('guard');
    const outbox = new Outbox(journal, guard, clock);
    while (guard.hasMore) {
      const entry = await guard.next();
      const alert = entry === undefined ? undefined : decodeAlert(entry.bytes);
      if (alert !== undefined) outbox.#remember(alert.id);
    }
    return outbox;
  }

  /** Puts an alert in, durable when it settles; false where it is in already, or the outbox closes. */
  async raise(alert: Alert): Promise<boolean> {
    if (this.#ids.has(alert.id)) return false;
    this.#remember(alert.id);
    const payload = encodeAlert(alert);
    while (!this.#isClosed) {
      const result = await this.#journal.appendRecord({
        kind: 'alert',
        signal: 0,
        itemCount: 1,
        observations: NOTHING,
        payload,
      });
      if (result.kind === 'durable') return true;
      // A full disk ends some time; correlation waits, and the journal keeps what comes meanwhile.
      await new Promise<void>((resolve) => this.#clock.after(RETRY_MS, resolve));
    }
    return false;
  }

  /** Correlation has saved its windows: what was decided until now is not decided again. */
  release(): void {
    this.#guard.commit(this.#journal.lastSequence);
  }

  close(): void {
    this.#isClosed = true;
  }

  #remember(id: string): void {
    if (this.#ids.size >= IDS_MAX) {
      const [oldest] = this.#ids;
      if (oldest !== undefined) this.#ids.delete(oldest);
    }
    this.#ids.add(id);
  }
}
