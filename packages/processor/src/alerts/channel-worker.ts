/** Takes alerts from the outbox to one channel: in order, again and again until they are delivered. */
import type { Clock } from '../pipeline/clock.ts';
import type { Component, Deadline } from '../pipeline/component.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Delivery } from '../pipeline/delivery.ts';
import type { EntrySource } from '../pipeline/entry-source.ts';
import type { Logger } from '../pipeline/logger.ts';
import { decodeAlert } from './alert-codec.ts';
import type { Channel } from './channel.ts';

/** What a worker works with. */
export interface ChannelWorkerDependencies {
  readonly channel: Channel;
  readonly source: EntrySource;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
}

const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 30_000;
/** A channel that refuses us as a whole is asked again this seldom. */
const PAUSED_RETRY_MS = 30_000;

/**
 * Delivers each alert before the next, and saves its cursor after each: killed in between, the channel
 * hears of one alert twice, with the same id. An alert the channel will never take is logged and left.
 */
export class ChannelWorker implements Component {
  readonly #dependencies: ChannelWorkerDependencies;
  #running: Promise<void> | undefined;
  #stopping = false;
  #wake: () => void = () => undefined;

  constructor(dependencies: ChannelWorkerDependencies) {
    this.#dependencies = dependencies;
  }

  start(): Promise<void> {
    this.#running = this.#run();
    return Promise.resolve();
  }

  async shutdown({ atMs }: Deadline): Promise<void> {
    const { clock, source } = this.#dependencies;
    this.#stopping = true;
    this.#wake();
    source.close();
    const timeout = new Promise<void>((resolve) => {
      clock.after(Math.max(0, atMs - clock.monotonic()), resolve);
    });
    await Promise.race([this.#running, timeout]);
  }

  async #run(): Promise<void> {
    const { source, counters, logger, channel } = this.#dependencies;
    for (let entry = await source.next(); entry !== undefined; entry = await source.next()) {
      const alert = decodeAlert(entry.bytes);
      if (alert === undefined) {
        logger.error({ sequence: entry.sequence }, 'the outbox holds a record that is no alert');
      } else {
        const delivery = await this.#deliver(() => channel.deliver(alert));
        if (delivery === undefined) return;
        if (delivery.kind === 'accepted') {
          counters.add('alerts.delivered', 1, { channel: channel.name });
        } else {
          const fields = { channel: channel.name, alert: alert.id, reason: delivery.reason };
          logger.error(fields, 'the channel will not take this alert; it stays in the outbox only');
        }
      }
      await source.commitDurably(entry.sequence);
    }
  }

  /** The final delivery of one alert; undefined where the worker stops before there is one. */
  async #deliver(attempt: () => Promise<Delivery>): Promise<Delivery | undefined> {
    const { channel, counters } = this.#dependencies;
    for (let failures = 0; !this.#stopping; failures += 1) {
      const delivery = await attempt();
      switch (delivery.kind) {
        case 'accepted':
        case 'never':
        case 'too_large':
          return delivery;
        case 'later':
          await this.#wait(delivery.retryAfterMs ?? backoff(failures));
          break;
        case 'paused':
          await this.#wait(PAUSED_RETRY_MS);
          break;
      }
      counters.add('alerts.failed', 1, { channel: channel.name });
    }
    return undefined;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stopping) {
        resolve();
        return;
      }
      const cancel = this.#dependencies.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

function backoff(failures: number): number {
  return Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(failures, 10));
}
