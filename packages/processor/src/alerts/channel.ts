/** Where alerts go: the contract of every channel. */
import type { Alert } from '../model/alert.ts';
import type { Delivery } from '../pipeline/delivery.ts';

/** A way to tell people, or systems, of an alert. Told twice, a receiver sees the same `alert.id`. */
export interface Channel {
  /** Label of metrics and logs; a fixed word. */
  readonly name: 'console' | 'webhook' | 'otlp';
  /** Delivers one alert. Never rejects. */
  deliver(alert: Alert): Promise<Delivery>;
  /** Lets go of its connections; it delivers nothing afterwards. */
  close?(): void;
}
