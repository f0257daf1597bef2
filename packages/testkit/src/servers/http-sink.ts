/** A real HTTP server on a free loopback port: an OTLP backend or webhook receiver for tests. */

import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';

const BODY_BYTES_MAX = 128 * 1024 * 1024;

/** How one request is answered. Default: status 200 with an empty body. */
export type SinkAnswer =
  | {
      readonly kind?: 'respond';
      readonly status?: number;
      readonly headers?: OutgoingHttpHeaders;
      readonly body?: string | Uint8Array;
      /** Real milliseconds before the answer starts. */
      readonly delayMs?: number;
    }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Starts an answer of 1 KiB, sends this many bytes of it (default 0), resets the connection. */
  | { readonly kind: 'reset'; readonly status?: number; readonly afterBytes?: number };

/** One request as it arrived. */
export interface SinkRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as it travelled. */
  readonly rawBody: Uint8Array;
  /** The body with its content-encoding undone (gzip, deflate, br, zstd). */
  readonly body: Uint8Array;
}

interface Waiter {
  readonly count: number;
  readonly resolve: () => void;
}

/**
 * Records what it is sent and answers by script.
 *
 * @example
 * const sink = await HttpSink.listen();
 * sink.answer({ status: 503, headers: { 'retry-after': '1' } }, { status: 200 });
 * await exporter.export(batch); // to `${sink.url}/v1/traces`
 * await sink.received(2);
 * await sink.close();
 */
export class HttpSink {
  /** Every request, in the order their bodies were complete. */
  readonly requests: SinkRequest[] = [];
  /** How requests are answered when the script is used up. */
  answerByDefault: SinkAnswer = { status: 200 };
  readonly #server: Server;
  readonly #script: SinkAnswer[] = [];
  readonly #waiters = new Set<Waiter>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  /** Starts a server on 127.0.0.1, on a free port unless one is named. */
  static async listen(settings: { readonly port?: number } = {}): Promise<HttpSink> {
    const server = createServer();
    const sink = new HttpSink(server);
    server.listen(settings.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    return sink;
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the sink is closed');
    return address.port;
  }

  /** `http://127.0.0.1:<port>`, no slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Adds answers for the next requests, in order. */
  answer(...answers: readonly SinkAnswer[]): void {
    this.#script.push(...answers);
  }

  /** Resolves when `count` requests have arrived in all; rejects after `withinMs` (default 5 s). */
  async received(count: number, withinMs = 5_000): Promise<readonly SinkRequest[]> {
    if (this.requests.length >= count) return this.requests;
    await new Promise<void>((resolve, reject) => {
      const waiter = { count, resolve };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new Error(`${this.requests.length} of ${count} requests within ${withinMs} ms`));
      }, withinMs);
      this.#waiters.add({
        count,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
    return this.requests;
  }

  /** Stops listening and cuts every connection, hanging ones too. Safe to call twice. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const rawBody = await readBody(request);
    const encoding = request.headers['content-encoding'] ?? 'identity';
    this.requests.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      rawBody,
      body: decodeBody(rawBody, encoding),
    });
    const answer = this.#script.shift() ?? this.answerByDefault;
    for (const waiter of this.#waiters) {
      if (this.requests.length < waiter.count) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
    await give(answer, response);
  }
}

async function give(answer: SinkAnswer, response: ServerResponse): Promise<void> {
  if (answer.kind === 'hang') return;
  if (answer.kind === 'reset') {
    response.writeHead(answer.status ?? 200, { 'content-length': 1024 });
    response.flushHeaders();
    const part = Buffer.alloc(Math.min(answer.afterBytes ?? 0, 1023), 0x20);
    // An empty write has no callback of its own worth waiting for; the headers are on their way.
    response.write(part.length === 0 ? ' ' : part, () => response.socket?.resetAndDestroy());
    return;
  }
  if (answer.delayMs !== undefined) {
    await new Promise((resolve) => {
      setTimeout(resolve, answer.delayMs);
    });
  }
  response.writeHead(answer.status ?? 200, answer.headers);
  response.end(answer.body ?? '');
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > BODY_BYTES_MAX) throw new RangeError('the body is above 128 MiB');
    chunks.push(bytes);
  }
  return new Uint8Array(Buffer.concat(chunks, length));
}

function decodeBody(body: Uint8Array, encoding: string): Uint8Array {
  const limit = { maxOutputLength: BODY_BYTES_MAX };
  switch (encoding) {
    case 'gzip':
      return new Uint8Array(gunzipSync(body, limit));
    case 'deflate':
      return new Uint8Array(inflateSync(body, limit));
    case 'br':
      return new Uint8Array(brotliDecompressSync(body, limit));
    case 'zstd':
      return new Uint8Array(zstdDecompressSync(body, limit));
    default:
      return body;
  }
}
