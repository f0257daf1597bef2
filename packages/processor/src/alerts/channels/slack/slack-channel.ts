/** Posts alerts to an incoming webhook of Slack. Its address is its password, and is shown nowhere. */
import { z } from 'zod';
import { duration, flag, secretUrl } from '../../../options/option-kinds.ts';
import type { Clock } from '../../../pipeline/clock.ts';
import { agentFor, post, type PostAnswer } from '../../../pipeline/http-post.ts';
import { answerDelivery, REFUSES_US } from '../../answer-delivery.ts';
import type { Channel } from '../../channel.ts';
import { defineChannel, type DescribedChannel } from '../../define-channel.ts';
import { slackMessage } from './slack-message.ts';

/** Alerts in a channel of Slack. */
export const slackDescription: DescribedChannel = defineChannel({
  type: 'slack',
  stability: 'beta',
  config: z.strictObject({
    enabled: flag({ default: true, doc: 'Whether alerts are posted to Slack.' }),
    url: secretUrl('Address of an incoming webhook of Slack, or of what takes the same.'),
    timeout: duration({ min: '1s', max: '1m', default: '10s', doc: 'Limit of one attempt.' }),
  }),
  create: ({ url, timeout: timeoutMs }, { clock }) => slackChannel({ url, timeoutMs }, { clock }),
});

/** Where to post. */
export interface SlackChannelSettings {
  readonly url: { reveal(): string };
  readonly timeoutMs: number;
}

const ANSWER_BYTES_MAX = 64 * 1024;
/** Slack takes about one message a second. */
const SOCKETS_MAX = 2;
/** 410: the channel is archived. */
const PAUSED: ReadonlySet<number> = new Set([...REFUSES_US, 410]);

/** A channel that posts each alert as a message. Redirects are not followed. */
export function slackChannel(
  settings: SlackChannelSettings,
  { clock }: { readonly clock: Clock },
): Channel {
  const url = new URL(settings.url.reveal());
  const target = {
    url,
    headers: { 'content-type': 'application/json' },
    agent: agentFor(url, SOCKETS_MAX),
    timeoutMs: settings.timeoutMs,
    answerBytesMax: ANSWER_BYTES_MAX,
  };
  return {
    deliver: async (alert) => {
      const body = Buffer.from(JSON.stringify(slackMessage(alert)));
      const answer = await post(target, [body], clock);
      if (isPage(answer)) return { kind: 'paused', reason: 'a page instead of an answer' };
      return answerDelivery(answer, { clock, paused: PAUSED });
    },
    close: () => target.agent.destroy(),
  };
}

/** A login page of a proxy on the way has status 200 too; Slack says `ok`, as text/html. */
function isPage(answer: PostAnswer): boolean {
  if (answer.kind === 'failed' || answer.status !== 200) return false;
  return answer.body === undefined || /^\s*</.test(answer.body.toString('latin1', 0, 64));
}
