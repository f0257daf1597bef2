/** Feeds facts from the journal to the rules, and puts alerts into the outbox. */
import type { CorrelationEngine, CorrelationMatch } from '@spanguard/sigma';
import type { Alert } from '../model/alert.ts';
import { decodeFacts } from '../model/facts/decode-facts.ts';
import { NO_FACTS } from '../model/facts/encode-facts.ts';
import { FactBatch } from '../model/facts/fact-batch.ts';
import { factsOfRow } from '../model/facts/fact-row.ts';
import { SECTION } from '../model/sections.ts';
import type { CancelTimer, Clock } from '../pipeline/clock.ts';
import type { Consumer, ConsumerRun } from '../pipeline/consumer/consumer.ts';
import type { Entry } from '../pipeline/consumer/entry-source.ts';
import type { Counters } from '../pipeline/counters.ts';
import { errorName } from '../pipeline/failure-reason.ts';
import type { Logger } from '../pipeline/logger.ts';
import { alertOfMatch } from './alert-of-match.ts';
import { EngineCounters } from './engine-counters.ts';
import type { SnapshotFile } from './snapshot-file.ts';

/** What correlation works with. */
export interface CorrelatorDependencies {
  readonly engine: CorrelationEngine;
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
 * The windows and how far they are stand in one snapshot; the cursor moves only behind that. So after a crash
 * the entries since the last snapshot are seen again: the windows come out the same, and so do the ids of the
 * alerts.
 */
export class Correlator implements Consumer {
  readonly #dependencies: CorrelatorDependencies;
  readonly #engineCounters: EngineCounters;
  readonly #facts = new FactBatch();
  #run: ConsumerRun | undefined;
  #sequence = -1;
  #savedSequence = -1;
  #isBusy = false;
  #isOver = false;
  #saving: Promise<void> = Promise.resolve();
  readonly #raising = new Set<Promise<void>>();
  #cancelTimer: CancelTimer = () => undefined;

  constructor(dependencies: CorrelatorDependencies) {
    this.#dependencies = dependencies;
    this.#engineCounters = new EngineCounters(dependencies.counters);
  }

  async start(run: ConsumerRun): Promise<number> {
    this.#run = run;
    await this.#restore();
    // An alarm sees a counter rise only where it has seen it before.
    this.#engineCounters.count(this.#dependencies.engine.stats());
    this.#armTimer();
    return this.#sequence;
  }

  /** One row the rules cannot cope with costs itself; facts that cannot be read throw. */
  async take(entry: Entry): Promise<void> {
    const facts = this.#facts;
    const decoded = decodeFacts(entry.section(SECTION.facts) ?? NO_FACTS, facts);
    if (!decoded.ok) throw new FactsRefusedError(decoded.refusal);
    this.#isBusy = true;
    try {
      await this.#correlate(facts);
      this.passOver(entry.sequence);
    } finally {
      this.#isBusy = false;
    }
    entry.release?.();
  }

  passOver(sequence: number): void {
    this.#sequence = sequence;
  }

  async finish(): Promise<void> {
    this.#cancelTimer();
    await this.#saving;
    await this.#save();
  }

  /** The outbox closes after this, whatever is still on its way into it: nothing may be saved behind that. */
  stop(): void {
    this.#isOver = true;
    this.#cancelTimer();
  }

  async #correlate(facts: FactBatch): Promise<void> {
    const { counters, engine } = this.#dependencies;
    if (facts.count === 0) return;
    for (const { row, error } of this.#observe(facts)) {
      await this.#quarantine({ id: facts.idOf(row), ...factsOfRow(facts, row) }, threw(error));
    }
    this.#engineCounters.count(engine.stats());
    counters.add('correlation.events', facts.count);
    while (this.#raising.size >= RAISING_MAX) await Promise.race(this.#raising);
  }

  /** Gives the rows that the rules cannot cope with. */
  #observe(facts: FactBatch): readonly LeftOut[] {
    const leftOut: LeftOut[] = [];
    const matches = this.#dependencies.engine.observe(facts, (row, error) => {
      leftOut.push({ row, error });
    });
    for (const match of matches) {
      const raising = this.#raise(match);
      this.#raising.add(raising);
      void raising.then(() => this.#raising.delete(raising));
    }
    return leftOut;
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
    const { checkpoint, engine, snapshots, logger } = this.#dependencies;
    const sequence = this.#sequence;
    if (sequence === this.#savedSequence || this.#isBusy || this.#isOver) return;
    try {
      const [state, onSaved] = [engine.snapshot(), checkpoint()];
      // The windows will not decide these again: they must be in the outbox first.
      await Promise.all(this.#raising);
      if (this.#isOver) return;
      await snapshots.write({ sequence, state });
      await this.#run?.commitDurably(sequence);
      this.#savedSequence = sequence;
      onSaved();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.error({ reason }, 'the windows could not be saved; after a crash more is read again');
    }
  }
}

/** Facts that cannot be read; the code says what is wrong with them. */
class FactsRefusedError extends Error {
  override readonly name = 'FactsRefusedError';
  readonly code: string;

  constructor(refusal: string) {
    super(`facts are refused: ${refusal}`);
    this.code = `facts ${refusal}`;
  }
}

/** A row that the rules cannot cope with. */
interface LeftOut {
  readonly row: number;
  readonly error: unknown;
}

function threw(error: unknown): string {
  return `threw ${errorName(error)}`;
}
