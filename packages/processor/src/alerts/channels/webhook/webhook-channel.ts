/**
 * Posts alerts to a webhook, signed as Standard Webhooks says.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Alert } from '../../../model/alert.ts';
import type { Clock } from '../../../pipeline/clock.ts';
import { agentFor, post, type PostTarget } from '../../../pipeline/http-post.ts';
import { duration, flag, httpUrl, secret, secretHeaders } from '../../../options/option-kinds.ts';
import { answerDelivery } from '../../answer-delivery.ts';
import type { Channel } from '../../channel.ts';
import { defineChannel, type DescribedChannel } from '../../define-channel.ts';
import { detectionFinding } from '../../ocsf.ts';

/** Alerts posted to somebody's server. */
export const webhookDescription: DescribedChannel = defineChannel({
  type: 'webhook',
  stability: 'stable',
  config: z.strictObject({
    enabled: flag({ default: true, doc: 'Whether alerts are posted to the webhook.' }),
    url: httpUrl('Where each alert is posted, as an OCSF Detection Finding.'),
    signing_key: secret('Key of the Standard Webhooks signature.'),
    headers: secretHeaders('Further headers.'),
    timeout: duration({ min: '1s', max: '1m', default: '10s', doc: 'Limit of one attempt.' }),
  }),
  create: ({ url, signing_key: signingKey, headers, timeout: timeoutMs }, { clock }) =>
    webhookChannel({ url, signingKey, headers, timeoutMs }, { clock }),
});

/** Where to post, and how to prove who posts. */
export interface WebhookChannelSettings {
  readonly url: string;
  readonly signingKey: { reveal(): string } | undefined;
  readonly headers: Readonly<Record<string, { reveal(): string }>>;
  readonly timeoutMs: number;
}

/** The answer's body says nothing we need: it is read to free the connection, within these. */
const ANSWER_BYTES_MAX = 64 * 1024;
const ANSWER_MS_MAX = 1000;
const SOCKETS_MAX = 8;
/** A channel that posts each alert as an OCSF Detection Finding. Redirects are not followed. */
export function webhookChannel(
  settings: WebhookChannelSettings,
  { clock }: { clock: Clock },
): Channel {
  const url = new URL(settings.url);
  const target = {
    url,
    agent: agentFor(url, SOCKETS_MAX),
    timeoutMs: settings.timeoutMs,
    answerBytesMax: ANSWER_BYTES_MAX,
    answerMsMax: ANSWER_MS_MAX,
  };
  return {
    deliver: async (alert) => {
      const body = Buffer.from(JSON.stringify(detectionFinding(alert)));
      const signed: PostTarget = {
        ...target,
        headers: headersOf(alert, { body, settings, clock }),
      };
      return answerDelivery(await post(signed, [body], clock), { clock });
    },
    close: () => target.agent.destroy(),
  };
}

function headersOf(
  alert: Alert,
  { body, settings, clock }: { body: Buffer; settings: WebhookChannelSettings; clock: Clock },
): Record<string, string> {
  const timestamp = String(Math.floor(clock.now() / 1000));
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'webhook-id': alert.id,
    'webhook-timestamp': timestamp,
  };
  for (const [name, value] of Object.entries(settings.headers)) headers[name] = value.reveal();
  const key = settings.signingKey?.reveal();
  if (key !== undefined) {
    const signature = createHmac('sha256', signingKeyBytes(key))
      .update(`${alert.id}.${timestamp}.`)
      .update(body)
      .digest('base64');
    headers['webhook-signature'] = `v1,${signature}`;
  }
  return headers;
}

/** `whsec_` marks a base64 key in the specification; anything else is taken as it is. */
function signingKeyBytes(key: string): Buffer {
  return key.startsWith('whsec_')
    ? Buffer.from(key.slice('whsec_'.length), 'base64')
    : Buffer.from(key);
}
