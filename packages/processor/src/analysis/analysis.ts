/**
 * Runs the rules over what is posted to it, and saves the windows. Whether it runs in a thread of its own or
 * beside its consumer is the affair of who made it: it knows messages, a clock and files.
 *
 * Windows and how far they are stand in one snapshot, written only when every alert they decided is durable.
 * So whatever dies when, the entries since are seen again: the windows come out the same, and so do the ids
 * of the alerts.
 */
import { CorrelationEngine } from '@spanguard/sigma';
import { compileRules } from '../correlation/compile-rules.ts';
import { Correlator } from '../correlation/correlator.ts';
import { SnapshotLog } from '../correlation/snapshot-log.ts';
import type { CancelTimer, Clock } from '../pipeline/clock.ts';
import { errorName } from '../pipeline/failure-reason.ts';
import { type FileSystem, isDiskFull } from '../pipeline/file-system.ts';
import { CountBatch } from './count-batch.ts';
import type { AnalysisReport, AnalysisRequest, AnalysisSettings } from './messages.ts';
import { Unsettled } from './unsettled.ts';

/** What an analysis runs in. */
export interface AnalysisWorld {
  readonly clock: Clock;
  readonly fileSystem: FileSystem;
  readonly report: (report: AnalysisReport) => void;
  /** Makes the engine, for tests of one that fails. */
  readonly createEngine?: (
    ...needs: ConstructorParameters<typeof CorrelationEngine>
  ) => CorrelationEngine;
}

type QueuedRequest = Extract<AnalysisRequest, { readonly kind: 'entry' | 'passed' | 'finish' }>;

/** Alerts and letters on their way to the disk at once: they share its syncs. */
const UNSETTLED_MAX = 1024;

/** See the head of this file. */
export class Analysis {
  readonly #settings: AnalysisSettings;
  readonly #world: AnalysisWorld;
  readonly #engine: CorrelationEngine;
  readonly #correlator: Correlator;
  readonly #snapshots: SnapshotLog;
  readonly #counts = new CountBatch();
  readonly #unsettled = new Unsettled();
  /** Bounded by the consumer. */
  readonly #queue: QueuedRequest[] = [];
  #wake: () => void = () => undefined;
  #giveRoom: (isMade: boolean) => void = () => undefined;
  #sequence = -1;
  #savedSequence = -1;
  #isEnded = false;
  #saving: Promise<void> = Promise.resolve();
  #cancelTimer: CancelTimer = () => undefined;

  /** Throws where the rules do not compile: they were checked before. */
  constructor(settings: AnalysisSettings, world: AnalysisWorld) {
    const compiled = compileRules(settings.rules);
    if (!compiled.ok) throw new Error(compiled.problems.join('\n'));
    this.#settings = settings;
    this.#world = world;
    const { latenessMs, groupBytesMax, alertKey, snapshotPath } = settings;
    const create = world.createEngine ?? ((...needs) => new CorrelationEngine(...needs));
    this.#engine = create(compiled.ruleset, {
      latenessMs,
      groupBytesMax,
      // Facts are dated no later than they come in, so that a journal read again reads the same.
      now: () => world.clock.now(),
    });
    this.#correlator = new Correlator({ engine: this.#engine, alertKey, counters: this.#counts });
    this.#snapshots = new SnapshotLog(snapshotPath, world.fileSystem);
  }

  /** Runs until it is finished or ended. Rejects where it cannot go on. */
  async run(): Promise<void> {
    await this.#restore();
    this.#report({ kind: 'ready', sequence: this.#sequence, counts: this.#counts.take() });
    this.#armTimer();
    while (!this.#isEnded) {
      const request = this.#queue.shift();
      if (request === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else if (request.kind === 'entry') await this.#take(request.sequence, request.facts);
      else if (request.kind === 'passed') this.#sequence = request.sequence;
      else return this.#finish();
    }
  }

  /** Takes what its consumer posts. */
  receive(request: AnalysisRequest): void {
    if (request.kind === 'settled') this.#unsettled.settle(request.number);
    else if (request.kind === 'room') this.#giveRoom(request.isMade);
    else {
      this.#queue.push(request);
      this.#wake();
    }
  }

  /** Ends at once: nothing more is reported, and once it settles nothing more is written. */
  async end(): Promise<void> {
    this.#isEnded = true;
    this.#cancelTimer();
    this.#wake();
    this.#giveRoom(false);
    this.#unsettled.forget();
    await this.#saving;
    await this.#snapshots.close();
  }

  async #take(sequence: number, facts: Uint8Array): Promise<void> {
    const { alerts, leftOut } = this.#correlator.take(facts);
    for (const alert of alerts) {
      this.#report({ kind: 'alert', number: this.#unsettled.add(), alert });
    }
    for (const letter of leftOut) {
      this.#report({ kind: 'letter', number: this.#unsettled.add(), ...letter });
    }
    this.#sequence = sequence;
    this.#report({ kind: 'done', sequence, counts: this.#counts.take() });
    await this.#unsettled.fewerThan(UNSETTLED_MAX);
  }

  async #restore(): Promise<void> {
    const saved = await this.#snapshots.read();
    if (saved === undefined) return;
    try {
      this.#engine.restore(saved.whole, saved.changes);
      this.#sequence = saved.sequence;
      this.#savedSequence = saved.sequence;
    } catch (error) {
      const message = 'the windows of the last run do not fit these rules; they start empty';
      this.#say('warn', message, error);
    }
  }

  #armTimer(): void {
    this.#cancelTimer = this.#world.clock.after(this.#settings.snapshotIntervalMs, () => {
      this.#saving = this.#saving.then(() => this.#save());
      this.#armTimer();
    });
  }

  /** Never rejects. */
  async #save(): Promise<void> {
    const sequence = this.#sequence;
    if (sequence === this.#savedSequence || this.#isEnded) return;
    try {
      const isWhole = this.#snapshots.wantsWhole;
      const state = isWhole ? this.#engine.snapshot() : this.#engine.changes();
      this.#report({ kind: 'looked' });
      // The windows will not decide these again: they must be in the outbox first.
      await this.#unsettled.none();
      if (this.#isEnded) return;
      await this.#withRoom(() =>
        isWhole
          ? this.#snapshots.writeWhole({ sequence, state })
          : this.#snapshots.append({ sequence, state }),
      );
      this.#savedSequence = sequence;
      this.#report({ kind: 'saved', sequence });
    } catch (error) {
      // What changed is told once: the next saving has to be of everything.
      await this.#snapshots.giveUp();
      const message = 'the windows could not be saved; after a crash more is read again';
      this.#say('error', message, error);
    }
  }

  /** Does what needs room on the disk; where there is none, once more when some is made. */
  async #withRoom(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      const room = new Promise<boolean>((resolve) => (this.#giveRoom = resolve));
      this.#report({ kind: 'full' });
      if (!(await room)) throw error;
      await work();
    }
  }

  async #finish(): Promise<void> {
    this.#cancelTimer();
    this.#saving = this.#saving.then(() => this.#save());
    await this.#saving;
    await this.#unsettled.none();
    await this.#snapshots.close();
    this.#report({ kind: 'finished' });
  }

  #say(level: 'warn' | 'error', message: string, error: unknown): void {
    this.#report({ kind: 'said', level, message, reason: errorName(error) });
  }

  #report(report: AnalysisReport): void {
    if (!this.#isEnded) this.#world.report(report);
  }
}
