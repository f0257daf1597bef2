/**
 * Keeps an inventory of what is posted to it, and saves it now and then. Whether it runs in a thread of its
 * own is the affair of who made it.
 */
import { decodeFacts } from '../model/facts/decode-facts.ts';
import { FactBatch } from '../model/facts/fact-batch.ts';
import type { CounterName } from '../pipeline/catalogue.ts';
import type { CancelTimer, Clock } from '../pipeline/clock.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Counts } from '../pipeline/consumer/posting-messages.ts';
import { errorName } from '../pipeline/failure-reason.ts';
import { Posture } from '../posture/posture.ts';
import { openStore, type Store } from '../store/store.ts';
import { INVENTORY, Inventory } from './inventory.ts';
import type { InventoryReport, InventoryRequest, InventorySettings } from './messages.ts';

/** What it runs in. */
export interface InventoryWorld {
  readonly clock: Clock;
  readonly report: (report: InventoryReport) => void;
}

/**
 * See the head of this file. Everything in it is synchronous: it is done with one message before the next.
 */
export class InventoryKeeper implements Counters {
  readonly #settings: InventorySettings;
  readonly #world: InventoryWorld;
  readonly #facts = new FactBatch();
  readonly #store: Store;
  readonly #inventory: Inventory;
  #counts = new Map<CounterName, number>();
  #sequence: number;
  #savedSequence: number;
  #isEnded = false;
  #hasFailed = false;
  #cancelTimer: CancelTimer = () => undefined;

  /** Throws where there can be no store. */
  constructor(settings: InventorySettings, world: InventoryWorld) {
    this.#settings = settings;
    this.#world = world;
    const { store, movedAside } = openStore(settings.storePath, () => String(world.clock.now()));
    this.#store = store;
    const { limits, closeAfterMs } = settings;
    const posture = new Posture({ store, closeAfterMs, counters: this });
    this.#inventory = new Inventory({ store, limits, posture, counters: this });
    this.#sequence = this.#savedSequence = store.cursor(INVENTORY);
    if (movedAside !== undefined) {
      this.#say('the store was damaged and is put aside; it begins anew', movedAside);
    }
    world.report({ kind: 'ready', sequence: this.#sequence });
    this.#armTimer();
  }

  /** Counts, until it is told with the next report. */
  add(name: CounterName, value: number): void {
    if (value > 0) this.#counts.set(name, (this.#counts.get(name) ?? 0) + value);
  }

  /** Takes what its consumer posts. */
  receive(request: InventoryRequest): void {
    if (this.#isEnded) return;
    switch (request.kind) {
      case 'entry':
        this.#take(request.facts);
        this.#sequence = request.sequence;
        this.#report({ kind: 'done', sequence: request.sequence, counts: this.#takeCounts() });
        return;
      case 'passed':
        this.#sequence = request.sequence;
        return;
      case 'finish':
        this.#cancelTimer();
        this.#save();
        this.#report({ kind: 'finished' });
    }
  }

  /** Ends at once; what is not saved comes again. */
  end(): void {
    this.#isEnded = true;
    this.#cancelTimer();
    this.#store.close();
  }

  /** Facts that cannot be read cost themselves: correlation keeps them as a dead letter. */
  #take(bytes: Uint8Array): void {
    const decoded = decodeFacts(bytes, this.#facts);
    if (decoded.ok) this.#inventory.take(this.#facts);
    else this.add('inventory.unreadable', 1);
  }

  #armTimer(): void {
    this.#cancelTimer = this.#world.clock.after(this.#settings.saveIntervalMs, () => {
      this.#save();
      if (!this.#isEnded) this.#armTimer();
    });
  }

  /** Never throws: what cannot be saved now is saved with the next. */
  #save(): void {
    if (this.#isEnded || this.#sequence === this.#savedSequence) return;
    try {
      this.#inventory.save(this.#sequence, this.#world.clock.now());
    } catch (error) {
      this.add('store.failed', 1);
      const message =
        'the inventory could not be saved; it is tried again, and the journal keeps what came';
      // Once, until it works again: a full disk would fill the log.
      if (!this.#hasFailed) this.#say(message, errorName(error));
      this.#hasFailed = true;
      return;
    }
    this.#hasFailed = false;
    this.#savedSequence = this.#sequence;
    this.#report({ kind: 'saved', sequence: this.#sequence, counts: this.#takeCounts() });
  }

  #say(message: string, reason: string): void {
    this.#report({ kind: 'said', level: 'error', message, reason, counts: this.#takeCounts() });
  }

  #takeCounts(): Counts {
    const counts = this.#counts;
    this.#counts = new Map();
    return counts;
  }

  #report(report: InventoryReport): void {
    if (!this.#isEnded) this.#world.report(report);
  }
}
