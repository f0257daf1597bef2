/** Describes consumers: the front of `options/described-component.ts` for what draws conclusions from the journal. */
import type { z } from 'zod';
import type { Alert } from '../../model/alert.ts';
import type { RuleText } from '../../model/rule-text.ts';
import {
  type ComponentDescription,
  type ComponentOptions,
  type ConfiguredComponent,
  describeComponent,
  type DescribedComponent,
} from '../../options/described-component.ts';
import type { Clock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import type { FileSystem } from '../file-system.ts';
import type { Logger } from '../logger.ts';
import type { Consumer } from './consumer.ts';

/** What has to be known of a consumer before it is there. */
export interface AboutConsumer {
  /** What its cursor, metrics and dead letters call it. */
  readonly name: string;
  /** What it reads of a record. */
  readonly sections: readonly number[];
  /** Files or folders of rules it runs. */
  readonly rules: readonly string[];
  /** Whether those shipped with Spanguard run too. */
  readonly hasShippedRules: boolean;
}

/** What consumers need of the service. */
export interface ConsumerNeeds {
  /** The rules it runs, checked. */
  readonly rules: readonly RuleText[];
  /** Puts an alert into the outbox, durable when it settles; false where it is there already. */
  readonly raise: (alert: Alert) => Promise<boolean>;
  /** Called when state is looked at; what it gives, when that is saved: see the outbox. */
  readonly checkpoint: () => () => void;
  /** Keeps a row of facts, or what was to be an alert, that it cannot cope with; true where it is durable. */
  readonly quarantine: (bytes: Uint8Array, reason: string) => Promise<boolean>;
  /** Where it may keep files. */
  readonly folder: string;
  readonly fileSystem: FileSystem;
  /** Makes room on a full disk; false where there is none to make. */
  readonly makeRoom: () => Promise<boolean>;
  /** Whether it may work in a thread of its own; not where the clock or the disk is one of a test. */
  readonly hasThreads: boolean;
  /** 32 bytes of a name, made at the first start and kept. */
  readonly key: (name: string) => Uint8Array;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
}

/** A kind of consumer, as everybody else sees it. Its options stand in the configuration under its type. */
export type DescribedConsumer = DescribedComponent<AboutConsumer, ConsumerNeeds, Consumer>;

/** A consumer of a configuration. */
export type ConfiguredConsumer = ConfiguredComponent<AboutConsumer, ConsumerNeeds, Consumer>;

/** Describes a kind of consumer. It is there once it stands in `config/consumer-registry.ts`. */
export function defineConsumer<S extends z.ZodType<ComponentOptions>>(
  description: ComponentDescription<S, AboutConsumer, ConsumerNeeds, Consumer>,
): DescribedConsumer {
  return describeComponent(description);
}
