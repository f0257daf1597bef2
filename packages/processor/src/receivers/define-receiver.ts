/** Describes receivers: the front of `options/described-component.ts` for where telemetry comes in. */
import type { AddressInfo } from 'node:net';
import type { z } from 'zod';
import {
  type ComponentDescription,
  type ComponentOptions,
  type ConfiguredComponent,
  describeComponent,
  type DescribedComponent,
} from '../options/described-component.ts';
import type { Endpoint } from '../options/option-kinds.ts';
import type { ReceivingMemory } from '../pipeline/body/receiving-memory.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Component } from '../pipeline/component.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Intake } from '../pipeline/intake.ts';
import type { Logger } from '../pipeline/logger.ts';

/** Where telemetry comes in. Listens on `start`. */
export interface Receiver extends Component {
  /** Where it listens; undefined before `start`. */
  readonly address: AddressInfo | undefined;
}

/** What has to be known of a receiver before it listens. */
export interface AboutReceiver {
  /** Its option `endpoint`: no two components listen at one, and no exporter may lead to it. */
  readonly endpoint: Endpoint;
  /** Bytes of request bodies that all receivers together may hold; they hold the most that any of them says. */
  readonly heldBytesMax?: number;
}

/** What receivers need of the service. */
export interface ReceiverNeeds {
  /** Its name in the configuration, such as `otlp_http/public`. */
  readonly name: string;
  readonly intake: Intake;
  /** Shared with the other receivers. */
  readonly memory: ReceivingMemory;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
}

/** A kind of receiver, as everybody else sees it. */
export type DescribedReceiver = DescribedComponent<AboutReceiver, ReceiverNeeds, Receiver>;

/** A receiver of a configuration. */
export type ConfiguredReceiver = ConfiguredComponent<AboutReceiver, ReceiverNeeds, Receiver>;

/** Describes a kind of receiver. It is there once it stands in `receiver-registry.ts`. */
export function defineReceiver<S extends z.ZodType<ComponentOptions>>(
  description: ComponentDescription<S, AboutReceiver, ReceiverNeeds, Receiver>,
): DescribedReceiver {
  return describeComponent(description);
}
