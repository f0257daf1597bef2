/** Describes channels: the front of `options/described-component.ts` for what alerts go to. */
import type { z } from 'zod';
import {
  type ComponentDescription,
  type ComponentOptions,
  type ConfiguredComponent,
  describeComponent,
  type DescribedComponent,
} from '../options/described-component.ts';
import type { Channel, ChannelNeeds } from './channel.ts';

/** What its author says of a kind of channel. */
export type ChannelDescription<S extends z.ZodType<ComponentOptions>> = Omit<
  ComponentDescription<S, undefined, ChannelNeeds, Channel>,
  'about'
>;

/** A kind of channel, as everybody else sees it. */
export type DescribedChannel = DescribedComponent<undefined, ChannelNeeds, Channel>;

/** A channel of a configuration. */
export type ConfiguredChannel = ConfiguredComponent<undefined, ChannelNeeds, Channel>;

/**
 * Describes a kind of channel. It is there once it stands in `channel-registry.ts`.
 *
 * @example
 * export const described = defineChannel({
 *   type: 'console',
 *   stability: 'stable',
 *   config: z.strictObject({ enabled: flag({ default: true, doc: 'Whether alerts are printed.' }) }),
 *   create: (_config, { stdout }) => consoleChannel({ format: 'text', write: stdout }),
 * });
 */
export function defineChannel<S extends z.ZodType<ComponentOptions>>(
  description: ChannelDescription<S>,
): DescribedChannel {
  return describeComponent({ ...description, about: () => undefined });
}
