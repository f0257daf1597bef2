/**
 * Takes parcels to one destination: several at once, some that fail waiting while others pass. The cursor
 * moves over what is done without a gap before it, so that a crash costs repetitions, never losses.
 */
import type { Clock } from '../clock.ts';
import { errorName } from '../failure-reason.ts';
import type { ConsumerRun } from './consumer.ts';
import { Destination, type Trial } from './destination.ts';
import { type Deliverer, ParcelDelivery, type Surroundings } from './parcel-delivery.ts';

/** What is delivered as one: of one entry, or of several that follow each other. */
export interface Parcel<P> {
  readonly whole: P;
  readonly bytes: number;
  /** Of its last entry. */
  readonly sequence: number;
  /** Gives the memory of its entries back. */
  release(): void;
}

/** How much may be under way. */
export interface DeliveryBounds {
  /** Parcels delivered for the first time at once. */
  readonly concurrency: number;
  /** How far the cursor may lag behind one that does not get through, in parcels: a crash may repeat them. */
  readonly aheadMax: number;
  /** The same, in bytes. */
  readonly aheadBytesMax?: number;
  /** Bytes of what is delivered for the first time at once; a parcel alone may be larger. */
  readonly flyingBytesMax?: () => number;
}

/** What a loop works with. */
export interface DeliveryLoopOptions<P> {
  readonly deliverer: Deliverer<P>;
  readonly bounds: DeliveryBounds;
  /** Whether the cursor is on disk as soon as nothing is left to do: where nothing is to be told twice. */
  readonly savesAtRest: boolean;
  readonly clock: Clock;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
}

/** Parcels kept in memory that have failed: others are sent past them, so that one cannot stop all. */
const FAILING_MAX = 16;

interface UnderWay {
  /** Everything from the one before it up to here is done with when this is. */
  sequence: number;
  readonly bytes: number;
  readonly trial: Trial;
  /** `left`: not delivered, since everything stops; the cursor stays before it. */
  state: 'active' | 'done' | 'left';
}

/** See the head of this file. */
export class DeliveryLoop<P> {
  readonly #options: DeliveryLoopOptions<P>;
  readonly #destination: Destination;
  /** In the order of their sequences. */
  readonly #underWay: UnderWay[] = [];
  #run: ConsumerRun | undefined;
  #isDraining = false;
  #isStopping = false;
  #onChange: () => void = () => undefined;

  constructor(options: DeliveryLoopOptions<P>) {
    const { clock, random, bounds } = options;
    this.#options = options;
    this.#destination = new Destination({ clock, random, concurrency: bounds.concurrency });
  }

  /** Before the first parcel. */
  start(run: ConsumerRun): void {
    this.#run = run;
  }

  /** Delivers a parcel, and settles when it is under way: when there is room for it. */
  async take(parcel: Parcel<P>): Promise<void> {
    while (!this.#isStopping && !this.#hasRoomFor(parcel)) await this.#change();
    if (this.#isStopping) return;
    const { sequence, bytes } = parcel;
    const trial = this.#destination.trial();
    const underWay: UnderWay = { sequence, bytes, trial, state: 'active' };
    this.#underWay.push(underWay);
    void this.#settle(parcel, underWay);
  }

  /** There is nothing to deliver up to a sequence that lies behind all that was taken. */
  passOver(sequence: number): void {
    const last = this.#underWay.at(-1);
    if (last === undefined) this.#run?.commit(sequence);
    else last.sequence = sequence;
  }

  /** Goes on until something fails; false where something has failed, and waits. */
  drain(): boolean {
    this.#isDraining = true;
    return !this.#destination.isWaitedFor;
  }

  /** Ends at once: what is not delivered stays before the cursor. */
  stop(): void {
    this.#isStopping = true;
    this.#destination.release();
    this.#onChange();
  }

  /** Settles when nothing is under way. */
  async finish(): Promise<void> {
    while (this.#underWay.some(({ state }) => state === 'active')) await this.#change();
  }

  #change(): Promise<void> {
    return new Promise<void>((resolve) => (this.#onChange = resolve));
  }

  #hasRoomFor({ bytes }: Parcel<P>): boolean {
    const { concurrency, aheadMax, aheadBytesMax, flyingBytesMax } = this.#options.bounds;
    let [flying, flyingBytes, failing, aheadBytes] = [0, 0, 0, 0];
    for (const other of this.#underWay) {
      aheadBytes += other.bytes;
      if (other.state !== 'active') continue;
      if (other.trial.failures > 0) failing += 1;
      else {
        flying += 1;
        flyingBytes += other.bytes;
      }
    }
    return (
      flying < concurrency &&
      failing < FAILING_MAX &&
      this.#underWay.length < aheadMax &&
      (flyingBytes === 0 || flyingBytes + bytes <= (flyingBytesMax?.() ?? Infinity)) &&
      (aheadBytes === 0 || aheadBytes + bytes <= (aheadBytesMax ?? Infinity))
    );
  }

  /** Delivers a parcel, and whatever happens comes to an end with it. Never rejects. */
  async #settle(parcel: Parcel<P>, underWay: UnderWay): Promise<void> {
    const isDone = await this.#deliver(parcel, underWay.trial);
    underWay.state = isDone ? 'done' : 'left';
    parcel.release();
    await this.#commit();
    this.#onChange();
  }

  /** What throws in our own code throws again: it is buried whole, and all others pass. */
  async #deliver({ whole }: Parcel<P>, trial: Trial): Promise<boolean> {
    const { deliverer } = this.#options;
    try {
      return await new ParcelDelivery(whole, trial, deliverer, this.#surroundings()).run();
    } catch (error) {
      const reason = `threw ${errorName(error)}`;
      let isKept = await deliverer.bury(whole, reason);
      while (!isKept && !this.#isStopping) {
        await this.#destination.pause(trial, { kind: 'never', reason });
        isKept = await deliverer.bury(whole, reason);
      }
      return isKept;
    }
  }

  #surroundings(): Surroundings {
    return {
      destination: this.#destination,
      isDraining: () => this.#isDraining,
      isStopping: () => this.#isStopping,
      letPass: () => this.#onChange(),
      stop: () => this.#run?.stop(),
    };
  }

  /** In a burst, parcels share the syncs of the cursor. */
  async #commit(): Promise<void> {
    let sequence: number | undefined;
    while (this.#underWay[0]?.state === 'done') sequence = this.#underWay.shift()?.sequence;
    if (sequence === undefined || this.#run === undefined) return;
    const isAtRest = !this.#run.hasMore && this.#underWay.length === 0;
    if (this.#options.savesAtRest && isAtRest) await this.#run.commitDurably(sequence);
    else this.#run.commit(sequence);
  }
}
