/** One POST to an OTLP backend, and what its answer means for the batch. */
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { decodeExportResponse } from '@spanguard/otlp';
import type { Clock } from '../../pipeline/clock.ts';
import type { Delivery } from '../../pipeline/delivery.ts';
import { retryAfterMs } from '../../pipeline/retry-after.ts';

/** Where and how to post. */
export interface PostTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: HttpAgent | HttpsAgent;
  readonly timeoutMs: number;
}

/** An answer is read up to this; a larger one is not retried (OTLP 1.11). */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/** Statuses after which OTLP clients try again; 500 besides, since backends give it in passing. */
const LATER: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
/**
 * The backend refuses us, not the batch: wrong credentials, path, method or encoding. A redirect tells of a
 * wrong address: following it would carry credentials to where nobody meant them to go.
 */
const PAUSED: ReadonlySet<number> = new Set([401, 403, 404, 405, 406, 407, 415]);

/** A keep-alive agent for one backend. */
export function agentFor(url: URL, sockets: number): HttpAgent | HttpsAgent {
  const options = { keepAlive: true, maxSockets: sockets };
  return url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
}

/** Posts a body given in parts. Never rejects; redirects are not followed. */
export function postRequest(
  target: PostTarget,
  body: readonly Uint8Array[],
  clock: Clock,
): Promise<Delivery> {
  const { url, headers, agent, timeoutMs } = target;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const contentLength = body.reduce((sum, { length }) => sum + length, 0);
  return new Promise((resolve) => {
    const request = send(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': contentLength },
    });
    const cancel = clock.after(timeoutMs, () => request.destroy(new Error('timeout')));
    const settle = (delivery: Delivery): void => {
      cancel();
      resolve(delivery);
    };
    request.once('response', (response) => {
      readAnswer(response).then(
        (answer) => {
          // Answered before all was sent: the rest must not be read from memory that is given back.
          if (!request.writableFinished) request.destroy();
          settle(deliveryOf(response, answer, clock));
        },
        (error: unknown) => settle({ kind: 'later', reason: reasonOf(error) }),
      );
    });
    request.on('error', (error) => settle({ kind: 'later', reason: reasonOf(error) }));
    for (const part of body) request.write(part);
    request.end();
  });
}

/** The answer's body; undefined where it is too large to be read. */
function readAnswer(response: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= ANSWER_BYTES_MAX) {
        chunks.push(chunk);
        return;
      }
      resolve(undefined);
      response.destroy();
    });
    response.once('end', () => resolve(Buffer.concat(chunks)));
    response.once('error', reject);
    response.once('aborted', () => reject(new Error('aborted')));
  });
}

function deliveryOf(response: IncomingMessage, answer: Buffer | undefined, clock: Clock): Delivery {
  const status = response.statusCode ?? 0;
  const reason = `status ${status}`;
  if (status >= 200 && status < 300) return accepted(response, answer);
  if (status === 413) return { kind: 'too_large', reason };
  if (PAUSED.has(status) || (status >= 300 && status < 400)) return { kind: 'paused', reason };
  if (!LATER.has(status)) return { kind: 'never', reason };
  const wait = retryAfterMs(response.headers['retry-after'], clock.now());
  return { kind: 'later', reason, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
}

/** Accepted; a partial success tells how many items the backend did not want. Never retried. */
function accepted(response: IncomingMessage, answer: Buffer | undefined): Delivery {
  if (answer === undefined || answer.length === 0) return { kind: 'accepted', rejectedItems: 0 };
  const isProtobuf = response.headers['content-type']?.includes('protobuf') === true;
  const partial = isProtobuf ? decodeExportResponse(answer) : partialOfJson(answer);
  return { kind: 'accepted', rejectedItems: partial?.rejected ?? 0 };
}

function partialOfJson(answer: Buffer): { readonly rejected: number } | undefined {
  try {
    const value: unknown = JSON.parse(answer.toString('utf8'));
    if (typeof value !== 'object' || value === null || !('partialSuccess' in value))
      return undefined;
    const { partialSuccess } = value;
    if (typeof partialSuccess !== 'object' || partialSuccess === null) return undefined;
    const counts = Object.entries(partialSuccess).filter(([name]) => name.startsWith('rejected'));
    return { rejected: Number(counts[0]?.[1] ?? 0) || 0 };
  } catch {
    return undefined;
  }
}

/** The code of a network error, else its message: never an answer's body. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
