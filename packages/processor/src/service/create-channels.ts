/** Every alert channel a configuration asks for. */
import type { Channel, ChannelNeeds } from '../alerts/channel.ts';
import type { Config } from '../config/shape.ts';

/** The channels that are on, by their names in the configuration. */
export function createChannels(
  { alerts }: Pick<Config, 'alerts'>,
  needs: ChannelNeeds,
): ReadonlyMap<string, Channel> {
  const channels = new Map<string, Channel>();
  for (const [name, configured] of alerts) {
    if (configured.isEnabled) channels.set(name, configured.create(needs));
  }
  return channels;
}
