/** Answers `/healthz`, `/readyz` and `/metrics`. Reads nothing but the request line. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Component } from '../pipeline/component.ts';

/** Where the server listens and what it tells. */
export interface AdminServerOptions {
  readonly host: string;
  readonly port: number;
  /** Why the processor is not ready, or undefined where it is. */
  readonly notReady: () => string | undefined;
  readonly scrape: (request: IncomingMessage, response: ServerResponse) => void;
}

const CONNECTIONS_MAX = 64;

/** A small HTTP server on an address of its own, so that floods of telemetry do not hide it. */
export class AdminServer implements Component {
  readonly #options: AdminServerOptions;
  readonly #server: Server;

  constructor(options: AdminServerOptions) {
    this.#options = options;
    this.#server = createServer(
      { headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 1000 },
      (request, response) => this.#answer(request, response),
    );
    this.#server.maxConnections = CONNECTIONS_MAX;
    this.#server.maxHeadersCount = 64;
  }

  /** Where it listens; undefined before `start`. */
  get address(): AddressInfo | undefined {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address : undefined;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: this.#options.host, port: this.#options.port }, () => {
        this.#server.removeListener('error', reject);
        resolve();
      });
    });
  }

  async shutdown(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      plain(response, { status: 405, text: 'use GET' });
      return;
    }
    const [path = ''] = (request.url ?? '').split('?', 1);
    switch (path) {
      case '/healthz':
        plain(response, { status: 200, text: 'alive' });
        break;
      case '/readyz': {
        const reason = this.#options.notReady();
        plain(response, { status: reason === undefined ? 200 : 503, text: reason ?? 'ready' });
        break;
      }
      case '/metrics':
        this.#options.scrape(request, response);
        break;
      default:
        plain(response, { status: 404, text: 'known paths: /healthz, /readyz, /metrics' });
    }
  }
}

function plain(response: ServerResponse, { status, text }: { status: number; text: string }): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}
