/**
 * Every kind of consumer there is. A new one is a description beside that of `correlate` and a line below.
 */
import { correlationDescription } from '../analysis/correlation-description.ts';
import { inventoryDescription } from '../inventory/inventory-description.ts';
import type { DescribedConsumer } from '../pipeline/consumer/define-consumer.ts';

/** In the order the reference tells of them. */
export const CONSUMERS: readonly DescribedConsumer[] = [
  correlationDescription,
  inventoryDescription,
];
