/** Every kind of consumer there is. A new one is a folder beside `correlation` and a line below. */
import { correlationDescription } from '../correlation/correlation-description.ts';
import type { DescribedConsumer } from '../pipeline/consumer/define-consumer.ts';

/** In the order the reference tells of them. */
export const CONSUMERS: readonly DescribedConsumer[] = [correlationDescription];
