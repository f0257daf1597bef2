/** What is said between the inventory's consumer and what keeps it, wherever that runs. */
import type { CounterName } from '../pipeline/catalogue.ts';
import type { InventoryLimits } from './inventory.ts';

/** What an inventory is made of. It is copied into the thread. */
export interface InventorySettings {
  /** The file of the store. */
  readonly storePath: string;
  readonly saveIntervalMs: number;
  readonly limits: InventoryLimits;
  /** A finding whose cause was not seen for so long, while requests went on, is closed. */
  readonly closeAfterMs: number;
}

/** What the consumer says. */
export type InventoryRequest =
  /** The facts of the next entry, answered with `done`. */
  | { readonly kind: 'entry'; readonly sequence: number; readonly facts: Uint8Array<ArrayBuffer> }
  /** An entry that is to be taken for done without a look; not answered. */
  | { readonly kind: 'passed'; readonly sequence: number }
  /** Nothing follows. Answered with `finished` once all is saved, or cannot be. */
  | { readonly kind: 'finish' };

/** What came to counters since they were told last. */
export type InventoryCounts = ReadonlyMap<CounterName, number>;

/** What is answered, in its order. */
export type InventoryReport =
  /** Once, and first: entries up to `sequence`, -1 for none, are in the store. */
  | { readonly kind: 'ready'; readonly sequence: number }
  | { readonly kind: 'done'; readonly sequence: number; readonly counts: InventoryCounts }
  /** Entries up to `sequence` are in the store. */
  | { readonly kind: 'saved'; readonly sequence: number; readonly counts: InventoryCounts }
  | {
      readonly kind: 'said';
      readonly level: 'warn' | 'error';
      readonly message: string;
      readonly reason: string;
      readonly counts: InventoryCounts;
    }
  | { readonly kind: 'finished' };

/** A way to an inventory that runs. */
export interface InventoryPort {
  post(request: InventoryRequest): void;
  /** Ends it at once, wherever it is; nothing is reported any more. */
  end(): Promise<void>;
}

/** Who listens. */
export interface InventoryListener {
  readonly onReport: (report: InventoryReport) => void;
  /** It is gone. Nothing is reported any more. */
  readonly onDeath: (error: unknown) => void;
}

/** Begins one. */
export type StartInventory = (
  settings: InventorySettings,
  listener: InventoryListener,
) => InventoryPort;
