/**
 * An HTTP/2 server without TLS that strangers may talk to: bounded connections, names that are checked, walls
 * around the handler, and a word about clients that speak something else. What is served is its answerer's.
 */
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../pipeline/clock.ts';
import type { Component, Deadline } from '../../pipeline/component.ts';
import type { Counters } from '../../pipeline/counters.ts';
import { failureReason } from '../../pipeline/failure-reason.ts';
import { clientOf } from '../../pipeline/http/client-of.ts';
import { ConnectionSlots } from '../../pipeline/http/connection-slots.ts';
import { foreignProtocol, GRPC_REMEDIES, isHttp1 } from '../../pipeline/http/foreign-protocol.ts';
import { listen } from '../../pipeline/http/listen.ts';
import { trustCheck } from '../../pipeline/http/trusted-names.ts';
import type { Logger } from '../../pipeline/logger.ts';
import { SaidOnce } from '../../pipeline/said-once.ts';
import { readFirstBytes } from './first-bytes.ts';
import { CONNECTION_STREAMS_MAX, openSession } from './http2-session.ts';

/** Where it listens, for whom, and within which bounds; times in milliseconds. */
export interface Http2ListenerSettings {
  /** What counters and logs call it. */
  readonly name: string;
  /** The group of options it is configured by, for messages. */
  readonly options: string;
  readonly host: string;
  readonly port: number;
  /** Names to answer to besides localhost, loopback addresses and `host`; `*` answers to any. */
  readonly allowedHosts: readonly string[];
  readonly connectionsMax: number;
  /** Connections of one client address. */
  readonly clientConnectionsMax: number;
  /** How long a client may take to say that it speaks HTTP/2. */
  readonly headerTimeoutMs: number;
}

/** What it works with. */
export interface Http2ListenerDependencies {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
}

/** A call that its answerer never sees, or that failed in it. */
export interface RefusedCall {
  readonly kind: 'host' | 'busy' | 'failed';
  readonly message: string;
}

/** What is served. */
export interface Http2Answerer {
  /** May throw and reject: that is an internal error, counted and logged. */
  answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, client: string): Promise<void>;
  /** Says no in the answerer's own format, unless something was answered already. */
  refuse(stream: ServerHttp2Stream, refused: RefusedCall, client: string): void;
}

/** Finds out about peers that went without a word. */
const TCP_KEEP_ALIVE_MS = 60_000;
const SHUTDOWN_POLL_MS = 20;

/** See the head of this file. */
export class Http2Listener implements Component {
  readonly #settings: Http2ListenerSettings;
  readonly #dependencies: Http2ListenerDependencies;
  readonly #answerer: Http2Answerer;
  readonly #server: Server;
  readonly #slots: ConnectionSlots;
  readonly #sessions = new Map<Socket, ServerHttp2Session | undefined>();
  readonly #distrustOf: ReturnType<typeof trustCheck>;
  readonly #said: SaidOnce;
  #streamsOpen = 0;

  constructor(
    settings: Http2ListenerSettings,
    dependencies: Http2ListenerDependencies,
    answerer: Http2Answerer,
  ) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#answerer = answerer;
    this.#distrustOf = trustCheck({ ...settings, allowedOrigins: [] });
    this.#said = new SaidOnce(dependencies);
    this.#slots = new ConnectionSlots({
      connectionsMax: settings.connectionsMax,
      clientConnectionsMax: settings.clientConnectionsMax,
      connectionRequestsMax: CONNECTION_STREAMS_MAX,
    });
    this.#server = createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS },
      (socket) => this.#connect(socket),
    );
  }

  /** Where it listens; undefined before `start`. */
  get address(): AddressInfo | undefined {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address : undefined;
  }

  start(): Promise<void> {
    const { host, port, options } = this.#settings;
    const place = {
      option: `${options}.endpoint`,
      host,
      port,
      orElse: `turn it off with ${options}.enabled: false`,
    };
    return listen(this.#server, place, (error) => this.#sayFailed(error));
  }

  /** Clients are told to go (GOAWAY), what is under way is answered, and the rest is closed. */
  async shutdown({ atMs }: Deadline): Promise<void> {
    const { clock } = this.#dependencies;
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const session of this.#sessions.values()) session?.close();
    while (this.#streamsOpen > 0 && clock.monotonic() < atMs) {
      await new Promise<void>((resolve) => clock.after(SHUTDOWN_POLL_MS, resolve));
    }
    for (const [socket, session] of this.#sessions) {
      session?.destroy();
      socket.destroySoon();
    }
    await closed;
  }

  #connect(socket: Socket): void {
    // A socket that fails is closed, and that is all there is to do.
    socket.on('error', () => undefined);
    if (!this.#slots.add(socket)) this.#count('connections');
    if (socket.destroyed) return;
    this.#sessions.set(socket, undefined);
    socket.once('close', () => this.#sessions.delete(socket));
    const { headerTimeoutMs } = this.#settings;
    readFirstBytes(socket, {
      clock: this.#dependencies.clock,
      timeoutMs: headerTimeoutMs,
      http2: () => this.#open(socket),
      foreign: (bytes) => this.#refuseForeign(socket, bytes),
      late: () => {
        this.#count('timeout');
        socket.destroy();
      },
    });
  }

  #open(socket: Socket): void {
    const client = clientOf(socket.remoteAddress);
    const session = openSession(
      socket,
      {
        stream: (stream, headers) => void this.#handle(socket, { stream, headers, client }),
        closedFor: (reason) => this.#count(reason),
      },
      this.#dependencies.clock,
    );
    this.#sessions.set(socket, session);
  }

  /** Never rejects: nobody awaits it. */
  async #handle(
    socket: Socket,
    {
      stream,
      headers,
      client,
    }: {
      readonly stream: ServerHttp2Stream;
      readonly headers: IncomingHttpHeaders;
      readonly client: string;
    },
  ): Promise<void> {
    const isWithinLimit = this.#slots.begin(socket);
    this.#streamsOpen += 1;
    stream.once('close', () => (this.#streamsOpen -= 1));
    try {
      const refused = isWithinLimit
        ? this.#refusalOf(headers, client)
        : ({ kind: 'busy', message: 'too many calls are under way on this connection' } as const);
      if (refused === undefined) await this.#answerer.answer(stream, headers, client);
      else this.#answerer.refuse(stream, refused, client);
    } catch (error) {
      this.#fail(stream, client, error);
    } finally {
      // Who does not read his answer is idle: it must not keep a newcomer out.
      if (isWithinLimit) this.#slots.end(socket);
    }
  }

  /** A web page cannot speak this protocol, but for proxies that translate: `Origin` is theirs to check. */
  #refusalOf(headers: IncomingHttpHeaders, client: string): RefusedCall | undefined {
    const distrust = this.#distrustOf({ host: headers[':authority'] ?? headers.host });
    if (distrust === undefined) return undefined;
    const { options } = this.#settings;
    const message = `the authority names neither localhost nor an address of this listener: ${options}.allowed_hosts lists further names`;
    this.#count(distrust);
    this.#warn(distrust, client, message);
    return { kind: 'host', message };
  }

  #fail(stream: ServerHttp2Stream, client: string, error: unknown): void {
    this.#sayFailed(error);
    try {
      this.#answerer.refuse(stream, { kind: 'failed', message: 'an internal error' }, client);
    } catch {
      stream.destroy();
    }
  }

  #sayFailed(error: unknown): void {
    const { name } = this.#settings;
    this.#dependencies.counters.add('listener.failed', 1, { listener: name });
    const reason = failureReason(error);
    this.#said.error(reason, { component: name, reason }, 'handling a request failed');
  }

  #refuseForeign(socket: Socket, bytes: Uint8Array): void {
    const isHttp = isHttp1(bytes);
    const kind = isHttp ? 'http1' : foreignProtocol(bytes) === 'tls' ? 'tls' : 'not_http';
    const remedy = GRPC_REMEDIES[kind];
    this.#count(kind);
    this.#warn(kind, clientOf(socket.remoteAddress), remedy);
    if (!isHttp) {
      socket.destroy();
      return;
    }
    const head = `HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: ${remedy.length + 1}`;
    socket.end(`${head}\r\ncontent-type: text/plain; charset=utf-8\r\n\r\n${remedy}\n`);
    socket.resume();
    // The other side may never close; what it sends meanwhile is of no use.
    socket.destroySoon();
  }

  #count(reason: string): void {
    const { name } = this.#settings;
    this.#dependencies.counters.add('listener.refused', 1, { listener: name, reason });
  }

  #warn(kind: string, client: string, message: string): void {
    this.#said.warn(kind, { component: this.#settings.name, client }, message);
  }
}
