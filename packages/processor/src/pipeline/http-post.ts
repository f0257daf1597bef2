/**
 * One POST of ours to somebody else's server. The only HTTP client of the processor: whoever answers, and
 * however, it ends in bounded time, holds bounded memory, and leaves no socket behind that is not idle.
 */
import type { Agent as HttpAgent, IncomingMessage } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { Clock } from './clock.ts';
import { nodeHttp, nodeHttps } from './http/node-http.ts';

/** Where and how to post. */
export interface PostTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly agent: HttpAgent | HttpsAgent;
  /** For all of it: waiting for a socket, connecting, sending, and reading the answer to its end. */
  readonly timeoutMs: number;
  /** The answer is read up to this; a longer one is let go of, with its socket. */
  readonly answerBytesMax: number;
  /** So long its body may take once the status is known; left out, what the timeout leaves. */
  readonly answerMsMax?: number;
}

/** What came back. `failed`: no status, or not the whole of an answer that was wanted. */
export type PostAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly contentType: string;
      readonly retryAfter: string | undefined;
      /** Undefined where it was too long, or too slow for `answerMsMax`. */
      readonly body: Buffer | undefined;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** A keep-alive agent for one server, with at most so many sockets. */
export function agentFor(url: URL, socketsMax: number): HttpAgent | HttpsAgent {
  const options = { keepAlive: true, maxSockets: socketsMax };
  return new (moduleFor(url).Agent)(options);
}

function moduleFor({ protocol }: URL): typeof nodeHttp | ReturnType<typeof nodeHttps> {
  return protocol === 'https:' ? nodeHttps() : nodeHttp;
}

/**
 * Posts a body given in parts. Never rejects. Redirects are not followed: that would carry credentials to
 * where nobody meant them to go.
 */
export function post(
  target: PostTarget,
  body: readonly Uint8Array[],
  clock: Clock,
): Promise<PostAnswer> {
  const { url, headers, agent, timeoutMs } = target;
  const send = moduleFor(url).request;
  const contentLength = body.reduce((sum, { length }) => sum + length, 0);
  return new Promise((resolve) => {
    const request = send(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': contentLength },
    });
    const cancel = clock.after(timeoutMs, () => request.destroy(new Error('timeout')));
    const settle = (answer: PostAnswer): void => {
      cancel();
      // Answered before all was sent: the rest must not be read from memory that is given back.
      if (!request.writableFinished) request.destroy();
      resolve(answer);
    };
    const fail = (error: unknown): void => settle({ kind: 'failed', reason: reasonOf(error) });
    request.once('response', (response) => {
      readBody(response, target, clock).then((read) => settle(answerOf(response, read)), fail);
    });
    request.on('error', fail);
    for (const part of body) request.write(part);
    request.end();
  });
}

function answerOf(response: IncomingMessage, body: Buffer | undefined): PostAnswer {
  return {
    kind: 'answered',
    status: response.statusCode ?? 0,
    contentType: (response.headers['content-type'] ?? '').toLowerCase(),
    retryAfter: response.headers['retry-after'],
    body,
  };
}

/** The answer's body; undefined, and the socket destroyed, where it passes a bound. */
function readBody(
  response: IncomingMessage,
  { answerBytesMax, answerMsMax }: PostTarget,
  clock: Clock,
): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const giveUp = (): void => {
      resolve(undefined);
      response.destroy();
    };
    const cancel = answerMsMax === undefined ? undefined : clock.after(answerMsMax, giveUp);
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= answerBytesMax) chunks.push(chunk);
      else giveUp();
    });
    response.once('end', () => resolve(Buffer.concat(chunks)));
    response.on('error', reject);
    response.once('close', () => {
      cancel?.();
      reject(new Error('aborted'));
    });
  });
}

/** The code of a network error, else its message: never an answer's body. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
