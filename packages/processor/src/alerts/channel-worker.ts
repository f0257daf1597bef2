/** Takes alerts from the outbox to one channel: again and again until each is delivered. */
import type { Alert } from '../model/alert.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Component, Deadline } from '../pipeline/component.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Delivery } from '../pipeline/delivery.ts';
import { Destination, type Trial } from '../pipeline/destination.ts';
import type { Entry, EntrySource } from '../pipeline/entry-source.ts';
import type { Logger } from '../pipeline/logger.ts';
import { errorName, supervise } from '../pipeline/supervise.ts';
import { decodeAlert } from './alert-codec.ts';
import type { Channel } from './channel.ts';

/** A source that says whether an alert is there already. */
export interface AlertSource extends EntrySource {
  readonly hasMore: boolean;
}

/** What a worker works with. */
export interface ChannelWorkerDependencies {
  /** Its name in the configuration, for metrics and logs. */
  readonly name: string;
  readonly channel: Channel;
  readonly source: AlertSource;
  /** The alert as far as policy lets it be shown, whatever the channel. */
  readonly show: (alert: Alert) => Alert;
  /** Keeps what the channel will never take. True: it is durable. Else it is tried again. */
  readonly deadLetter: (letter: { bytes: Uint8Array; reason: string }) => Promise<boolean>;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
}

/** An alert on its way, in the order of the outbox. */
interface Pending {
  readonly entry: Entry;
  readonly trial: Trial;
  /** `left`: not delivered, since the worker stops; the cursor stays before it. */
  state: 'active' | 'done' | 'left';
}

/** Alerts on their way at once; one that fails does not hold up those behind it. */
const CONCURRENCY = 4;
/** Alerts that have failed and wait for another attempt while others pass. */
const FAILING_MAX = 16;
/** How far the cursor may lag behind one alert that does not get through: what a crash may repeat. */
const UNDER_WAY_MAX = 256;

/**
 * Delivers alerts in their order for as long as all goes well. The cursor moves over those that are done
 * without a gap before them: killed in between, the channel hears of alerts twice, with the same ids. What
 * the channel will never take, or what alone fails for long, becomes a dead letter.
 */
export class ChannelWorker implements Component {
  readonly #dependencies: ChannelWorkerDependencies;
  readonly #destination: Destination;
  readonly #underWay: Pending[] = [];
  #running: Promise<void> | undefined;
  #isStopping = false;
  #onSlot: () => void = () => undefined;

  constructor(dependencies: ChannelWorkerDependencies) {
    this.#dependencies = dependencies;
    this.#destination = new Destination({ ...dependencies, concurrency: CONCURRENCY });
  }

  start(): Promise<void> {
    this.#running = supervise({
      ...this.#dependencies,
      component: `channel ${this.#dependencies.name}`,
      run: () => this.#run(),
      isStopping: () => this.#isStopping,
    });
    return Promise.resolve();
  }

  async shutdown({ atMs }: Deadline): Promise<void> {
    const { channel, clock, source } = this.#dependencies;
    this.#isStopping = true;
    this.#destination.release();
    this.#onSlot();
    source.close();
    const timeout = new Promise<void>((resolve) => {
      clock.after(Math.max(0, atMs - clock.monotonic()), resolve);
    });
    await Promise.race([this.#running, timeout]);
    channel.close?.();
  }

  async #run(): Promise<void> {
    const { source } = this.#dependencies;
    for (let entry = await source.next(); entry !== undefined; entry = await source.next()) {
      while (!this.#isStopping && !this.#hasRoom()) {
        await new Promise<void>((resolve) => (this.#onSlot = resolve));
      }
      if (this.#isStopping) break;
      const pending: Pending = { entry, trial: this.#destination.trial(), state: 'active' };
      this.#underWay.push(pending);
      void this.#take(pending);
    }
    while (this.#active().length > 0) {
      await new Promise<void>((resolve) => (this.#onSlot = resolve));
    }
  }

  #hasRoom(): boolean {
    const active = this.#active();
    const failing = active.filter(({ trial }) => trial.failures > 0).length;
    return (
      active.length - failing < CONCURRENCY &&
      failing < FAILING_MAX &&
      this.#underWay.length < UNDER_WAY_MAX
    );
  }

  #active(): readonly Pending[] {
    return this.#underWay.filter(({ state }) => state === 'active');
  }

  /** Delivers an alert, and moves the cursor as far as it may. Never rejects. */
  async #take(pending: Pending): Promise<void> {
    let isDone = false;
    try {
      isDone = await this.#deliver(pending);
    } catch (error) {
      this.#dependencies.logger.error(
        { component: `channel ${this.#dependencies.name}`, reason: errorName(error) },
        'an alert is left in the outbox',
      );
    }
    pending.state = isDone ? 'done' : 'left';
    pending.entry.release?.();
    await this.#commit();
    this.#onSlot();
  }

  /** At once where nothing waits; in a burst, alerts share the syncs of the cursor. */
  async #commit(): Promise<void> {
    const { source } = this.#dependencies;
    let sequence: number | undefined;
    while (this.#underWay[0]?.state === 'done') sequence = this.#underWay.shift()?.entry.sequence;
    if (sequence === undefined) return;
    if (source.hasMore || this.#underWay.length > 0) source.commit(sequence);
    else await source.commitDurably(sequence);
  }

  /** Until the alert is settled; false where the worker stops before. */
  async #deliver({ entry, trial }: Pending): Promise<boolean> {
    const { name, channel, counters, logger, show } = this.#dependencies;
    const alert = decodeAlert(entry.bytes);
    if (alert === undefined) return this.#bury(entry, 'the outbox holds a record that is no alert');
    const labels = { channel: name };
    for (;;) {
      const delivery = await this.#destination.attempt(trial, () => channel.deliver(show(alert)));
      if (delivery === undefined) return false;
      if (delivery.kind === 'accepted') {
        counters.add('alerts.delivered', 1, labels);
        const { message } = delivery;
        if (message !== undefined)
          logger.warn({ ...labels, alert: alert.id, message }, 'told in part');
        return true;
      }
      counters.add('alerts.failed', 1, labels);
      const { kind, reason } = delivery;
      logger.warn({ ...labels, alert: alert.id, reason }, `the channel does not take it: ${kind}`);
      const isHopeless = isFinal(delivery) || this.#destination.isPoison(trial);
      if (isHopeless && (await this.#bury(entry, reason))) return true;
      if (this.#isStopping) return false;
      this.#onSlot();
      await this.#destination.pause(trial, delivery);
    }
  }

  /** Whether the alert is kept as a dead letter. */
  async #bury({ bytes, sequence }: Entry, reason: string): Promise<boolean> {
    const { name, counters, deadLetter, logger } = this.#dependencies;
    const labels = { channel: name };
    const isKept = await deadLetter({ bytes, reason }).catch(() => false);
    if (isKept) counters.add('alerts.dead_letters', 1, labels);
    logger.error(
      { ...labels, sequence, reason },
      isKept
        ? 'the channel does not take an alert; see spanguard deadletters list'
        : 'a dead letter cannot be kept; the alert is tried again',
    );
    return isKept;
  }
}

function isFinal({ kind }: Delivery): boolean {
  return kind === 'never' || kind === 'too_large';
}
