/** Sends what the journal holds to one OTLP/HTTP backend, with a cursor of its own. */
import { SIGNALS, type Signal } from '../../model/signal.ts';
import type { CancelTimer, Clock } from '../../pipeline/clock.ts';
import type { Component, Deadline } from '../../pipeline/component.ts';
import type { Counters } from '../../pipeline/counters.ts';
import type { Delivery } from '../../pipeline/delivery.ts';
import type { Entry, EntrySource } from '../../pipeline/entry-source.ts';
import type { Logger } from '../../pipeline/logger.ts';
import { BackendGate, PAUSED_RETRY_MS } from './backend-gate.ts';
import { type BodyEncoding, contentHeaders, encodeBody } from './encode-body.ts';
import { agentFor, postRequest, type PostTarget } from './post-request.ts';

/** What an exporter is given by the configuration; times in milliseconds. */
export interface OtlpHttpExporterSettings extends BodyEncoding {
  /** As in the configuration: `otlp_http/jaeger`. */
  readonly name: string;
  /** Base URL; `/v1/<signal>` is appended. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, { reveal(): string }>>;
  readonly signals: readonly Signal[];
  readonly timeoutMs: number;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Entries are merged up to this, before compression. */
  readonly batchBytesMax: number;
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

/** What an exporter works with. */
export interface OtlpHttpExporterDependencies {
  readonly source: BatchSource;
  /** Keeps an entry that the backend will never take. True: it is durable. Else it is tried again. */
  readonly deadLetter: (entry: BatchEntry, reason: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
}

/** Consecutive entries of one signal that travel together. */
interface Group {
  readonly signal: Signal;
  /** Let go of when the group is done: it may wait long for one before it. */
  entries: readonly BatchEntry[];
  readonly bytes: number;
  readonly lastSequence: number;
  /** `left`: not delivered, since the exporter stops; the cursor stays before it. */
  state: 'active' | 'done' | 'left';
}

/** How sending a group goes. */
interface Attempts {
  failures: number;
  firstFailureMs: number;
  /** Requests the backend had accepted by the start. */
  readonly acceptedBefore: number;
}

const RETRY_MS_MIN = 1000;
const RETRY_MS_MAX = 30_000;
/** How far the exporter runs ahead of a group that does not get through: what a crash may repeat. */
const GROUPS_MAX = 64;
const AHEAD_REQUESTS_MAX = 16;
/** After so long a batch that fails while others are taken is itself the reason. */
const HOPELESS_MS = 600_000;

/**
 * Reads, merges, sends; retries for as long as the journal keeps. The cursor moves over the groups that are
 * done without a gap before them, so a crash costs repetitions, never losses.
 */
export class OtlpHttpExporter implements Component {
  readonly #settings: OtlpHttpExporterSettings;
  readonly #dependencies: OtlpHttpExporterDependencies;
  readonly #targets: ReadonlyMap<Signal, PostTarget>;
  readonly #underWay: Group[] = [];
  readonly #gate: BackendGate;
  #held: BatchEntry | undefined;
  #running: Promise<void> | undefined;
  #isDraining = false;
  #isStopping = false;
  #onSlot: () => void = () => undefined;

  constructor(settings: OtlpHttpExporterSettings, dependencies: OtlpHttpExporterDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#targets = targetsOf(settings);
    this.#gate = new BackendGate(dependencies.clock);
  }

  start(): Promise<void> {
    this.#running = this.#run();
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
    if (this.#gate.isWaitedFor || atMs <= clock.monotonic()) this.#stop();
    else if (!source.hasMore) source.close();
    if (atMs > clock.monotonic()) await Promise.race([this.#running, timeout]);
    cancel();
    this.#stop();
    for (const { agent } of this.#targets.values()) agent.destroy();
  }

  #stop(): void {
    this.#isStopping = true;
    this.#dependencies.source.close();
    this.#gate.release();
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
      void this.#deliver(group).then((isDone) => this.#finish(group, isDone));
      if (this.#isDraining && !this.#dependencies.source.hasMore) this.#dependencies.source.close();
    }
    while (this.#active() > 0) await new Promise<void>((resolve) => (this.#onSlot = resolve));
  }

  #hasRoomFor({ bytes }: Group): boolean {
    const { concurrency, batchBytesMax } = this.#settings;
    const ahead = this.#underWay.reduce((sum, group) => sum + group.bytes, 0);
    return (
      this.#active() < concurrency &&
      this.#underWay.length < GROUPS_MAX + concurrency &&
      (ahead === 0 || ahead + bytes <= AHEAD_REQUESTS_MAX * concurrency * batchBytesMax)
    );
  }

  #active(): number {
    return this.#underWay.filter(({ state }) => state === 'active').length;
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
    while (this.#isWanted(first) && source.hasMore && bytes < this.#settings.batchBytesMax) {
      const next = await source.next();
      if (next === undefined) break;
      if (next.signal !== signal || bytes + next.bytes.length > this.#settings.batchBytesMax) {
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
      state: 'active',
    };
  }

  #isWanted({ signal }: BatchEntry): boolean {
    return signal !== undefined && this.#settings.signals.includes(signal);
  }

  #finish(group: Group, isDone: boolean): void {
    group.state = isDone ? 'done' : 'left';
    for (const entry of group.entries) entry.release?.();
    group.entries = [];
    while (this.#underWay[0]?.state === 'done') {
      this.#dependencies.source.commit(this.#underWay.shift()?.lastSequence ?? 0);
    }
    this.#onSlot();
  }

  /** Sends a group until there is an answer that settles it; false where the exporter stops before. */
  async #deliver(group: Group): Promise<boolean> {
    const [first] = group.entries;
    if (first === undefined || !this.#isWanted(first)) return true;
    const acceptedBefore = this.#gate.accepted;
    const attempts: Attempts = { failures: 0, firstFailureMs: 0, acceptedBefore };
    for (;;) {
      const round = await this.#gate.enter();
      if (this.#isStopping) return false;
      const delivery = this.#judged(await this.#attempt(group), attempts);
      this.#gate.note(delivery, round);
      if (await this.#settle(group, delivery)) return true;
      if (this.#isDraining) this.#stop();
      if (this.#isStopping) return false;
      await this.#gate.wait(this.#pauseAfter(delivery, attempts.failures));
      attempts.failures += 1;
    }
  }

  /** A batch that keeps failing while others are taken would hold all of them up for ever. */
  #judged(delivery: Delivery, attempts: Attempts): Delivery {
    if (delivery.kind !== 'later') return delivery;
    const nowMs = this.#dependencies.clock.monotonic();
    if (attempts.failures === 0) attempts.firstFailureMs = nowMs;
    const isHopeless =
      nowMs - attempts.firstFailureMs >= HOPELESS_MS &&
      this.#gate.accepted > attempts.acceptedBefore;
    return isHopeless ? { kind: 'never', reason: `for too long: ${delivery.reason}` } : delivery;
  }

  async #attempt({ signal, entries }: Group): Promise<Delivery> {
    const target = this.#targets.get(signal);
    if (target === undefined) return { kind: 'never', reason: 'no target' };
    const requests = entries.map(({ bytes }) => bytes);
    try {
      const body = await encodeBody(signal, requests, this.#settings);
      return await postRequest(target, body, this.#dependencies.clock);
    } catch (error) {
      return {
        kind: 'never',
        reason: error instanceof Error ? error.message : 'cannot be encoded',
      };
    }
  }

  /** Whether the group needs no further attempt. */
  async #settle(group: Group, delivery: Delivery): Promise<boolean> {
    const { counters, logger } = this.#dependencies;
    const { name } = this.#settings;
    const items = group.entries.reduce((sum, { itemCount }) => sum + itemCount, 0);
    switch (delivery.kind) {
      case 'accepted':
        this.#countAccepted(items, delivery.rejectedItems);
        return true;
      case 'too_large':
      case 'never':
        // One bad entry must not take those along that only travel with it.
        if (group.entries.length > 1) return this.#split(group);
        return this.#bury(group, delivery.reason);
      case 'later':
      case 'paused':
        counters.add('exporter.failed', 1, { exporter: name, kind: delivery.kind });
        logger.warn(
          { exporter: name, reason: delivery.reason },
          `the backend does not take it: ${delivery.kind}`,
        );
        return false;
    }
  }

  #countAccepted(items: number, rejectedByAnswer: number): void {
    const { counters } = this.#dependencies;
    const labels = { exporter: this.#settings.name };
    const rejected = Math.min(Math.max(0, rejectedByAnswer), items);
    counters.add('exporter.items', items - rejected, labels);
    if (rejected > 0) counters.add('exporter.rejected_items', rejected, labels);
  }

  /** Sends the entries one by one; together they were not taken. */
  async #split(group: Group): Promise<boolean> {
    for (const entry of group.entries) {
      const isDone = await this.#deliver({ ...group, entries: [entry] });
      if (!isDone) return false;
    }
    return true;
  }

  /** Whether every entry is kept as a dead letter; what is not must stay before the cursor. */
  async #bury(group: Group, reason: string): Promise<boolean> {
    const { counters, logger } = this.#dependencies;
    const { name } = this.#settings;
    for (const entry of group.entries) {
      if (!(await this.#keepDeadLetter(entry, reason))) {
        counters.add('exporter.dead_letter_failed', 1, { exporter: name });
        logger.error({ exporter: name, reason }, 'a dead letter cannot be kept; it is tried again');
        return false;
      }
      counters.add('exporter.dead_letter_items', entry.itemCount, { exporter: name });
    }
    logger.error(
      { exporter: name, reason },
      'the backend will never take a batch; it is in the dead-letter folder',
    );
    return true;
  }

  async #keepDeadLetter(entry: BatchEntry, reason: string): Promise<boolean> {
    try {
      return await this.#dependencies.deadLetter(entry, reason);
    } catch {
      return false;
    }
  }

  #pauseAfter(delivery: Delivery, failures: number): number {
    if (delivery.kind === 'paused') return PAUSED_RETRY_MS;
    const asked = delivery.kind === 'later' ? delivery.retryAfterMs : undefined;
    if (asked !== undefined) return Math.max(asked, RETRY_MS_MIN);
    const backoff = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(failures, 10));
    return backoff * (0.5 + this.#dependencies.random() / 2);
  }
}

function targetsOf(settings: OtlpHttpExporterSettings): Map<Signal, PostTarget> {
  const base = settings.endpoint.replace(/\/+$/, '');
  const agent = agentFor(new URL(base), settings.concurrency);
  const headers = contentHeaders(settings);
  for (const [name, value] of Object.entries(settings.headers)) headers[name] = value.reveal();
  return new Map(
    settings.signals.map((signal) => [
      signal,
      { url: new URL(`${base}/v1/${signal}`), headers, agent, timeoutMs: settings.timeoutMs },
    ]),
  );
}
