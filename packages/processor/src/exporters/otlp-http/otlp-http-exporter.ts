/** Sends what the journal holds to one OTLP/HTTP backend, with a cursor of its own. */
import { SIGNALS, type Signal } from '../../model/signal.ts';
import type { Clock } from '../../pipeline/clock.ts';
import type { Component, Deadline } from '../../pipeline/component.ts';
import type { Counters } from '../../pipeline/counters.ts';
import type { Delivery } from '../../pipeline/delivery.ts';
import type { Entry, EntrySource } from '../../pipeline/entry-source.ts';
import type { Logger } from '../../pipeline/logger.ts';
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
  /** Keeps an entry that the backend will never take, durable when it settles. */
  readonly deadLetter: (entry: BatchEntry, reason: string) => Promise<void>;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
}

/** Consecutive entries of one signal that travel together. */
interface Group {
  readonly signal: Signal;
  readonly entries: readonly BatchEntry[];
  readonly lastSequence: number;
  isDone: boolean;
}

const RETRY_MS_MIN = 1000;
const RETRY_MS_MAX = 30_000;
/** A backend that refuses us as a whole is asked again this seldom. */
const PAUSED_RETRY_MS = 30_000;

/**
 * Reads, merges, sends; retries for as long as the journal keeps. The cursor moves over the groups that are
 * done without a gap before them, so a crash costs repetitions, never losses.
 */
export class OtlpHttpExporter implements Component {
  readonly #settings: OtlpHttpExporterSettings;
  readonly #dependencies: OtlpHttpExporterDependencies;
  readonly #targets: ReadonlyMap<Signal, PostTarget>;
  readonly #underWay: Group[] = [];
  readonly #wakes = new Set<() => void>();
  #held: BatchEntry | undefined;
  #running: Promise<void> | undefined;
  #isStopping = false;
  #onSlot: () => void = () => undefined;

  constructor(settings: OtlpHttpExporterSettings, dependencies: OtlpHttpExporterDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#targets = targetsOf(settings);
  }

  start(): Promise<void> {
    this.#running = this.#run();
    return Promise.resolve();
  }

  async shutdown({ atMs }: Deadline): Promise<void> {
    const { clock, source } = this.#dependencies;
    const timeout = new Promise<void>((resolve) => {
      clock.after(Math.max(0, atMs - clock.monotonic()), resolve);
    });
    source.close();
    this.#isStopping = true;
    for (const wake of this.#wakes) wake();
    await Promise.race([this.#running, timeout]);
    for (const { agent } of this.#targets.values()) agent.destroy();
  }

  async #run(): Promise<void> {
    for (
      let group = await this.#nextGroup();
      group !== undefined;
      group = await this.#nextGroup()
    ) {
      while (this.#active() >= this.#settings.concurrency) {
        await new Promise<void>((resolve) => (this.#onSlot = resolve));
      }
      this.#underWay.push(group);
      void this.#deliver(group).then(() => this.#finish(group));
    }
    while (this.#active() > 0) await new Promise<void>((resolve) => (this.#onSlot = resolve));
  }

  #active(): number {
    return this.#underWay.filter(({ isDone }) => !isDone).length;
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
      lastSequence: entries.at(-1)?.sequence ?? first.sequence,
      isDone: false,
    };
  }

  #isWanted({ signal }: BatchEntry): boolean {
    return signal !== undefined && this.#settings.signals.includes(signal);
  }

  #finish(group: Group): void {
    if (this.#isStopping && !group.isDone) {
      // Not delivered: the cursor stays before it. The slot is free all the same.
      this.#underWay.splice(0);
      this.#onSlot();
      return;
    }
    while (this.#underWay[0]?.isDone === true) {
      this.#dependencies.source.commit(this.#underWay.shift()?.lastSequence ?? 0);
    }
    this.#onSlot();
  }

  /** Sends a group until there is an answer that settles it. */
  async #deliver(group: Group): Promise<void> {
    const [first] = group.entries;
    if (first === undefined || !this.#isWanted(first)) {
      group.isDone = true;
      return;
    }
    for (let failures = 0; !this.#isStopping || failures === 0; failures += 1) {
      const delivery = await this.#attempt(group);
      const settled = await this.#settle(group, delivery);
      if (settled) {
        group.isDone = true;
        return;
      }
      await this.#wait(this.#pauseAfter(delivery, failures));
    }
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
        counters.add('exporter.items', items - delivery.rejectedItems, { exporter: name });
        if (delivery.rejectedItems > 0) {
          counters.add('exporter.rejected_items', delivery.rejectedItems, { exporter: name });
        }
        return true;
      case 'too_large':
        if (group.entries.length > 1) return this.#split(group);
        return this.#bury(group, delivery.reason);
      case 'never':
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

  /** Sends the entries one by one; together they were too large. */
  async #split(group: Group): Promise<boolean> {
    for (const entry of group.entries) {
      const part: Group = { ...group, entries: [entry], isDone: false };
      await this.#deliver(part);
      if (!part.isDone) return false;
    }
    return true;
  }

  async #bury(group: Group, reason: string): Promise<boolean> {
    const { counters, deadLetter, logger } = this.#dependencies;
    const { name } = this.#settings;
    for (const entry of group.entries) {
      await deadLetter(entry, reason);
      counters.add('exporter.dead_letter_items', entry.itemCount, { exporter: name });
    }
    logger.error(
      { exporter: name, reason },
      'the backend will never take a batch; it is in the dead-letter folder',
    );
    return true;
  }

  #pauseAfter(delivery: Delivery, failures: number): number {
    if (delivery.kind === 'paused') return PAUSED_RETRY_MS;
    const asked = delivery.kind === 'later' ? delivery.retryAfterMs : undefined;
    if (asked !== undefined) return asked;
    const backoff = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(failures, 10));
    return backoff * (0.5 + this.#dependencies.random() / 2);
  }

  #wait(ms: number): Promise<void> {
    if (this.#isStopping) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#wakes.delete(done);
        resolve();
      };
      const cancel = this.#dependencies.clock.after(ms, done);
      this.#wakes.add(done);
    });
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
