/** The part of the configuration that says where alerts go: what the registry of channels describes. */
import { z } from 'zod';
import { CHANNELS } from '../alerts/channels/channel-registry.ts';
import type { ConfiguredChannel } from '../alerts/define-channel.ts';
import { componentMap } from '../options/component-map.ts';

const unnamed = Object.fromEntries(CHANNELS.map(({ type, shape }) => [type, shape.optional()]));

const written = z.strictObject({
  ...unnamed,
  channels: componentMap(CHANNELS, {
    doc: 'Any number of channels, such as `webhook/siem`, with the options that `alerts` has for its type.',
    isOnlyPlace: false,
  }),
});

/**
 * Channels by their names. The one named for its type alone stands under `alerts.<type>` or among the
 * `channels`; console and otlp are there unless they are switched off.
 */
export const alertsShape = written.transform(({ channels, ...others }, context) => {
  const single = new Map<string, ConfiguredChannel | undefined>(Object.entries(others));
  const all = new Map<string, ConfiguredChannel>();
  for (const { type, shape, isOnByDefault } of CHANNELS) {
    const channel = single.get(type);
    if (channel !== undefined) {
      all.set(type, channel);
      if (!channels.has(type)) continue;
      const problem = `is there twice, as alerts.${type} too; give one of them a name, such as ${type}/siem`;
      context.addIssue({ code: 'custom', path: ['channels', type], params: { problem } });
    } else if (isOnByDefault && !channels.has(type)) {
      all.set(type, shape.parse({}));
    }
  }
  for (const [name, channel] of channels) all.set(name, channel);
  return all;
});
