/**
 * Posts alerts to a webhook, signed as Standard Webhooks says.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Alert } from '../../model/alert.ts';
import type { Clock } from '../../pipeline/clock.ts';
import type { Delivery } from '../../pipeline/delivery.ts';
import { retryAfterMs } from '../../pipeline/retry-after.ts';
import type { Channel } from '../channel.ts';
import { detectionFinding } from '../ocsf.ts';

/** Where to post, and how to prove who posts. */
export interface WebhookChannelSettings {
  readonly url: string;
  readonly signingKey: { reveal(): string } | undefined;
  readonly headers: Readonly<Record<string, { reveal(): string }>>;
  readonly timeoutMs: number;
}

/** The answer says nothing we need: its body is read, to free the connection, only up to this. */
const ANSWER_BYTES_MAX = 64 * 1024;

/** A channel that posts each alert as an OCSF Detection Finding. Redirects are not followed. */
export function webhookChannel(
  settings: WebhookChannelSettings,
  { clock }: { clock: Clock },
): Channel {
  return {
    name: 'webhook',
    deliver: (alert) => post(alert, settings, clock),
  };
}

function post(alert: Alert, settings: WebhookChannelSettings, clock: Clock): Promise<Delivery> {
  const body = Buffer.from(JSON.stringify(detectionFinding(alert)));
  const url = new URL(settings.url);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const request: ClientRequest = send(url, {
      method: 'POST',
      headers: headersOf(alert, { body, settings, clock }),
      timeout: settings.timeoutMs,
    });
    const cancel = clock.after(settings.timeoutMs, () => request.destroy(new Error('timeout')));
    const settle = (delivery: Delivery): void => {
      cancel();
      resolve(delivery);
    };
    request.once('response', (response) => {
      drain(response);
      settle(deliveryOf(response, clock));
    });
    request.once('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', (error) => settle({ kind: 'later', reason: reasonOf(error) }));
    request.end(body);
  });
}

function headersOf(
  alert: Alert,
  { body, settings, clock }: { body: Buffer; settings: WebhookChannelSettings; clock: Clock },
): Record<string, string | number> {
  const timestamp = String(Math.floor(clock.now() / 1000));
  const headers: Record<string, string | number> = {
    'content-type': 'application/json',
    'content-length': body.length,
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

function deliveryOf(response: IncomingMessage, clock: Clock): Delivery {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return { kind: 'accepted', rejectedItems: 0 };
  const reason = `status ${status}`;
  if (status === 429 || status >= 500) {
    const wait = retryAfterMs(response.headers['retry-after'], clock.now());
    return { kind: 'later', reason, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
  }
  if (status === 401 || status === 403 || status === 404) return { kind: 'paused', reason };
  return { kind: 'never', reason };
}

function drain(response: IncomingMessage): void {
  let bytes = 0;
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) response.destroy();
  });
}

/** The code of a network error; its message may hold an address, which is nobody's secret but noise. */
function reasonOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
