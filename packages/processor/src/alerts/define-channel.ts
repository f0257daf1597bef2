/** What a channel is described by: one constant, of which configuration, reference and service are made. */
import type { z } from 'zod';
import type { DescribedComponent } from '../options/component-map.ts';
import type { Channel, ChannelNeeds } from './channel.ts';

/** The options every channel has. */
interface ChannelOptions {
  /** Off, it is as if it were not in the configuration. */
  readonly enabled: boolean;
}

/** What its author says of a kind of channel. */
export interface ChannelDescription<S extends z.ZodType<ChannelOptions>> {
  /** Its name in a configuration, a word of `a-z`, `0-9` and `_`. */
  readonly type: string;
  readonly stability: 'beta' | 'stable';
  /** There is one where a configuration says nothing of this type. */
  readonly isOnByDefault?: boolean;
  /** Its options, of the kinds in `options/`; a strict object. */
  readonly config: S;
  readonly create: (config: z.output<S>, needs: ChannelNeeds) => Channel;
}

/** A kind of channel, as everybody else sees it. */
export interface DescribedChannel extends DescribedComponent<ConfiguredChannel> {
  readonly stability: 'beta' | 'stable';
  readonly isOnByDefault: boolean;
}

/** A channel whose options are checked, and that is not there before it is created. */
export class ConfiguredChannel {
  readonly type: string;
  readonly isEnabled: boolean;
  readonly #create: (needs: ChannelNeeds) => Channel;

  constructor(
    { type, isEnabled }: Pick<ConfiguredChannel, 'type' | 'isEnabled'>,
    create: (needs: ChannelNeeds) => Channel,
  ) {
    this.type = type;
    this.isEnabled = isEnabled;
    this.#create = create;
  }

  /** Connects to nothing: that is left to the first alert. */
  create(needs: ChannelNeeds): Channel {
    return this.#create(needs);
  }
}

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
export function defineChannel<S extends z.ZodType<ChannelOptions>>({
  type,
  stability,
  isOnByDefault = false,
  config,
  create,
}: ChannelDescription<S>): DescribedChannel {
  return {
    type,
    stability,
    isOnByDefault,
    shape: config.transform(
      (written) =>
        new ConfiguredChannel({ type, isEnabled: written.enabled }, (needs) =>
          create(written, needs),
        ),
    ),
  };
}
