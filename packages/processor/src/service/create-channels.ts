/** Every alert channel a configuration asks for. A new channel is a file in `alerts/channels` and a line here. */
import type { Channel } from '../alerts/channel.ts';
import { consoleChannel } from '../alerts/channels/console-channel.ts';
import { otlpChannel } from '../alerts/channels/otlp-channel.ts';
import { webhookChannel } from '../alerts/channels/webhook-channel.ts';
import type { Config } from '../config/shape.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Intake } from '../pipeline/intake.ts';

/** What channels need of the service. */
export interface ChannelNeeds {
  readonly clock: Clock;
  readonly intake: Intake;
  readonly serviceName: string;
  readonly stdout: (text: string) => void;
  readonly version: string;
}

/** The channels that are on, in the order they are written here. */
export function createChannels({ alerts }: Config, needs: ChannelNeeds): Channel[] {
  const { clock, intake, serviceName, stdout, version } = needs;
  const channels: Channel[] = [];
  if (alerts.console.enabled) {
    channels.push(consoleChannel({ format: alerts.console.format, write: stdout }));
  }
  if (alerts.webhook !== undefined) {
    const { url, signing_key: signingKey, headers, timeout: timeoutMs } = alerts.webhook;
    channels.push(webhookChannel({ url, signingKey, headers, timeoutMs }, { clock }));
  }
  if (alerts.otlp.enabled) channels.push(otlpChannel({ intake, serviceName, version }));
  return channels;
}
