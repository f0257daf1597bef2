/** Answers `/healthz`, `/readyz` and `/metrics`. Reads nothing but the head of a request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Component, Deadline } from '../pipeline/component.ts';
import { HttpListener, type HttpListenerDependencies } from '../pipeline/http/http-listener.ts';

/** Where the server listens and what it tells. */
export interface AdminServerOptions {
  readonly host: string;
  readonly port: number;
  /** Names it answers to besides localhost, loopback addresses and `host`. */
  readonly allowedHosts: readonly string[];
  /** Why the processor is not ready, or undefined where it is. */
  readonly notReady: () => string | undefined;
  readonly scrape: (request: IncomingMessage, response: ServerResponse) => void;
}

/** What answers those who look after a processor. */
export interface Admin extends Component {
  /** Where it listens; undefined before `start`. */
  readonly address: AddressInfo | undefined;
}

const CONNECTIONS_MAX = 64;
const TIMEOUT_MS = 5000;

/** A small HTTP server on an address of its own, so that floods of telemetry do not hide it. */
export class AdminServer implements Admin {
  readonly #options: AdminServerOptions;
  readonly #listener: HttpListener;

  constructor(options: AdminServerOptions, dependencies: HttpListenerDependencies) {
    this.#options = options;
    this.#listener = new HttpListener(
      {
        name: 'admin',
        options: 'admin',
        host: options.host,
        port: options.port,
        allowedHosts: options.allowedHosts,
        // There is nothing here for the pages of a browser.
        allowedOrigins: [],
        connectionsMax: CONNECTIONS_MAX,
        clientConnectionsMax: CONNECTIONS_MAX / 2,
        headerTimeoutMs: TIMEOUT_MS,
        requestTimeoutMs: TIMEOUT_MS,
      },
      dependencies,
      {
        answer: (request, response) => this.#answer(request, response),
        refuse: (_request, response, { status, message }) =>
          plain(response, { status, text: message }),
      },
    );
  }

  /** Where it listens; undefined before `start`. */
  get address(): AddressInfo | undefined {
    return this.#listener.address;
  }

  start(): Promise<void> {
    return this.#listener.start();
  }

  /** Closes at once where no deadline is given: what it tells can be asked for again. */
  shutdown(deadline: Deadline = { atMs: 0 }): Promise<void> {
    return this.#listener.shutdown(deadline);
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
