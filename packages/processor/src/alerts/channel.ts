/** Where alerts go: the contract of every channel. */
import type { Alert } from '../model/alert.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Delivery } from '../pipeline/delivery.ts';
import type { Intake } from '../pipeline/intake.ts';

/** A way to tell people, or systems, of an alert. Told twice, a receiver sees the same `alert.id`. */
export interface Channel {
  /** Delivers one alert, which has been through `shownAlert`. Never rejects, and ends in bounded time. */
  deliver(alert: Alert): Promise<Delivery>;
  /** Lets go of its connections; it delivers nothing afterwards. */
  close?(): void;
}

/** What channels may need of the service. */
export interface ChannelNeeds {
  readonly clock: Clock;
  /** The way all telemetry takes. */
  readonly intake: Intake;
  /** What the processor calls itself in telemetry. */
  readonly serviceName: string;
  readonly stdout: (text: string) => void;
  readonly version: string;
}
