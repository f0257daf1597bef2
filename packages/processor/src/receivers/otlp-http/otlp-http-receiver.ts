/** Receives OTLP over HTTP: protobuf and JSON, compressed or plain, for traces, metrics and logs. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TranscodeError, transcodeJsonToProtobuf } from '@spanguard/otlp';
import {
  type BodyOutcome,
  BodyTaker,
  BUSY,
  comeLater,
  type Transcoded,
} from '../../pipeline/body/take-body.ts';
import type { ReceivingMemory } from '../../pipeline/body/receiving-memory.ts';
import type { ByteAccount } from '../../pipeline/byte-budget.ts';
import type { Component, Deadline } from '../../pipeline/component.ts';
import { bearerTokenCheck } from '../../pipeline/http/bearer-token.ts';
import { clientOf } from '../../pipeline/http/client-of.ts';
import {
  HttpListener,
  type HttpListenerDependencies,
  type RefusedRequest,
} from '../../pipeline/http/http-listener.ts';
import type { TrustedNames } from '../../pipeline/http/trusted-names.ts';
import type { Intake } from '../../pipeline/intake.ts';
import type { Signal } from '../../model/signal.ts';
import { SaidOnce } from '../../pipeline/said-once.ts';
import type { RequestLimits } from '../request-limits.ts';
import { answerAccepted, answerError, type HttpError, type OtlpEncoding } from './answers.ts';
import { encodingOf, type HeadLimits, readRequestHead, type RequestHead } from './request-head.ts';

/** What the receiver is given by the configuration; times in milliseconds. */
export interface OtlpHttpReceiverSettings extends RequestLimits, TrustedNames {
  /** As in the configuration: `otlp_http/public`. */
  readonly name: string;
}

/** What the receiver works with. */
export interface OtlpHttpReceiverDependencies extends HttpListenerDependencies {
  readonly intake: Intake;
  /** Shared with the other receivers. */
  readonly memory: ReceivingMemory;
}

type ExportHead = Extract<RequestHead, { kind: 'export' }>;

/** What one client address may have of connections. */
const CLIENT_CONNECTIONS_SHARE = 1 / 2;
/** A number of one digit and its comma become eight bytes. */
const JSON_GROWTH_MAX = 4;

/** An OTLP/HTTP server. Listens on `start`; `address` tells where. */
export class OtlpHttpReceiver implements Component {
  readonly #settings: OtlpHttpReceiverSettings;
  readonly #dependencies: OtlpHttpReceiverDependencies;
  readonly #headLimits: HeadLimits;
  readonly #bodies: BodyTaker;
  readonly #listener: HttpListener;
  readonly #said: SaidOnce;

  constructor(settings: OtlpHttpReceiverSettings, dependencies: OtlpHttpReceiverDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    const token = settings.bearerToken?.reveal();
    this.#headLimits = {
      wireBytesMax: settings.wireBytesMax,
      authorized: token === undefined ? undefined : bearerTokenCheck(token),
    };
    this.#bodies = new BodyTaker(settings.name, { ...settings, readMsMax: Infinity }, dependencies);
    this.#said = new SaidOnce(dependencies);
    const clientConnectionsMax = Math.ceil(settings.connectionsMax * CLIENT_CONNECTIONS_SHARE);
    this.#listener = new HttpListener(
      { ...settings, options: `receivers.${settings.name}`, clientConnectionsMax },
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
    const { signal, contentEncoding, encoding } = head;
    const declared = Number(request.headers['content-length'] ?? Infinity);
    const outcome = await this.#bodies.take({
      source: { stream: request, declaredBytes: () => declared },
      signal,
      client: clientOf(request.socket.remoteAddress),
      open: (bytes) => ({ kind: 'packed', encoding: contentEncoding, bytes }),
      ...(encoding === 'json' && {
        transcode: (plain, account) => this.#fromJson(signal, plain, account),
      }),
    });
    this.#conclude(response, head, outcome);
  }

  #fromJson(signal: Signal, plain: Uint8Array, account: ByteAccount): Transcoded {
    const { bodyBytesMax: bytesMax } = this.#settings;
    const reserved = Math.min(plain.length * JSON_GROWTH_MAX, bytesMax);
    if (!account.take(reserved)) return BUSY;
    const protobuf = transcodeJsonToProtobuf(signal, plain, { bytesMax });
    if (!protobuf.ok) return this.#refusedJson(protobuf.error);
    if (protobuf.unrecognised) return this.#refusedJson(protobuf.unrecognised);
    const { bytes } = protobuf;
    account.giveBack(Math.max(0, reserved - bytes.length));
    return { kind: 'protobuf', bytes };
  }

  #refusedJson({ code, kind, message }: TranscodeError): Transcoded {
    this.#dependencies.counters.add('intake.refused', 1, { reason: code });
    return { kind: kind === 'limit' ? 'too_large' : 'malformed', message };
  }

  #conclude(response: ServerResponse, head: ExportHead, outcome: BodyOutcome): void {
    switch (outcome.kind) {
      case 'accepted':
        this.#count('200');
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
        this.#refuse(response, head.encoding, unavailable(outcome));
        break;
      case 'aborted':
        this.#count('aborted');
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
      refused.status === 503 ? unavailable(comeLater(refused.message)) : refused,
    );
  }

  /** Answers an error and closes: what is left of the body is not worth reading. */
  #refuse(response: ServerResponse, encoding: OtlpEncoding, error: HttpError): void {
    const { status, message } = error;
    const { req: request } = response;
    this.#count(String(status));
    if (status < 500) {
      const client = clientOf(request.socket.remoteAddress);
      const fields = { component: this.#settings.name, client, status };
      this.#said.warn(`refused_${status}`, fields, `requests are refused: ${message}`);
    }
    if (!request.complete) {
      // Closing while the client still writes would reset the connection before it reads the answer.
      response.setHeader('connection', 'close');
      request.resume();
    }
    answerError(response, encoding, error);
  }

  #count(status: string): void {
    this.#dependencies.counters.add('receiver.requests', 1, {
      status,
      receiver: this.#settings.name,
    });
  }
}

function unavailable({ message, retryAfterMs }: ReturnType<typeof comeLater>): HttpError {
  const seconds = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
  return { status: 503, message, headers: { 'retry-after': seconds } };
}
