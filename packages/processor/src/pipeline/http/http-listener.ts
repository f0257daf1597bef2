/**
 * An HTTP/1.1 server that strangers may talk to: bounded connections and times, names that are checked, walls
 * around the handler, and a word about clients that speak something else. What is served is its answerer's.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { Component, Deadline } from '../component.ts';
import type { Counters } from '../counters.ts';
import { failureReason } from '../failure-reason.ts';
import type { Logger } from '../logger.ts';
import { SaidOnce } from '../said-once.ts';
import { clientOf } from './client-of.ts';
import { ConnectionSlots } from './connection-slots.ts';
import { foreignProtocol, HTTP_REMEDIES } from './foreign-protocol.ts';
import { listen } from './listen.ts';
import { nodeHttp } from './node-http.ts';
import { type Distrust, trustCheck, type TrustedNames } from './trusted-names.ts';

/** Where it listens, for whom, and within which bounds; times in milliseconds. */
export interface HttpListenerSettings extends TrustedNames {
  /** What counters and logs call it. */
  readonly name: string;
  /** The group of options it is configured by, for messages. */
  readonly options: string;
  readonly port: number;
  readonly connectionsMax: number;
  /** Connections of one client address. */
  readonly clientConnectionsMax: number;
  readonly headerTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

/** What it works with. */
export interface HttpListenerDependencies {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
}

/** A request that its answerer never sees, or that failed in it. */
export interface RefusedRequest {
  readonly status: 403 | 421 | 500 | 503;
  readonly message: string;
}

/** What is served. */
export interface HttpAnswerer {
  /** May throw and reject: that is a 500, counted and logged. */
  answer(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
  /** Says no in the answerer's own format; the response's head is not written yet. */
  refuse(request: IncomingMessage, response: ServerResponse, refused: RefusedRequest): void;
}

const CONNECTIONS_CHECK_MS = 1000;
const KEEP_ALIVE_MS = 60_000;
const HEADERS_MAX = 64;
const CONNECTION_REQUESTS_MAX = 8;
const SHUTDOWN_POLL_MS = 20;

/** See the head of this file. */
export class HttpListener implements Component {
  readonly #settings: HttpListenerSettings;
  readonly #dependencies: HttpListenerDependencies;
  readonly #answerer: HttpAnswerer;
  readonly #server: Server;
  readonly #slots: ConnectionSlots;
  readonly #distrustOf: ReturnType<typeof trustCheck>;
  readonly #said: SaidOnce;
  #requestsUnderWay = 0;

  constructor(
    settings: HttpListenerSettings,
    dependencies: HttpListenerDependencies,
    answerer: HttpAnswerer,
  ) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#answerer = answerer;
    this.#distrustOf = trustCheck(settings);
    this.#said = new SaidOnce(dependencies);
    this.#slots = new ConnectionSlots({
      connectionsMax: settings.connectionsMax,
      clientConnectionsMax: settings.clientConnectionsMax,
      connectionRequestsMax: CONNECTION_REQUESTS_MAX,
    });
    this.#server = nodeHttp.createServer(
      {
        headersTimeout: settings.headerTimeoutMs,
        requestTimeout: settings.requestTimeoutMs,
        connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        noDelay: true,
      },
      (request, response) => void this.#handle(request, response),
    );
    this.#server.maxHeadersCount = HEADERS_MAX;
    this.#server.on('connection', (socket: Socket) => {
      if (!this.#slots.add(socket)) this.#count('connections');
    });
    this.#server.on('clientError', (error: Error, socket: Socket) => this.#giveUp(error, socket));
  }

  /** Where it listens; undefined before `start`. */
  get address(): AddressInfo | undefined {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address : undefined;
  }

  start(): Promise<void> {
    const { host, port, options } = this.#settings;
    const place = { option: `${options}.endpoint`, host, port };
    return listen(this.#server, place, (error) => this.#sayFailed(error));
  }

  async shutdown({ atMs }: Deadline): Promise<void> {
    const { clock } = this.#dependencies;
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    while (this.#requestsUnderWay > 0 && clock.monotonic() < atMs) {
      await new Promise<void>((resolve) => clock.after(SHUTDOWN_POLL_MS, resolve));
    }
    this.#server.closeAllConnections();
    await closed;
  }

  /** Never rejects: nobody awaits it. */
  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const isWithinLimit = this.#slots.begin(socket);
    this.#requestsUnderWay += 1;
    // A response that fails to be written closes the connection, and that is all there is to do.
    response.on('error', () => undefined);
    response.once('close', () => isWithinLimit && this.#slots.end(socket));
    try {
      if (!this.#server.listening) response.setHeader('connection', 'close');
      const refused = isWithinLimit
        ? this.#refusalOf(request)
        : { status: 503 as const, message: 'too many requests are under way on this connection' };
      if (refused === undefined) await this.#answerer.answer(request, response);
      else this.#answerer.refuse(request, response, refused);
    } catch (error) {
      this.#fail(request, response, error);
    } finally {
      this.#requestsUnderWay -= 1;
    }
  }

  #refusalOf(request: IncomingMessage): RefusedRequest | undefined {
    const distrust = this.#distrustOf(request.headers);
    if (distrust === undefined) return undefined;
    const { options } = this.#settings;
    const message = {
      host: `the Host header names neither localhost nor an address of this listener: ${options}.allowed_hosts lists further names`,
      origin: `requests of web pages (with an Origin header) need their origin in ${options}.allowed_origins`,
    }[distrust];
    this.#count(distrust);
    this.#warn(distrust, request.socket, message);
    return { status: STATUS_OF[distrust], message };
  }

  #fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    this.#sayFailed(error);
    try {
      if (response.headersSent) response.destroy();
      else {
        this.#answerer.refuse(request, response, { status: 500, message: 'an internal error' });
      }
    } catch {
      response.destroy();
    }
  }

  #sayFailed(error: unknown): void {
    const { name } = this.#settings;
    this.#dependencies.counters.add('listener.failed', 1, { listener: name });
    const reason = failureReason(error);
    this.#said.error(reason, { component: name, reason }, 'handling a request failed');
  }

  /** Bytes that are no request, or a request that does not end in time. */
  #giveUp(error: Error & { readonly code?: string; readonly rawPacket?: Buffer }, socket: Socket) {
    const { code, rawPacket } = error;
    const isTimeout = code === 'ERR_HTTP_REQUEST_TIMEOUT';
    if (isTimeout) this.#count('timeout');
    else if (rawPacket !== undefined) {
      const protocol = code === 'HPE_PAUSED_H2_UPGRADE' ? 'http2' : foreignProtocol(rawPacket);
      this.#count(protocol);
      this.#warn(protocol, socket, HTTP_REMEDIES[protocol]);
    }
    if (!socket.writable || code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const status = isTimeout ? '408 Request Timeout' : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    // The other side may never close; what it sends meanwhile is of no use.
    socket.destroySoon();
  }

  #count(reason: string): void {
    const { name } = this.#settings;
    this.#dependencies.counters.add('listener.refused', 1, { listener: name, reason });
  }

  #warn(kind: string, socket: Socket, message: string): void {
    const { name } = this.#settings;
    this.#said.warn(kind, { component: name, client: clientOf(socket.remoteAddress) }, message);
  }
}

const STATUS_OF: Readonly<Record<Distrust, 403 | 421>> = { host: 421, origin: 403 };
