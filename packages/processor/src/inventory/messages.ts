/** What is said between the inventory's consumer and what keeps it, wherever that runs. */
import type {
  PostedReport,
  PostedRequest,
  StartPort,
} from '../pipeline/consumer/posting-messages.ts';
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

/** Nothing is said but what every consumer that posts says and hears. */
export type InventoryRequest = PostedRequest;
export type InventoryReport = PostedReport;
export type StartInventory = StartPort<InventorySettings, InventoryRequest, InventoryReport>;
