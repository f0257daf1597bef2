/** Feeds facts from the journal to the rules, and puts alerts into the outbox. */
import type { CorrelationEngine, CorrelationMatch } from '@spanguard/sigma';
import type { Alert } from '../model/alert.ts';
import { decodeFacts } from '../model/facts/decode-facts.ts';
import { FactBatch } from '../model/facts/fact-batch.ts';
import { factsOfRow } from '../model/facts/fact-row.ts';
import type { CancelTimer, Clock } from '../pipeline/clock.ts';
import type { Component, Deadline } from '../pipeline/component.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Entry, EntrySource } from '../pipeline/entry-source.ts';
import type { Logger } from '../pipeline/logger.ts';
import { errorName, supervise } from '../pipeline/supervise.ts';
import { alertOfMatch } from './alert-of-match.ts';
import { EngineCounters } from './engine-counters.ts';
import { RowEvent } from './row-event.ts';
import type { SnapshotFile } from './snapshot-file.ts';

/** An entry that may hold facts. */
export interface FactsEntry extends Entry {
  /** Encoded; valid until the entry is released. */
  readonly facts: Uint8Array;
}

/** What correlation works with. */
export interface CorrelatorDependencies {
  readonly engine: CorrelationEngine;
  readonly source: EntrySource<FactsEntry>;
  /** Puts an alert into the outbox, durable when it settles; false where it is there already. */
  readonly raise: (alert: Alert) => Promise<boolean>;
  /** Called when the windows are looked at; what it gives, when they are saved: alerts raised until the
   * look will not be raised again. */
  readonly checkpoint: () => () => void;
  /** Keeps a row of facts, or what was to be an alert, that the rules cannot cope with. */
  readonly quarantine: (bytes: Uint8Array, reason: string) => Promise<boolean>;
  readonly snapshots: SnapshotFile;
  readonly snapshotIntervalMs: number;
  /** Key of the alerts' ids. */
  readonly alertKey: Uint8Array;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
}

const COMPONENT = 'correlation';
/** Alerts on their way into the outbox at once: they share its syncs. */
const RAISING_MAX = 1024;

/**
 * Reads from its cursor on. The cursor moves only with a snapshot, so that after a crash the entries since
 * the last snapshot are seen again: the windows come out the same, and so do the ids of the alerts.
 */
export class Correlator implements Component {
  readonly #dependencies: CorrelatorDependencies;
  readonly #engineCounters: EngineCounters;
  readonly #facts = new FactBatch();
  readonly #event = new RowEvent(this.#facts);
  #running: Promise<void> | undefined;
  #sequence = -1;
  #savedSequence = -1;
  #isBusy = false;
  #isStopping = false;
  #saving: Promise<void> = Promise.resolve();
  readonly #raising = new Set<Promise<void>>();
  #cancelTimer: CancelTimer = () => undefined;

  constructor(dependencies: CorrelatorDependencies) {
    this.#dependencies = dependencies;
    this.#engineCounters = new EngineCounters(dependencies.counters);
  }

  async start(): Promise<void> {
    await this.#restore();
    // An alarm sees a counter rise only where it has seen it before.
    this.#engineCounters.count(this.#dependencies.engine.stats());
    this.#armTimer();
    const { clock, counters, logger } = this.#dependencies;
    this.#running = supervise({
      component: COMPONENT,
      run: () => this.#run(),
      isStopping: () => this.#isStopping,
      clock,
      counters,
      logger,
    });
  }

  async shutdown({ atMs }: Deadline): Promise<void> {
    const { clock, source } = this.#dependencies;
    this.#isStopping = true;
    this.#cancelTimer();
    source.close();
    const timeout = new Promise<void>((resolve) => {
      clock.after(Math.max(0, atMs - clock.monotonic()), resolve);
    });
    await Promise.race([this.#running?.then(() => this.#save()), timeout]);
  }

  async #run(): Promise<void> {
    const { source } = this.#dependencies;
    for (let entry = await source.next(); entry !== undefined; entry = await source.next()) {
      if (entry.sequence <= this.#sequence) continue;
      this.#isBusy = true;
      await this.#correlate(entry);
      this.#sequence = entry.sequence;
      entry.release?.();
      this.#isBusy = false;
    }
  }

  /** Never rejects: one row the rules cannot cope with costs itself. */
  async #correlate(entry: FactsEntry): Promise<void> {
    const { counters, engine } = this.#dependencies;
    const facts = this.#facts;
    const decoded = decodeFacts(entry.facts, facts);
    if (!decoded.ok) {
      await this.#quarantine({ sequence: entry.sequence }, `facts are refused: ${decoded.refusal}`);
    }
    if (facts.count === 0) return;
    for (let row = 0; row < facts.count; row++) {
      try {
        this.#observe(row);
      } catch (error) {
        await this.#quarantine({ id: facts.idOf(row), ...factsOfRow(facts, row) }, threw(error));
      }
    }
    this.#engineCounters.count(engine.stats());
    counters.add('correlation.events', facts.count);
    while (this.#raising.size >= RAISING_MAX) await Promise.race(this.#raising);
  }

  #observe(row: number): void {
    for (const match of this.#dependencies.engine.observe(this.#event.moveTo(row))) {
      const raising = this.#raise(match);
      this.#raising.add(raising);
      void raising.then(() => this.#raising.delete(raising));
    }
  }

  /** Never rejects. Correlation does not wait for it: alerts that come together share a sync. */
  async #raise(match: CorrelationMatch): Promise<void> {
    const { alertKey, raise, counters, logger } = this.#dependencies;
    try {
      const alert = alertOfMatch(match, alertKey);
      if (!(await raise(alert))) return;
      counters.add('alerts.raised', 1, { level: alert.rule.level });
      logger.warn(
        { alert: alert.id, rule: alert.rule.name, level: alert.rule.level },
        'alert raised',
      );
    } catch (error) {
      await this.#quarantine({ rule: match.rule.key, episode: match.episode }, threw(error));
    }
  }

  /** Keeps what failed, as it is after redaction, and goes on: it would fail again. Never rejects. */
  async #quarantine(what: object, reason: string): Promise<void> {
    const { counters, logger, quarantine } = this.#dependencies;
    counters.add('correlation.quarantined', 1);
    const isKept = await quarantine(Buffer.from(JSON.stringify(what)), reason).catch(() => false);
    logger.error({ component: COMPONENT, reason, isKept }, 'a row of facts is left out');
  }

  async #restore(): Promise<void> {
    const { engine, snapshots, logger } = this.#dependencies;
    const snapshot = await snapshots.read();
    if (snapshot === undefined) return;
    try {
      engine.restore(snapshot.state);
      this.#sequence = snapshot.sequence;
      this.#savedSequence = snapshot.sequence;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn(
        { reason },
        'the windows of the last run do not fit these rules; they start empty',
      );
    }
  }

  #armTimer(): void {
    const { clock, snapshotIntervalMs } = this.#dependencies;
    this.#cancelTimer = clock.after(snapshotIntervalMs, () => {
      // In the middle of an entry the windows hold a part of it: the next round is soon enough.
      if (!this.#isBusy) this.#saving = this.#saving.then(() => this.#save());
      this.#armTimer();
    });
  }

  async #save(): Promise<void> {
    const { checkpoint, engine, snapshots, source, logger } = this.#dependencies;
    const sequence = this.#sequence;
    if (sequence === this.#savedSequence || this.#isBusy) return;
    try {
      const [state, onSaved] = [engine.snapshot(), checkpoint()];
      // The windows will not decide these again: they must be in the outbox first.
      await Promise.all(this.#raising);
      await snapshots.write({ sequence, state });
      await source.commitDurably(sequence);
      this.#savedSequence = sequence;
      onSaved();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.error({ reason }, 'the windows could not be saved; after a crash more is read again');
    }
  }
}

function threw(error: unknown): string {
  return `threw ${errorName(error)}`;
}
