/**
 * The inventory as a consumer of the journal: posts facts to what keeps it, and moves the cursor behind
 * what the store holds.
 */
import type { ConsumerNeeds } from '../pipeline/consumer/define-consumer.ts';
import { PostingConsumer } from '../pipeline/consumer/posting-consumer.ts';
import type { InventorySettings, StartInventory } from './messages.ts';

/** What the consumer works with. */
export interface InventoryConsumerOptions extends Pick<ConsumerNeeds, 'counters' | 'logger'> {
  readonly settings: InventorySettings;
  readonly start: StartInventory;
  /** Bytes of facts posted and not answered. */
  readonly waitingBytesMax: number;
}

const KIND = {
  component: 'inventory',
  waiting: 'inventory.waiting',
  saved: 'the inventory is',
} as const;

/** See the head of this file. */
export class InventoryConsumer extends PostingConsumer<never, never> {
  constructor({ settings, start, ...shared }: InventoryConsumerOptions) {
    super(KIND, { ...shared, begin: (listener) => start(settings, listener) });
  }

  /** It says nothing of its own. */
  protected override hearOwn(): void {}
}
