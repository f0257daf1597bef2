/** Receives OTLP over HTTP: protobuf and JSON, gzip or plain, for traces, metrics and logs. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { transcodeJsonToProtobuf } from '@spanguard/otlp';
import { ByteBudget } from '../../pipeline/byte-budget.ts';
import type { Clock } from '../../pipeline/clock.ts';
import type { Component, Deadline } from '../../pipeline/component.ts';
import type { Counters } from '../../pipeline/counters.ts';
import type { Intake, IntakeOutcome } from '../../pipeline/intake.ts';
import { answerAccepted, answerError, type HttpError, type OtlpEncoding } from './answers.ts';
import { bearerTokenCheck } from './bearer-token.ts';
import { BodyBuffers } from './body-buffers.ts';
import { inflate } from './inflate.ts';
import { readBody } from './read-body.ts';
import { type HeadLimits, readRequestHead, type RequestHead } from './request-head.ts';

/** What the receiver is given by the configuration; times in milliseconds. */
export interface OtlpHttpReceiverSettings {
  readonly host: string;
  readonly port: number;
  /** Largest request after decompression. */
  readonly bodyBytesMax: number;
  /** Largest request on the wire. */
  readonly wireBytesMax: number;
  /** Bytes of bodies held at once; above it requests are asked to come later. */
  readonly inFlightBytesMax: number;
  readonly connectionsMax: number;
  readonly headerTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** Every request must carry it, where given. */
  readonly bearerToken: { reveal(): string } | undefined;
}

/** What the receiver works with. */
export interface OtlpHttpReceiverDependencies {
  readonly intake: Intake;
  readonly clock: Clock;
  readonly counters: Counters;
}

type ExportHead = Extract<RequestHead, { kind: 'export' }>;

const RETRY_AFTER_MS = 1000;
const CONNECTIONS_CHECK_MS = 1000;
const HEADERS_MAX = 64;
const SHUTDOWN_POLL_MS = 20;

/** An OTLP/HTTP server. Listens on `start`; `address` tells where. */
export class OtlpHttpReceiver implements Component {
  readonly #settings: OtlpHttpReceiverSettings;
  readonly #dependencies: OtlpHttpReceiverDependencies;
  readonly #headLimits: HeadLimits;
  readonly #budget: ByteBudget;
  readonly #buffers: BodyBuffers;
  readonly #server: Server;
  #requestsUnderWay = 0;

  constructor(settings: OtlpHttpReceiverSettings, dependencies: OtlpHttpReceiverDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    const token = settings.bearerToken?.reveal();
    this.#headLimits = {
      wireBytesMax: settings.wireBytesMax,
      authorized: token === undefined ? undefined : bearerTokenCheck(token),
    };
    this.#budget = new ByteBudget(settings.inFlightBytesMax);
    const idleBytesMax = settings.inFlightBytesMax / 4;
    this.#buffers = new BodyBuffers({ idleBytesMax, budget: this.#budget });
    this.#server = createServer(
      {
        headersTimeout: settings.headerTimeoutMs,
        requestTimeout: settings.requestTimeoutMs,
        connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
        keepAliveTimeout: 60_000,
        noDelay: true,
      },
      (request, response) => void this.#handle(request, response),
    );
    this.#server.maxConnections = settings.connectionsMax;
    this.#server.maxHeadersCount = HEADERS_MAX;
  }

  /** Where it listens; undefined before `start`. */
  get address(): AddressInfo | undefined {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address : undefined;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: this.#settings.host, port: this.#settings.port }, () => {
        this.#server.removeListener('error', reject);
        resolve();
      });
    });
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

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#requestsUnderWay += 1;
    try {
      await this.#answer(request, response);
    } finally {
      this.#requestsUnderWay -= 1;
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#server.listening) response.setHeader('connection', 'close');
    const head = readRequestHead(request, this.#headLimits);
    if (head.kind === 'error') {
      this.#refuse(response, head.encoding, head.error);
      return;
    }
    const { wireBytesMax } = this.#settings;
    const read = await readBody(request, { buffers: this.#buffers, bytesMax: wireBytesMax });
    try {
      if (read.kind === 'too_large') {
        this.#refuse(response, head.encoding, tooLarge(wireBytesMax));
      } else if (read.kind === 'busy') {
        this.#refuse(response, head.encoding, unavailable('too many requests are under way'));
      } else if (read.kind === 'body') {
        await this.#take(response, head, read.buffer.subarray(0, read.length));
      } else {
        this.#dependencies.counters.add('receiver.requests', 1, { status: 'aborted' });
      }
    } finally {
      if (read.kind === 'body') this.#buffers.giveBack(read.buffer);
    }
  }

  async #take(response: ServerResponse, head: ExportHead, body: Uint8Array): Promise<void> {
    const { bodyBytesMax } = this.#settings;
    const { counters, intake } = this.#dependencies;
    counters.add('receiver.wire_bytes', body.length, { signal: head.signal });
    const inflated = await inflate(body, {
      encoding: head.contentEncoding,
      bytesMax: bodyBytesMax,
    });
    if (inflated.kind === 'malformed') {
      this.#refuse(response, head.encoding, { status: 400, message: `the body is not valid ${head.contentEncoding}` });
      return;
    }
    if (inflated.kind === 'too_large' || inflated.bytes.length > bodyBytesMax) {
      this.#refuse(response, head.encoding, tooLarge(bodyBytesMax));
      return;
    }
    const { bytes } = inflated;
    const extra = bytes === body ? 0 : bytes.length;
    if (!this.#budget.take(extra)) {
      this.#refuse(response, head.encoding, unavailable('too many requests are under way'));
      return;
    }
    try {
      const protobuf =
        head.encoding === 'json' ? transcodeJsonToProtobuf(head.signal, bytes) : undefined;
      if (protobuf !== undefined && !protobuf.ok) {
        const { message, offset } = protobuf.error;
        this.#refuse(response, 'json', { status: 400, message: `${message} at byte ${offset}` });
        return;
      }
      this.#conclude(response, head, await intake(head.signal, protobuf?.bytes ?? bytes));
    } finally {
      this.#budget.giveBack(extra);
      inflated.free();
    }
  }

  #conclude(response: ServerResponse, head: ExportHead, outcome: IntakeOutcome): void {
    switch (outcome.kind) {
      case 'accepted':
        this.#dependencies.counters.add('receiver.requests', 1, { status: '200' });
        answerAccepted(response, head.encoding);
        break;
      case 'malformed':
        this.#refuse(response, head.encoding, { status: 400, message: outcome.message });
        break;
      case 'too_large':
        this.#refuse(response, head.encoding, { status: 413, message: outcome.message });
        break;
      case 'unavailable':
        this.#refuse(response, head.encoding, unavailable(outcome.message, outcome.retryAfterMs));
        break;
    }
  }

  /** Answers an error and closes: what is left of the body is not worth reading. */
  #refuse(response: ServerResponse, encoding: OtlpEncoding, error: HttpError): void {
    this.#dependencies.counters.add('receiver.requests', 1, { status: String(error.status) });
    if (!response.req.complete) {
      // Closing while the client still writes would reset the connection before it reads the answer.
      response.setHeader('connection', 'close');
      response.req.resume();
    }
    answerError(response, encoding, error);
  }
}

function tooLarge(bytesMax: number): HttpError {
  return { status: 413, message: `the request is larger than ${bytesMax} bytes` };
}

function unavailable(message: string, retryAfterMs = RETRY_AFTER_MS): HttpError {
  const seconds = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
  return { status: 503, message, headers: { 'retry-after': seconds } };
}
