/** Receives OTLP over HTTP: protobuf and JSON, compressed or plain, for traces, metrics and logs. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TranscodeError, transcodeJsonToProtobuf } from '@spanguard/otlp';
import { type ByteAccount, ByteBudget } from '../../pipeline/byte-budget.ts';
import type { Component, Deadline } from '../../pipeline/component.ts';
import { clientOf } from '../../pipeline/http/client-of.ts';
import {
  HttpListener,
  type HttpListenerDependencies,
  type RefusedRequest,
} from '../../pipeline/http/http-listener.ts';
import type { TrustedNames } from '../../pipeline/http/trusted-names.ts';
import type { Intake, IntakeOutcome } from '../../pipeline/intake.ts';
import { SaidOnce } from '../../pipeline/said-once.ts';
import { answerAccepted, answerError, type HttpError, type OtlpEncoding } from './answers.ts';
import { bearerTokenCheck } from './bearer-token.ts';
import { BodyBuffers } from './body-buffers.ts';
import { Inflater } from './inflate.ts';
import { BodyReader } from './read-body.ts';
import { encodingOf, type HeadLimits, readRequestHead, type RequestHead } from './request-head.ts';

/** What the receiver is given by the configuration; times in milliseconds. */
export interface OtlpHttpReceiverSettings extends TrustedNames {
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
  /** A body that comes more slowly is given up. */
  readonly bodyBytesPerSecondMin: number;
  /** Every request must carry it, where given. */
  readonly bearerToken: { reveal(): string } | undefined;
}

/** What the receiver works with. */
export interface OtlpHttpReceiverDependencies extends HttpListenerDependencies {
  readonly intake: Intake;
}

type ExportHead = Extract<RequestHead, { kind: 'export' }>;

const RETRY_AFTER_MS = 1000;
/** What one client address may have of connections and, with several requests under way, of memory. */
const CLIENT_CONNECTIONS_SHARE = 1 / 2;
const CLIENT_BYTES_SHARE = 3 / 4;
/** A number of one digit and its comma become eight bytes. */
const JSON_GROWTH_MAX = 4;
const IDLE_BUFFERS_SHARE = 1 / 4;

/** An OTLP/HTTP server. Listens on `start`; `address` tells where. */
export class OtlpHttpReceiver implements Component {
  readonly #settings: OtlpHttpReceiverSettings;
  readonly #dependencies: OtlpHttpReceiverDependencies;
  readonly #headLimits: HeadLimits;
  readonly #budget: ByteBudget;
  readonly #buffers: BodyBuffers;
  readonly #bodies: BodyReader;
  readonly #inflater: Inflater;
  readonly #listener: HttpListener;
  readonly #said: SaidOnce;

  constructor(settings: OtlpHttpReceiverSettings, dependencies: OtlpHttpReceiverDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    const { connectionsMax, inFlightBytesMax, wireBytesMax, bodyBytesMax } = settings;
    const token = settings.bearerToken?.reveal();
    this.#headLimits = {
      wireBytesMax,
      authorized: token === undefined ? undefined : bearerTokenCheck(token),
    };
    this.#budget = new ByteBudget({
      bytesMax: inFlightBytesMax,
      clientBytesMax: inFlightBytesMax * CLIENT_BYTES_SHARE,
    });
    this.#buffers = new BodyBuffers({ idleBytesMax: inFlightBytesMax * IDLE_BUFFERS_SHARE });
    this.#bodies = new BodyReader({
      bytesMax: wireBytesMax,
      bytesPerSecondMin: settings.bodyBytesPerSecondMin,
      buffers: this.#buffers,
      clock: dependencies.clock,
    });
    this.#inflater = new Inflater({ bytesMax: bodyBytesMax });
    this.#said = new SaidOnce(dependencies);
    const clientConnectionsMax = Math.ceil(connectionsMax * CLIENT_CONNECTIONS_SHARE);
    this.#listener = new HttpListener(
      { ...settings, name: 'otlp_http', options: 'receivers.otlp_http', clientConnectionsMax },
      dependencies,
      {
        answer: (request, response) => this.#answer(request, response),
        refuse: (request, response, refused) => this.#refuseRequest(request, response, refused),
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

  shutdown(deadline: Deadline): Promise<void> {
    return this.#listener.shutdown(deadline);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const head = readRequestHead(request, this.#headLimits);
    if (head.kind === 'error') {
      this.#refuse(response, head.encoding, head.error);
      return;
    }
    const account = this.#budget.open(clientOf(request.socket.remoteAddress));
    try {
      await this.#receive(request, response, { head, account });
    } finally {
      account.close();
    }
  }

  async #receive(
    request: IncomingMessage,
    response: ServerResponse,
    { head, account }: { readonly head: ExportHead; readonly account: ByteAccount },
  ): Promise<void> {
    const read = await this.#bodies.read(request, account);
    switch (read.kind) {
      case 'too_large':
        this.#refuse(response, head.encoding, tooLarge(this.#settings.wireBytesMax));
        break;
      case 'busy':
        this.#refuse(response, head.encoding, BUSY);
        break;
      case 'slow':
        this.#refuse(response, head.encoding, unavailable('the body came too slowly'));
        break;
      case 'aborted':
        this.#dependencies.counters.add('receiver.requests', 1, { status: 'aborted' });
        break;
      case 'body':
        try {
          const body = read.buffer.subarray(0, read.length);
          await this.#take(response, { head, account, body });
        } finally {
          this.#buffers.giveBack(read.buffer);
        }
    }
  }

  async #take(
    response: ServerResponse,
    {
      head,
      account,
      body,
    }: { readonly head: ExportHead; readonly account: ByteAccount; readonly body: Uint8Array },
  ): Promise<void> {
    const { bodyBytesMax } = this.#settings;
    this.#dependencies.counters.add('receiver.wire_bytes', body.length, { signal: head.signal });
    const encoding = head.contentEncoding;
    const inflated = await this.#inflater.inflate(body, { encoding, account });
    switch (inflated.kind) {
      case 'malformed': {
        const message = `the body is not valid ${encoding}`;
        this.#refuse(response, head.encoding, { status: 400, message });
        break;
      }
      case 'busy':
        this.#refuse(response, head.encoding, BUSY);
        break;
      case 'too_large':
        this.#refuse(response, head.encoding, tooLarge(bodyBytesMax));
        break;
      case 'plain':
        try {
          await this.#handOn(response, { head, account, plain: inflated.bytes });
        } finally {
          inflated.free();
        }
    }
  }

  async #handOn(
    response: ServerResponse,
    {
      head,
      account,
      plain,
    }: { readonly head: ExportHead; readonly account: ByteAccount; readonly plain: Uint8Array },
  ): Promise<void> {
    let bytes = plain;
    if (head.encoding === 'json') {
      const { bodyBytesMax } = this.#settings;
      const reserved = Math.min(plain.length * JSON_GROWTH_MAX, bodyBytesMax);
      if (!account.take(reserved)) return this.#refuse(response, 'json', BUSY);
      const protobuf = transcodeJsonToProtobuf(head.signal, plain, { bytesMax: bodyBytesMax });
      if (!protobuf.ok) return this.#refuseJson(response, protobuf.error);
      if (protobuf.unrecognised) return this.#refuseJson(response, protobuf.unrecognised);
      bytes = protobuf.bytes;
      account.giveBack(Math.max(0, reserved - bytes.length));
    }
    this.#conclude(response, head, await this.#dependencies.intake(head.signal, bytes));
  }

  #refuseJson(response: ServerResponse, { code, kind, message }: TranscodeError): void {
    this.#dependencies.counters.add('intake.refused', 1, { reason: code });
    this.#refuse(response, 'json', { status: kind === 'limit' ? 413 : 400, message });
  }

  #conclude(response: ServerResponse, head: ExportHead, outcome: IntakeOutcome): void {
    switch (outcome.kind) {
      case 'accepted':
        this.#dependencies.counters.add('receiver.requests', 1, { status: '200' });
        answerAccepted(response, { ...head, rejected: outcome.rejected });
        break;
      case 'malformed':
        this.#refuse(response, head.encoding, { status: 400, message: outcome.message });
        break;
      case 'too_large':
        this.#refuse(response, head.encoding, { status: 413, message: outcome.message });
        break;
      case 'failed':
        this.#refuse(response, head.encoding, { status: 500, message: outcome.message });
        break;
      case 'unavailable':
        this.#refuse(response, head.encoding, unavailable(outcome.message, outcome.retryAfterMs));
        break;
    }
  }

  /** What the listener refuses is told as OTLP says, in the encoding of the request where it has one. */
  #refuseRequest(
    request: IncomingMessage,
    response: ServerResponse,
    refused: RefusedRequest,
  ): void {
    const encoding = encodingOf(request.headers['content-type']) ?? 'json';
    this.#refuse(
      response,
      encoding,
      refused.status === 503 ? unavailable(refused.message) : refused,
    );
  }

  /** Answers an error and closes: what is left of the body is not worth reading. */
  #refuse(response: ServerResponse, encoding: OtlpEncoding, error: HttpError): void {
    const { status, message } = error;
    const { req: request } = response;
    this.#dependencies.counters.add('receiver.requests', 1, { status: String(status) });
    if (status < 500) {
      const client = clientOf(request.socket.remoteAddress);
      const fields = { component: 'otlp_http', client, status };
      this.#said.warn(`refused_${status}`, fields, `requests are refused: ${message}`);
    }
    if (!request.complete) {
      // Closing while the client still writes would reset the connection before it reads the answer.
      response.setHeader('connection', 'close');
      request.resume();
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

const BUSY = unavailable('too many requests are under way');
