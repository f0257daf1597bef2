/** Feeds observations from the journal to the rules, and puts alerts into the outbox. */
import { ATTR_SERVICE_NAME } from '@spanguard/conventions';
import type { CorrelationEngine } from '@spanguard/sigma';
import type { Alert } from '../model/alert.ts';
import type { Observation } from '../model/observation.ts';
import type { CancelTimer, Clock } from '../pipeline/clock.ts';
import type { Component, Deadline } from '../pipeline/component.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Entry, EntrySource } from '../pipeline/entry-source.ts';
import type { Logger } from '../pipeline/logger.ts';
import { alertOfMatch, type EvidenceRef } from './alert-of-match.ts';
import { EngineCounters } from './engine-counters.ts';
import type { SnapshotFile } from './snapshot-file.ts';

/** An entry that may hold observations. */
export interface ObservedEntry extends Entry {
  observations(): readonly Observation[];
}

/** What correlation works with. */
export interface CorrelatorDependencies {
  readonly engine: CorrelationEngine;
  readonly source: EntrySource<ObservedEntry>;
  /** Puts an alert into the outbox, durable when it settles; false where it is there already. */
  readonly raise: (alert: Alert) => Promise<boolean>;
  /** Called when the windows are saved: no alert raised until now will be raised again. */
  readonly onSaved: () => void;
  readonly snapshots: SnapshotFile;
  readonly snapshotIntervalMs: number;
  /** Key of the alerts' ids. */
  readonly alertKey: Uint8Array;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
}

/**
 * Reads from its cursor on. The cursor moves only with a snapshot, so that after a crash the entries since
 * the last snapshot are seen again: the windows come out the same, and so do the ids of the alerts.
 */
export class Correlator implements Component {
  readonly #dependencies: CorrelatorDependencies;
  readonly #engineCounters: EngineCounters;
  #running: Promise<void> | undefined;
  #sequence = -1;
  #savedSequence = -1;
  #isBusy = false;
  #saving: Promise<void> = Promise.resolve();
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
    this.#running = this.#run();
  }

  async shutdown({ atMs }: Deadline): Promise<void> {
    const { clock, source } = this.#dependencies;
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

  async #correlate(entry: ObservedEntry): Promise<void> {
    const { engine, counters, alertKey } = this.#dependencies;
    const observations = entry.observations();
    if (observations.length === 0) return;
    for (const observation of observations) {
      for (const match of engine.observe(eventOf(observation))) {
        await this.#raise(alertOfMatch(match, alertKey));
      }
    }
    this.#engineCounters.count(engine.stats());
    counters.add('correlation.events', observations.length);
  }

  async #raise(alert: Alert): Promise<void> {
    const { raise, counters, logger } = this.#dependencies;
    const isNew = await raise(alert);
    if (!isNew) return;
    counters.add('alerts.raised', 1, { level: alert.rule.level });
    logger.warn(
      { alert: alert.id, rule: alert.rule.name, level: alert.rule.level },
      'alert raised',
    );
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
    const { engine, onSaved, snapshots, source, logger } = this.#dependencies;
    const sequence = this.#sequence;
    if (sequence === this.#savedSequence || this.#isBusy) return;
    try {
      await snapshots.write({ sequence, state: engine.snapshot() });
      await source.commitDurably(sequence);
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
