/** Takes alerts from the outbox to one channel: again and again until each is delivered. */
import { decodeAlert } from '../model/alert-codec.ts';
import type { Alert } from '../model/alert.ts';
import { SECTION } from '../model/sections.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Consumer, ConsumerRun } from '../pipeline/consumer/consumer.ts';
import { DeliveryLoop } from '../pipeline/consumer/delivery-loop.ts';
import type { Entry } from '../pipeline/consumer/entry-source.ts';
import type { FailedDelivery } from '../pipeline/consumer/parcel-delivery.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Delivery } from '../pipeline/delivery.ts';
import type { Logger } from '../pipeline/logger.ts';
import type { Channel } from './channel.ts';

/** What a worker works with. */
export interface ChannelWorkerDependencies {
  /** Its name in the configuration, for metrics and logs. */
  readonly name: string;
  readonly channel: Channel;
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

/** A record of the outbox, and the alert in it. */
interface Told {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly alert: Alert | undefined;
}

/** Alerts on their way at once; one that fails does not hold up those behind it. */
const CONCURRENCY = 4;
/** How far the cursor may lag behind one alert that does not get through: what a crash may repeat. */
const AHEAD_MAX = 256;
const NOTHING = new Uint8Array(0);

/**
 * Delivers alerts in their order for as long as all goes well. Killed in between, the channel hears of alerts
 * twice, with the same ids. What the channel will never take, or what alone fails for long, becomes a dead
 * letter.
 */
export class ChannelWorker implements Consumer {
  readonly #dependencies: ChannelWorkerDependencies;
  readonly #loop: DeliveryLoop<Told>;

  constructor(dependencies: ChannelWorkerDependencies) {
    const { clock, random } = dependencies;
    this.#dependencies = dependencies;
    this.#loop = new DeliveryLoop<Told>({
      deliverer: {
        send: (told) => this.#send(told),
        accepted: (told, delivery) => this.#noteAccepted(told, delivery),
        failed: (told, delivery) => this.#noteFailed(told, delivery),
        bury: (told, reason) => this.#bury(told, reason),
      },
      bounds: { concurrency: CONCURRENCY, aheadMax: AHEAD_MAX },
      savesAtRest: true,
      clock,
      random,
    });
  }

  start(run: ConsumerRun): Promise<undefined> {
    this.#loop.start(run);
    return Promise.resolve(undefined);
  }

  async take(entry: Entry): Promise<void> {
    const { sequence } = entry;
    const bytes = entry.section(SECTION.payload) ?? NOTHING;
    const whole = { sequence, bytes, alert: decodeAlert(bytes) };
    await this.#loop.take({
      whole,
      bytes: bytes.length,
      sequence,
      release: () => entry.release?.(),
    });
  }

  passOver(sequence: number): void {
    this.#loop.passOver(sequence);
  }

  drain(): boolean {
    return this.#loop.drain();
  }

  finish(): Promise<void> {
    return this.#loop.finish();
  }

  stop(): void {
    this.#loop.stop();
  }

  close(): void {
    this.#dependencies.channel.close?.();
  }

  async #send({ alert }: Told): Promise<Delivery> {
    if (alert === undefined) {
      return { kind: 'never', reason: 'the outbox holds a record that is no alert' };
    }
    const { channel, show } = this.#dependencies;
    return channel.deliver(show(alert));
  }

  #noteAccepted({ alert }: Told, { message }: Extract<Delivery, { kind: 'accepted' }>): void {
    const { name, counters, logger } = this.#dependencies;
    const labels = { channel: name };
    counters.add('alerts.delivered', 1, labels);
    if (message !== undefined)
      logger.warn({ ...labels, alert: alert?.id, message }, 'told in part');
  }

  #noteFailed({ alert }: Told, { kind, reason }: FailedDelivery): void {
    const { name, counters, logger } = this.#dependencies;
    const labels = { channel: name };
    counters.add('alerts.failed', 1, labels);
    logger.warn({ ...labels, alert: alert?.id, reason }, `the channel does not take it: ${kind}`);
  }

  /** Whether the alert is kept as a dead letter. */
  async #bury({ bytes, sequence }: Told, reason: string): Promise<boolean> {
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
