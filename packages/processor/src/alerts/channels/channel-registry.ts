/** Every kind of channel there is. A new one is a folder here and a line below. */
import type { DescribedChannel } from '../define-channel.ts';
import { consoleDescription } from './console/console-channel.ts';
import { mailDescription } from './mail/mail-channel.ts';
import { otlpDescription } from './otlp/otlp-channel.ts';
import { slackDescription } from './slack/slack-channel.ts';
import { webhookDescription } from './webhook/webhook-channel.ts';

/** In the order the reference tells of them. */
export const CHANNELS: readonly DescribedChannel[] = [
  consoleDescription,
  webhookDescription,
  otlpDescription,
  mailDescription,
  slackDescription,
];
