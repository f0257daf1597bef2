/** Feeds what the journal holds of observations to the rules, and puts alerts into the outbox. */
import { ATTR_SERVICE_NAME } from '@spanguard/conventions';
import type { CorrelationEngine, CorrelationMatch } from '@spanguard/sigma';
import type { Alert } from '../model/alert.ts';
import { decodeObservations } from '../model/observation-codec.ts';
import type { Observation } from '../model/observation.ts';
import { SECTION } from '../model/sections.ts';
import type { CancelTimer, Clock } from '../pipeline/clock.ts';
import type { Consumer, ConsumerRun } from '../pipeline/consumer/consumer.ts';
import type { Entry } from '../pipeline/consumer/entry-source.ts';
import type { Counters } from '../pipeline/counters.ts';
import { errorName } from '../pipeline/failure-reason.ts';
import type { Logger } from '../pipeline/logger.ts';
import { alertOfMatch, type EvidenceRef } from './alert-of-match.ts';
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
  /** Keeps an observation, or what was to be an alert, that the rules cannot cope with. */
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
  #run: ConsumerRun | undefined;
  #sequence = -1;
  #savedSequence = -1;
  #isBusy = false;
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

  /** One observation the rules cannot cope with costs itself; an entry that cannot be read throws. */
  async take(entry: Entry): Promise<void> {
    const facts = entry.section(SECTION.facts);
    const observations = facts === undefined ? [] : decodeObservations(facts);
    this.#isBusy = true;
    try {
      await this.#correlate(observations);
      this.passOver(entry.sequence);
    } finally {
      this.#isBusy = false;
    }
    entry.release?.();
  }

  passOver(sequence: number): void {
    this.#sequence = sequence;
  }

  /** What is left is correlated after the next start as if there had been none: others need the time. */
  drain(): boolean {
    return false;
  }

  async finish(): Promise<void> {
    this.stop();
    await this.#saving;
    await this.#save();
  }

  stop(): void {
    this.#cancelTimer();
  }

  async #correlate(observations: readonly Observation[]): Promise<void> {
    const { counters, engine } = this.#dependencies;
    if (observations.length === 0) return;
    for (const observation of observations) {
      try {
        this.#observe(observation);
      } catch (error) {
        await this.#quarantine(observation, error);
      }
    }
    this.#engineCounters.count(engine.stats());
    counters.add('correlation.events', observations.length);
    while (this.#raising.size >= RAISING_MAX) await Promise.race(this.#raising);
  }

  #observe(observation: Observation): void {
    for (const match of this.#dependencies.engine.observe(eventOf(observation))) {
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
      await this.#quarantine({ rule: match.rule.key, episode: match.episode }, error);
    }
  }

  /** Keeps what failed, as it is after redaction, and goes on: it would fail again. Never rejects. */
  async #quarantine(what: object, error: unknown): Promise<void> {
    const { counters, logger, quarantine } = this.#dependencies;
    const reason = `threw ${errorName(error)}`;
    counters.add('correlation.quarantined', 1);
    const isKept = await quarantine(Buffer.from(JSON.stringify(what)), reason).catch(() => false);
    logger.error({ component: COMPONENT, reason, isKept }, 'an observation is left out');
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
    if (sequence === this.#savedSequence || this.#isBusy) return;
    try {
      const [state, onSaved] = [engine.snapshot(), checkpoint()];
      // The windows will not decide these again: they must be in the outbox first.
      await Promise.all(this.#raising);
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

function eventOf(observation: Observation) {
  const { event, timeMs, id, traceId, spanId, attributes } = observation;
  const service = String(attributes[ATTR_SERVICE_NAME] ?? '');
  const ref: EvidenceRef = { traceId, spanId, service };
  return {
    timeMs,
    id,
    source: service,
    ref,
    get: (field: string) => (field === 'event' ? event : attributes[field]),
    values: () => Object.values(attributes),
  };
}
