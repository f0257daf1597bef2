/**
 * Delivers one parcel until all of it is settled: accepted, or kept as a dead letter. What is refused, or
 * alone fails for long, is cut smaller where that is possible, until the bad part is alone.
 */
import type { Delivery } from '../delivery.ts';
import type { Destination, Trial } from './destination.ts';

/** What a destination takes, and what becomes of what it does not take. `P` is what is sent at once. */
export interface Deliverer<P> {
  /** One attempt. What it throws it would throw again: the piece is never delivered. */
  send(piece: P): Promise<Delivery>;
  /** The destination took a piece. */
  accepted(piece: P, delivery: Extract<Delivery, { kind: 'accepted' }>): void;
  /** It did not, this time. */
  failed(piece: P, delivery: FailedDelivery): void;
  /** Keeps, as a dead letter, what the destination will never take. True: it is durable. Never rejects. */
  bury(piece: P, reason: string): Promise<boolean>;
  /** Smaller pieces of one; undefined where it has no parts. */
  halve?(piece: P): readonly P[] | undefined;
  /** One small piece and what is left without it, by a number that grows; undefined likewise. */
  probe?(piece: P, turn: number): Probe<P> | undefined;
}

/** A small part of a piece, by which is seen whether the destination takes anything at all. */
export interface Probe<P> {
  readonly probe: P;
  readonly rest: () => readonly P[];
}

/** Any answer but the one that is wanted. */
export type FailedDelivery = Exclude<Delivery, { kind: 'accepted' }>;

/** What a delivery has to know of all the others. */
export interface Surroundings {
  readonly destination: Destination;
  isDraining(): boolean;
  isStopping(): boolean;
  /** Something has failed, and waits: others may pass it. */
  letPass(): void;
  stop(): void;
}

/** After so many failures a piece is tried, to tell a bad one from a destination that is away. */
const PROBE_FAILURES = 2;
/** And after so many, while others are taken, it is halved. */
const HALVE_FAILURES = 3;
/** Refusals of one parcel after which what is refused is buried as it is, not halved further. */
const REFUSALS_MAX = 256;

/** See the head of this file. */
export class ParcelDelivery<P> {
  readonly #deliverer: Deliverer<P>;
  readonly #around: Surroundings;
  readonly #trial: Trial;
  /** What is left to be sent, the next piece first. */
  readonly #left: P[];
  /** Pieces that failed: those that did not are tried at once. */
  readonly #failed = new Set<P>();
  #refusals = 0;

  constructor(whole: P, trial: Trial, deliverer: Deliverer<P>, around: Surroundings) {
    this.#left = [whole];
    this.#trial = trial;
    this.#deliverer = deliverer;
    this.#around = around;
  }

  /** True when all is settled; false where everything is stopped before. */
  async run(): Promise<boolean> {
    const { destination } = this.#around;
    for (let [piece] = this.#left; piece !== undefined; [piece] = this.#left) {
      const probe = this.#probeOf(piece);
      const sent = probe?.probe ?? piece;
      const delivery = await destination.attempt(this.#trial, () => this.#deliverer.send(sent));
      if (delivery === undefined) return false;
      if (delivery.kind === 'accepted') {
        this.#deliverer.accepted(sent, delivery);
        this.#left.splice(0, 1, ...(probe?.rest() ?? []));
        continue;
      }
      this.#deliverer.failed(sent, delivery);
      const isFinal = delivery.kind === 'too_large' || delivery.kind === 'never';
      const goesOn = isFinal
        ? await this.#afterRefusal(sent, probe, delivery)
        : await this.#afterFailure(piece, delivery);
      if (!goesOn) return false;
    }
    return true;
  }

  /** While nothing tells whether the destination takes anything. */
  #probeOf(piece: P): Probe<P> | undefined {
    const isUnknown =
      this.#trial.failures >= PROBE_FAILURES && !this.#around.destination.takesOthers(this.#trial);
    return isUnknown ? this.#deliverer.probe?.(piece, this.#trial.failures) : undefined;
  }

  /** It will never be taken as it is: halves it, buries it, or waits where it cannot be kept. */
  async #afterRefusal(
    sent: P,
    probe: Probe<P> | undefined,
    delivery: FailedDelivery,
  ): Promise<boolean> {
    this.#refusals += 1;
    const halves = this.#refusals < REFUSALS_MAX ? this.#deliverer.halve?.(sent) : undefined;
    const isSettled = halves !== undefined || (await this.#deliverer.bury(sent, delivery.reason));
    if (!isSettled) return this.#hasPaused(delivery);
    this.#left.splice(0, 1, ...(halves ?? []), ...(probe?.rest() ?? []));
    return true;
  }

  /** Halves, buries, or waits. What failed is tried again last. */
  async #afterFailure(piece: P, delivery: FailedDelivery): Promise<boolean> {
    const { destination } = this.#around;
    const isDraining = this.#around.isDraining();
    const isHalved =
      !isDraining && this.#trial.failures >= HALVE_FAILURES && destination.takesOthers(this.#trial);
    const halves = isHalved ? this.#deliverer.halve?.(piece) : undefined;
    if (halves !== undefined) {
      // Behind the others, so that the good half tells that the destination is there.
      this.#left.splice(0, 1);
      this.#left.push(...halves);
      return !this.#around.isStopping();
    }
    if (destination.isPoison(this.#trial)) {
      const reason = `again and again, while others are taken: ${delivery.reason}`;
      if (await this.#deliverer.bury(piece, reason)) {
        this.#left.splice(0, 1);
        return true;
      }
    }
    this.#failed.add(piece);
    this.#left.push(...this.#left.splice(0, 1));
    const [next] = this.#left;
    const isNextFresh = next !== undefined && !this.#failed.has(next) && !this.#around.isDraining();
    return isNextFresh || this.#hasPaused(delivery);
  }

  /** Waits for the next attempt; false where there will be none. */
  async #hasPaused(delivery: FailedDelivery): Promise<boolean> {
    if (this.#around.isDraining()) this.#around.stop();
    if (!this.#around.isStopping()) {
      this.#around.letPass();
      await this.#around.destination.pause(this.#trial, delivery);
    }
    return !this.#around.isStopping();
  }
}
