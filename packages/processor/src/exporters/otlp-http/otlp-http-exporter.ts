/** Sends what the journal holds to one OTLP/HTTP backend, with a cursor of its own. */
import { SIGNALS, type Signal } from '../../model/signal.ts';
import type { CancelTimer, Clock } from '../../pipeline/clock.ts';
import type { Component, Deadline } from '../../pipeline/component.ts';
import type { Counters } from '../../pipeline/counters.ts';
import type { Delivery } from '../../pipeline/delivery.ts';
import { Destination, type Trial } from '../../pipeline/destination.ts';
import type { Entry, EntrySource } from '../../pipeline/entry-source.ts';
import type { Logger } from '../../pipeline/logger.ts';
import { errorName, supervise } from '../../pipeline/supervise.ts';
import type { Backend } from '../backend.ts';
import type { AboutExporter } from '../define-exporter.ts';
import { FlightBudget } from './flight-budget.ts';
import { bytesOf, type ExportRequest, halvesOf, itemsOf, type Piece, probeOf } from './piece.ts';

/** What is delivered, and how much of it at once. */
export interface OtlpHttpExporterSettings extends Omit<AboutExporter, 'target'> {
  /** As in the configuration: `otlp_http/jaeger`. */
  readonly name: string;
}

/** An entry an exporter can send. */
export interface BatchEntry extends Entry {
  /** Undefined for entries that are no batch. */
  readonly signal: Signal | undefined;
  readonly itemCount: number;
}

/** A source that says whether an entry is there already. */
export interface BatchSource extends EntrySource<BatchEntry> {
  readonly hasMore: boolean;
}

/** What a backend will never take. */
export interface DeadBatch extends ExportRequest {
  readonly signal: Signal;
  /** Why, in a few words: never an answer's body. */
  readonly reason: string;
}

/** What an exporter works with. */
export interface OtlpHttpExporterDependencies {
  /** Where it is delivered to. */
  readonly backend: Backend;
  readonly source: BatchSource;
  /** Keeps what the backend will never take. True: it is durable. Else it is tried again. */
  readonly deadLetter: (batch: DeadBatch) => Promise<boolean>;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  /** A part of a request, sent once a minute with others, by which what comes back is known. */
  readonly mark?: Uint8Array;
}

/** Consecutive entries of one signal that travel together. */
interface Group {
  readonly signal: Signal;
  /** Let go of when the group is done: it may wait long for one before it. */
  entries: readonly BatchEntry[];
  readonly bytes: number;
  readonly lastSequence: number;
  readonly trial: Trial;
  /** `left`: not delivered, since the exporter stops; the cursor stays before it. */
  state: 'active' | 'done' | 'left';
}

/** What is left of a group to be sent, the next piece first. */
interface Progress {
  readonly trial: Trial;
  readonly left: Piece[];
  /** Pieces that failed: those that did not are tried at once. */
  readonly failed: Set<Piece>;
}

/** How far the exporter runs ahead of a group that does not get through: a crash may repeat it, too. */
const GROUPS_MAX = 64;
const AHEAD_REQUESTS_MAX = 16;
/** Groups kept in memory that have failed: others are sent past them, so that one cannot stop all. */
const FAILING_MAX = 16;
/** After so many failures a piece of a group is tried, to tell a bad batch from a backend that is away. */
const PROBE_FAILURES = 2;
/** And after so many, while others are taken, the group is halved until the bad record is alone. */
const HALVE_FAILURES = 3;
/** How often the mark is sent with each signal; first after so long, or after so many requests. */
const MARK_MS = 60_000;
const MARK_FIRST_MS = 10_000;
const MARK_FIRST_REQUESTS = 16;
/** Refusals of one group after which what is refused is buried as it is, not halved further. */
const REFUSALS_MAX = 256;

/**
 * Reads, merges, sends; retries for as long as the journal keeps. The cursor moves over the groups that are
 * done without a gap before them, so a crash costs repetitions, never losses.
 */
export class OtlpHttpExporter implements Component {
  readonly #settings: OtlpHttpExporterSettings;
  readonly #dependencies: OtlpHttpExporterDependencies;
  readonly #underWay: Group[] = [];
  readonly #destination: Destination;
  readonly #flight: FlightBudget;
  readonly #marking = new Map<Signal, { requests: number; dueMs: number }>();
  #held: BatchEntry | undefined;
  #running: Promise<void> | undefined;
  #isDraining = false;
  #isStopping = false;
  #onSlot: () => void = () => undefined;

  constructor(settings: OtlpHttpExporterSettings, dependencies: OtlpHttpExporterDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#flight = new FlightBudget(settings);
    this.#destination = new Destination({ ...dependencies, concurrency: settings.concurrency });
  }

  start(): Promise<void> {
    this.#running = supervise({
      ...this.#dependencies,
      component: `exporter ${this.#settings.name}`,
      run: () => this.#run(),
      isStopping: () => this.#isStopping,
    });
    return Promise.resolve();
  }

  /** Sends what is there for as long as it goes well; the first failure ends it, as does the deadline. */
  async shutdown({ atMs }: Deadline): Promise<void> {
    const { clock, source } = this.#dependencies;
    let cancel: CancelTimer = () => undefined;
    const timeout = new Promise<void>((resolve) => {
      cancel = clock.after(Math.max(0, atMs - clock.monotonic()), resolve);
    });
    this.#isDraining = true;
    if (this.#destination.isWaitedFor || atMs <= clock.monotonic()) this.stop();
    else if (!source.hasMore) source.close();
    if (atMs > clock.monotonic()) await Promise.race([this.#running, timeout]);
    cancel();
    this.stop();
    await this.#dependencies.backend.close();
  }

  /** Sends nothing more until the next start: its cursor stays, and so does what it has not sent. */
  stop(): void {
    this.#isStopping = true;
    this.#dependencies.source.close();
    this.#destination.release();
    this.#onSlot();
  }

  async #run(): Promise<void> {
    for (
      let group = await this.#nextGroup();
      group !== undefined;
      group = await this.#nextGroup()
    ) {
      while (!this.#isStopping && !this.#hasRoomFor(group)) {
        await new Promise<void>((resolve) => (this.#onSlot = resolve));
      }
      if (this.#isStopping) break;
      this.#underWay.push(group);
      void this.#take(group);
      if (this.#isDraining && !this.#dependencies.source.hasMore) this.#dependencies.source.close();
    }
    while (this.#active().length > 0) {
      await new Promise<void>((resolve) => (this.#onSlot = resolve));
    }
  }

  #hasRoomFor({ bytes }: Group): boolean {
    const { concurrency, batchBytesMax } = this.#settings;
    const ahead = this.#underWay.reduce((sum, group) => sum + group.bytes, 0);
    const active = this.#active();
    const flying = active.filter(({ trial }) => trial.failures === 0);
    const flyingBytes = flying.reduce((sum, group) => sum + group.bytes, 0);
    return (
      flying.length < concurrency &&
      (flyingBytes === 0 || flyingBytes + bytes <= this.#flight.bytes) &&
      active.length - flying.length < FAILING_MAX &&
      this.#underWay.length < GROUPS_MAX + concurrency &&
      (ahead === 0 || ahead + bytes <= AHEAD_REQUESTS_MAX * concurrency * batchBytesMax)
    );
  }

  #active(): readonly Group[] {
    return this.#underWay.filter(({ state }) => state === 'active');
  }

  /** Entries of one signal, as many as are there, up to the limit of a request. */
  async #nextGroup(): Promise<Group | undefined> {
    const { source } = this.#dependencies;
    const first = this.#held ?? (await source.next());
    this.#held = undefined;
    if (first === undefined) return undefined;
    const signal = first.signal ?? SIGNALS[0];
    const entries = [first];
    let bytes = first.bytes.length;
    const bytesMax = this.#flight.requestBytes;
    while (this.#isWanted(first) && source.hasMore && bytes < bytesMax) {
      // What cannot be read now is the next group's affair: this one has begun.
      const next = await source.next().catch(() => undefined);
      if (next === undefined) break;
      if (next.signal !== signal || bytes + next.bytes.length > bytesMax) {
        this.#held = next;
        break;
      }
      entries.push(next);
      bytes += next.bytes.length;
    }
    return {
      signal,
      entries,
      bytes,
      lastSequence: entries.at(-1)?.sequence ?? first.sequence,
      trial: this.#destination.trial(),
      state: 'active',
    };
  }

  #isWanted({ signal }: BatchEntry): boolean {
    return signal !== undefined && this.#settings.signals.includes(signal);
  }

  /** Delivers a group, and whatever happens comes to an end with it. Never rejects. */
  async #take(group: Group): Promise<void> {
    const piece = { signal: group.signal, requests: group.entries };
    let isDone: boolean;
    try {
      isDone = await this.#deliver(group, piece);
    } catch (error) {
      isDone = await this.#bury(piece, `threw ${errorName(error)}`);
    }
    group.state = isDone ? 'done' : 'left';
    for (const entry of group.entries) entry.release?.();
    group.entries = [];
    while (this.#underWay[0]?.state === 'done') {
      this.#dependencies.source.commit(this.#underWay.shift()?.lastSequence ?? 0);
    }
    this.#onSlot();
  }

  /** Sends a group, in pieces where need be, until all is settled; false where the exporter stops before. */
  async #deliver({ entries, trial }: Group, whole: Piece): Promise<boolean> {
    const [first] = entries;
    if (first === undefined || !this.#isWanted(first)) return true;
    const progress: Progress = { trial, left: [whole], failed: new Set() };
    const { left } = progress;
    let refusals = 0;
    for (let piece = left[0]; piece !== undefined; piece = left[0]) {
      const probed = this.#probeOf(piece, trial);
      const sent = probed?.probe ?? piece;
      const delivery = await this.#destination.attempt(trial, () => this.#send(sent));
      if (delivery === undefined) return false;
      switch (delivery.kind) {
        case 'accepted':
          this.#countAccepted(itemsOf(sent), delivery.rejectedItems);
          this.#flight.delivered(bytesOf(sent));
          left.splice(0, 1, ...(probed?.rest() ?? []));
          break;
        case 'too_large':
        case 'never': {
          refusals += 1;
          const halves = refusals < REFUSALS_MAX ? halvesOf(sent) : undefined;
          const isSettled = halves !== undefined || (await this.#bury(sent, delivery.reason));
          if (isSettled) left.splice(0, 1, ...(halves ?? []), ...(probed?.rest() ?? []));
          else if (!(await this.#hasPaused(trial, delivery))) return false;
          break;
        }
        case 'later':
        case 'paused':
          if (!(await this.#afterFailure(progress, delivery))) return false;
          break;
      }
    }
    return true;
  }

  #send({ signal, requests }: Piece): Promise<Delivery> {
    const { backend, mark } = this.#dependencies;
    const parts = requests.map(({ bytes }) => bytes);
    if (mark !== undefined && this.#isMarkDue(signal)) parts.push(mark);
    return backend.send(signal, parts);
  }

  #isMarkDue(signal: Signal): boolean {
    const nowMs = this.#dependencies.clock.monotonic();
    const marking = this.#marking.get(signal) ?? { requests: 0, dueMs: nowMs + MARK_FIRST_MS };
    this.#marking.set(signal, marking);
    marking.requests += 1;
    if (nowMs < marking.dueMs && marking.requests !== MARK_FIRST_REQUESTS) return false;
    marking.dueMs = nowMs + MARK_MS;
    return true;
  }

  /** A small part of what fails, while nothing tells whether the backend takes anything at all. */
  #probeOf(piece: Piece, trial: Trial): ReturnType<typeof probeOf> {
    const isUnknown = trial.failures >= PROBE_FAILURES && !this.#destination.takesOthers(trial);
    return isUnknown ? probeOf(piece, trial.failures) : undefined;
  }

  /** Halves, buries, or waits; false where the exporter stops. What failed is tried again last. */
  async #afterFailure(progress: Progress, delivery: FailedDelivery): Promise<boolean> {
    const { counters, logger } = this.#dependencies;
    const { left, trial, failed } = progress;
    const { kind, reason } = delivery;
    const { name: exporter } = this.#settings;
    counters.add('exporter.failed', 1, { exporter, kind });
    logger.warn({ exporter, reason }, `the backend does not take it: ${kind}`);
    const [piece] = left;
    const isHalved = trial.failures >= HALVE_FAILURES && this.#destination.takesOthers(trial);
    const halves = isHalved && piece !== undefined ? halvesOf(piece) : undefined;
    if (halves !== undefined && !this.#isDraining) {
      // Behind the others, so that the good half tells that the backend is there.
      left.splice(0, 1);
      left.push(...halves);
      return !this.#isStopping;
    }
    if (piece !== undefined && this.#destination.isPoison(trial)) {
      if (await this.#bury(piece, `again and again, while others are taken: ${reason}`)) {
        left.splice(0, 1);
        return true;
      }
    }
    if (piece !== undefined) failed.add(piece);
    left.push(...left.splice(0, 1));
    const isNextFresh = left[0] !== undefined && !failed.has(left[0]) && !this.#isDraining;
    return isNextFresh || this.#hasPaused(trial, delivery);
  }

  /** Waits for the next attempt; false where there will be none. */
  async #hasPaused(trial: Trial, delivery: Delivery): Promise<boolean> {
    if (this.#isDraining) this.stop();
    if (!this.#isStopping) {
      this.#onSlot();
      await this.#destination.pause(trial, delivery);
    }
    return !this.#isStopping;
  }

  #countAccepted(items: number, rejectedByAnswer: number): void {
    const { counters, logger } = this.#dependencies;
    const { name: exporter } = this.#settings;
    const rejected = Math.min(Math.max(0, rejectedByAnswer), items);
    counters.add('exporter.items', items - rejected, { exporter });
    if (rejected === 0) return;
    counters.add('exporter.rejected_items', rejected, { exporter });
    logger.warn({ exporter, items, rejected }, 'the backend rejected a part of what it was sent');
  }

  /** Whether every request is kept as a dead letter; what is not must stay before the cursor. */
  async #bury(piece: Piece, reason: string): Promise<boolean> {
    const { counters, logger } = this.#dependencies;
    const { name: exporter } = this.#settings;
    for (const request of piece.requests) {
      const { bytes, itemCount } = request;
      if (!(await this.#keepDeadLetter({ bytes, itemCount, signal: piece.signal, reason }))) {
        counters.add('exporter.dead_letter_failed', 1, { exporter });
        logger.error({ exporter, reason }, 'a dead letter cannot be kept; it is tried again');
        return false;
      }
      counters.add('exporter.dead_letter_items', request.itemCount, { exporter });
    }
    const fields = { exporter, reason, signal: piece.signal, items: itemsOf(piece) };
    logger.error(fields, 'the backend does not take these; see spanguard deadletters list');
    return true;
  }

  async #keepDeadLetter(batch: DeadBatch): Promise<boolean> {
    try {
      return await this.#dependencies.deadLetter(batch);
    } catch {
      return false;
    }
  }
}

type FailedDelivery = Extract<Delivery, { kind: 'later' | 'paused' }>;
